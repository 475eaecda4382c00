"""The pages of webhooks that go out: administrators make, change, pause and watch them."""

import html
import re

import pytest

from core.background.reachable import use_http
from core.config import Http
from core.exchange.webhooks.models import Delivery, Webhook

FORM = {"title": "Accounting", "events": ["contacts.contact created"], "conditions": ""}


@pytest.fixture
def admin(as_role):
    return as_role("admin")


@pytest.fixture
def made(admin, http):
    """A webhook, and the page that told its secret."""
    page = admin.post("/webhooks/new", {**FORM, "url": http.url, "user": str(admin.user.id)})
    assert page.status_code == 201
    return Webhook.get(), page


def secret_of(page):
    return html.unescape(re.search(r'value="(whsec_[^"]+)"', page.text).group(1))


def test_a_webhook_is_made_and_its_secret_shown_once(admin, made):
    hook, page = made
    secret = secret_of(page)
    assert hook.open_secret() == secret
    details = admin.get(f"/webhooks/{hook.id}")
    assert "Accounting" in details.text
    for address in (f"/webhooks/{hook.id}", f"/webhooks/{hook.id}/edit", "/webhooks"):
        assert secret not in admin.get(address).text


def test_what_does_not_fit_is_said_and_what_was_typed_stays(admin):
    use_http(Http())
    page = admin.post(
        "/webhooks/new", {**FORM, "title": "", "url": "http://10.0.0.1/", "user": "0"}
    )
    assert page.status_code == 422
    assert "Give it a name" in page.text
    assert "within this network" in page.text
    assert 'value="http://10.0.0.1/"' in page.text
    assert re.search(r'value="contacts.contact created"[^>]* checked', page.text)
    assert Webhook.select().count() == 0


def test_a_webhook_is_changed(admin, made, http):
    hook, _page = made
    form = {**FORM, "title": "Books", "url": f"{http.url}/books", "user": str(admin.user.id)}
    assert admin.post(f"/webhooks/{hook.id}/edit", form).status_code == 303
    assert (Webhook.get().title, Webhook.get().url) == ("Books", f"{http.url}/books")
    page = admin.post(f"/webhooks/{hook.id}/edit", {**form, "events": []})
    assert page.status_code == 422
    assert "Choose at least one" in page.text


def test_a_ping_arrives_is_listed_and_can_be_sent_again(admin, made, http, working, run_jobs):
    hook, _page = made
    assert admin.post(f"/webhooks/{hook.id}/ping").status_code == 303
    run_jobs()
    page = admin.get(f"/webhooks/{hook.id}")
    assert "Arrived" in page.text
    delivery = Delivery.get()
    assert admin.post(f"/webhooks/deliveries/{delivery.id}/again").status_code == 303
    assert admin.post(f"/webhooks/deliveries/{delivery.id}/again").status_code == 400
    run_jobs()
    assert len(http.sent) == 2


def test_a_webhook_is_paused_goes_on_and_is_removed(admin, made):
    hook, _page = made
    admin.post(f"/webhooks/{hook.id}/pause")
    assert "Paused" in admin.get("/webhooks").text
    admin.post(f"/webhooks/{hook.id}/resume")
    assert "Paused" not in admin.get("/webhooks").text
    assert "Remove this webhook?" in admin.get(f"/webhooks/{hook.id}/remove").text
    assert admin.post(f"/webhooks/{hook.id}/remove").status_code == 303
    assert "No other program hears" in admin.get("/webhooks").text
    assert admin.get(f"/webhooks/{hook.id}").status_code == 404


def test_a_new_secret_is_shown_once_too(admin, made):
    hook, page = made
    other = secret_of(admin.post(f"/webhooks/{hook.id}/secret"))
    assert other != secret_of(page)
    assert Webhook.get().open_secret() == other


def test_what_happens_on_the_pages_reaches_the_webhook(admin, made, http, working, run_jobs):
    working.model("contacts.contact").create(name="Bahor")
    run_jobs()
    assert http.sent[0].headers["karvon-event"] == "contacts.contact created"


def test_nobody_but_an_administrator_sees_or_changes_webhooks(as_role, made, http):
    hook, _page = made
    manager = as_role("contacts.manager")
    before = list(Webhook.select().dicts())
    form = {**FORM, "url": http.url, "user": str(manager.user.id)}
    for path in ("/webhooks", "/webhooks/new", f"/webhooks/{hook.id}", f"/webhooks/{hook.id}/edit"):
        assert manager.get(path).status_code == 403
    for word in ("edit", "ping", "pause", "resume", "remove", "secret"):
        assert manager.post(f"/webhooks/{hook.id}/{word}", form).status_code == 403
    assert manager.post("/webhooks/new", form).status_code == 403
    assert manager.post("/webhooks/deliveries/1/again").status_code == 403
    assert list(Webhook.select().dicts()) == before
    assert Delivery.select().count() == 0


def test_what_is_not_there_is_404(admin):
    for path in ("/webhooks/7", "/webhooks/99999999999999999999", "/webhooks/7/edit"):
        assert admin.get(path).status_code == 404
    for path in ("/webhooks/7/ping", "/webhooks/deliveries/7/again", "/webhooks/7/remove"):
        assert admin.post(path).status_code == 404


@pytest.mark.attack(25)
def test_a_script_in_a_name_or_an_address_is_text(admin, http):
    script = '"><script>alert(1)</script>'
    form = {**FORM, "title": script, "url": f"{http.url}/{script}", "user": str(admin.user.id)}
    page = admin.post("/webhooks/new", form)
    assert page.status_code == 201
    for path in (
        "/webhooks",
        f"/webhooks/{Webhook.get().id}",
        f"/webhooks/{Webhook.get().id}/edit",
    ):
        assert "<script>alert" not in admin.get(path).text
