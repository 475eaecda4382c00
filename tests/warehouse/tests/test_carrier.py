"""The carrier of the warehouse: asked for a price, and telling what arrived by a signed webhook."""

import hashlib
import hmac
import json

import pytest

from core.access.models import Attempt
from core.background.jobs.models import Job
from core.data.actor import system
from core.data.fields import now
from core.errors import ManifestError
from core.exchange.webhooks import delivering
from core.exchange.webhooks.models import Received
from core.modules import lifecycle
from core.modules.checks import checked
from core.modules.declared import Marked
from core.modules.incoming import webhook
from core.modules.registry import using
from core.modules.settings import addon_settings, keep
from core.testing.instances import BASE_URL
from core.web.app import KERNEL
from core.web.checks import what_it_adds
from core.web.webhooks import incoming

ADDRESS = "/hooks/warehouse/carrier"
KEY = "the key of the carrier"


@pytest.fixture
def settings(with_warehouse):
    with using(with_warehouse.registry()) as registry, system("a test"):
        [found] = addon_settings(registry, per_user=False)["warehouse"]
        yield found


@pytest.fixture
def move(with_warehouse, settings):
    """Ten boxes that are to come, from a warehouse whose carrier has a key."""
    with using(with_warehouse.registry()) as registry, system("a test"):
        keep(settings, {"carrier_key": KEY})
        item = registry.model("warehouse.item").create(name="Box", sku="B-1")
        yield registry.model("warehouse.move").create(item=item, direction="in", quantity=10)


@pytest.fixture
def carrier(with_warehouse):
    """Make `carrier(said)`: what the carrier posts, signed unless `signature` is given."""
    client = with_warehouse.build().test_client()

    def send(said, key=KEY, signature=None, **headers):
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        signed = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
        headers["X-Signature"] = signed if signature is None else signature
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.post(ADDRESS, data=body, headers=named, base_url=BASE_URL)

    return send


def state(move):
    with system("a test looks"):
        return type(move).get_by_id(move.id).state


def test_what_the_carrier_reports_is_booked_by_the_system(move, carrier):
    answer = carrier({"move": move.id, "status": "delivered"})
    assert (answer.status_code, answer.json) == (200, {"move": move.id, "state": "done"})
    assert state(move) == "done"


@pytest.mark.parametrize("signature", ["", "0" * 64, "ʻ".encode().decode("latin-1"), "sha256=x"])
def test_a_forged_signature_is_refused_and_changes_nothing(move, carrier, signature):
    answer = carrier({"move": move.id, "status": "delivered"}, signature=signature)
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"
    assert state(move) == "planned"


def test_a_forged_body_is_refused(move, carrier):
    other = hmac.new(KEY.encode(), b'{"move": 0}', hashlib.sha256).hexdigest()
    assert carrier({"move": move.id, "status": "delivered"}, signature=other).status_code == 403
    assert carrier({"move": move.id, "status": "delivered"}, key="").status_code == 403
    assert state(move) == "planned"


def test_without_a_key_nobody_may_call(move, carrier, settings):
    keep(settings, {"carrier_key": ""})
    answer = carrier({"move": move.id, "status": "delivered"}, key="")
    assert (answer.status_code, state(move)) == (403, "planned")


def test_a_delivery_that_is_replayed_is_taken_in_once(move, carrier):
    said = {"move": move.id, "status": "delivered"}
    assert carrier(said, X_Delivery="d-1").status_code == 200
    assert carrier(said, X_Delivery="d-1").status_code == 204
    assert carrier(said, X_Delivery="d-2").status_code == 400  # it is planned no more


def test_a_delivery_that_was_refused_may_come_again(move, carrier):
    assert carrier({"move": move.id, "status": "lost"}, X_Delivery="d-1").status_code == 400
    assert Received.select().count() == 0
    assert carrier({"move": move.id, "status": "delivered"}, X_Delivery="d-1").status_code == 200
    Received.update(at=now() - delivering.KEPT * 2).execute()
    delivering.forget_deliveries()
    assert Received.select().count() == 0


def test_what_is_no_json_or_too_large_is_refused(move, carrier):
    assert carrier(b"<xml>").status_code == 400
    assert carrier(b"x" * (2**20 + 1)).status_code == 413
    assert state(move) == "planned"


def test_who_guesses_signatures_is_sent_away(move, carrier, monkeypatch):
    monkeypatch.setattr(incoming, "WRONG_TRIES", 2)
    said = {"move": move.id, "status": "delivered"}
    for _try in range(2):
        assert carrier(said, signature="guess").status_code == 403
    assert carrier(said).status_code == 429
    Attempt.delete().execute()
    assert carrier(said).status_code == 200


def test_a_login_gives_no_right_to_call_and_another_site_none_either(
    with_warehouse, move, browser_of
):
    admin = browser_of(with_warehouse, "admin")
    body = json.dumps({"move": move.id, "status": "delivered"}).encode()
    assert admin.client.post(ADDRESS, data=body, base_url=BASE_URL).status_code == 403
    headers = {"Origin": "https://evil.example"}
    answer = admin.client.post(ADDRESS, data=body, base_url=BASE_URL, headers=headers)
    assert (answer.status_code, state(move)) == (400, "planned")
    assert admin.client.get(ADDRESS, base_url=BASE_URL).status_code == 405


def test_the_address_is_gone_with_the_addon_and_listed_by_the_check(with_warehouse, move):
    said = what_it_adds(checked(with_warehouse.found(), ["warehouse"], KERNEL), "warehouse")
    assert f"Webhook {ADDRESS}: other programs, as comes_from_the_carrier verifies" in said
    lifecycle.disable(with_warehouse.found(), "warehouse")
    visitor = with_warehouse.build().test_client()
    assert visitor.post(ADDRESS, base_url=BASE_URL).status_code == 404


def ok(request):
    return True


@pytest.mark.parametrize(
    ("address", "options", "said"),
    [
        ("/hooks/other/x", {"verify": ok}, "write /hooks/bad/"),
        ("/bad/x", {"verify": ok}, "write /hooks/bad/"),
        ("/hooks/bad/<int:id>", {"verify": ok}, "write /hooks/bad/"),
        ("/hooks/bad/x", {"verify": None}, "must say verify="),
        ("/hooks/bad/x", {"verify": ok, "largest": 10**9}, "takes at most"),
    ],
)
def test_a_webhook_that_says_too_little_does_not_load(address, options, said):
    def take(request):
        return None

    take.__module__ = "addons.bad.hooks"
    [mark] = webhook(address, **options)(take).marks
    with pytest.raises(ManifestError, match=said):
        mark.check(Marked(mark, take))


def test_a_keeper_asks_the_carrier_for_a_price(
    with_warehouse, settings, move, http, run_jobs, browser_of
):
    keep(settings, {"carrier_url": f"{http.url}/price"})
    http.will_answer(200, b'{"price": "125000.00"}')
    keeper = browser_of(with_warehouse, "warehouse.user")
    answer = keeper.post(f"/warehouse/move/{move.id}/buttons/ask_price", {})
    assert answer.status_code in (200, 303), answer.text
    run_jobs()
    [sent] = http.sent
    assert json.loads(sent.body) == {"what": "Box", "quantity": "10.000"}
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert "125000.00" in Job.get(Job.name == "warehouse.jobs.price_of").result
