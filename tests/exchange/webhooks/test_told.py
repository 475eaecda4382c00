"""Webhooks that go out: what is told to whom, signed, and once."""

import hashlib
import hmac
import json
import re

import pytest

from core.config import ROOT
from core.data.actor import system
from core.data.database import transaction
from core.exchange.webhooks import keeping
from core.exchange.webhooks.models import Delivery
from core.exchange.webhooks.payloads import signed
from core.exchange.webhooks.subscribed import wanted
from core.modules.registry import using

ALL = tuple(f"contacts.contact {word}" for word in ("created", "updated", "archived"))


def bodies(http):
    return [json.loads(sent.body) for sent in http.sent]


def test_a_new_record_is_told_as_the_api_shows_it(hooks, http, working, run_jobs):
    hook = hooks.make()
    contact = working.model("contacts.contact").create(name="Bahor Market", city="Buxoro")
    working.model("contacts.telephone").create(contact=contact, number="+998901234501")
    run_jobs()
    [body] = bodies(http)
    assert (body["event"], body["model"]) == ("created", "contacts.contact")
    assert body["record"]["name"] == "Bahor Market"
    assert body["record"]["id"] == contact.id
    assert [line["number"] for line in body["record"]["telephones"]] == ["+998901234501"]
    [sent] = http.sent
    assert sent.path == "/in?a=1"
    assert sent.headers["karvon-event"] == "contacts.contact created"
    assert sent.headers["karvon-delivery"] == sent.headers["idempotency-key"] == body["delivery"]
    moment, _, mac = sent.headers["karvon-signature"].removeprefix("t=").partition(",v1=")
    content = f"{moment}.".encode() + sent.body
    assert hmac.new(hook.said.encode(), content, hashlib.sha256).hexdigest() == mac
    assert Delivery.get().state == "arrived"


GUIDE = (ROOT / "docs/api.md").read_text(encoding="utf-8")


@pytest.mark.requirement("M8")
def test_the_example_of_the_guide_believes_us_and_nobody_else(hooks, http, working, run_jobs):
    hook = hooks.make()
    working.model("contacts.contact").create(name="Bahor")
    run_jobs()
    [sent] = http.sent
    guide: dict = {}
    exec(re.search(r"```python\n(import hashlib.*?)```", GUIDE, re.DOTALL).group(1), guide)
    is_ours, header = guide["is_ours"], sent.headers["karvon-signature"]
    assert is_ours(hook.said, header, sent.body)
    assert not is_ours(hook.said, header, sent.body + b" ")
    assert not is_ours("whsec_other", header, sent.body)
    moment = header.removeprefix("t=").partition(",")[0]
    assert not is_ours(hook.said, header.replace(moment, str(int(moment) - 1)), sent.body)
    old = int(moment) - 600
    replayed = f"t={old},v1={signed(hook.said, old, sent.body)}"
    assert not is_ours(hook.said, replayed, sent.body)


def test_a_change_a_changed_line_and_archiving_are_told(hooks, http, working, run_jobs):
    contact = working.model("contacts.contact").create(name="Bahor")
    hooks.make()
    contact.city = "Buxoro"
    contact.save()
    run_jobs()
    working.model("contacts.telephone").create(contact=contact, number="1")
    run_jobs()
    contact.archive()
    run_jobs()
    assert [body["event"] for body in bodies(http)] == ["updated", "updated", "archived"]
    assert bodies(http)[2]["record"]["archived_at"]


def test_what_changes_twice_before_it_is_sent_is_told_once(hooks, http, working, run_jobs):
    contact = working.model("contacts.contact").create(name="Bahor")
    hooks.make()
    for city in ("Buxoro", "Xiva"):
        contact.city = city
        contact.save()
    run_jobs()
    assert [body["record"]["city"] for body in bodies(http)] == ["Xiva"]


def test_what_is_undone_is_told_to_nobody(hooks, http, working, run_jobs):
    hooks.make()
    with transaction() as undone:
        working.model("contacts.contact").create(name="Bahor")
        undone.rollback()
    run_jobs()
    assert (http.sent, Delivery.select().count()) == ([], 0)


def test_rights_and_hidden_fields_of_its_user_decide(hooks, http, working, run_jobs):
    hooks.make(roles=("contacts.own",))
    hooks.make(roles=())
    working.model("contacts.contact").create(name="Of somebody else")
    run_jobs()
    assert http.sent == []
    assert Delivery.select().count() == 0


def test_its_own_records_are_told_to_a_user_who_sees_no_others(hooks, http, working, run_jobs):
    hook = hooks.make(roles=("contacts.own",))
    working.model("contacts.contact").create(name="Own", owner=hook.user_id)
    run_jobs()
    assert [body["record"]["name"] for body in bodies(http)] == ["Own"]


def test_a_filter_leaves_the_others_out(hooks, http, working, run_jobs):
    hooks.make(conditions='["city", "=", "Buxoro"]')
    for city in ("Xiva", "Buxoro"):
        working.model("contacts.contact").create(name=city, city=city)
    run_jobs()
    assert [body["record"]["city"] for body in bodies(http)] == ["Buxoro"]


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"title": ""}, "title"),
        ({"url": "ftp://example.uz"}, "url"),
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"url": "http://[::ffff:a9fe:a9fe]/"}, "url"),
        ({"url": "http://example.uz/\r\nX: 1"}, "url"),
        ({"events": ()}, "events"),
        ({"events": ("core.session created",)}, "events"),
        ({"user": 999_999}, "user"),
        ({"conditions": "city = Buxoro"}, "conditions"),
        ({"conditions": '["nothing", "=", 1]'}, "conditions"),
        ({"conditions": "[" * 5000}, "conditions"),
        (
            {
                "events": ("contacts.contact created", "core.user created"),
                "conditions": '["id","=",1]',
            },
            "conditions",
        ),
    ],
)
@pytest.mark.attack(35)
def test_what_does_not_fit_is_said_beside_its_input(hooks, changed, name):
    with system("a test"):
        typed = {
            **{"title": "Bot", "url": hooks.url, "events": ALL, "conditions": ""},
            "user": hooks.owner,
        }
        assert set(keeping.Typed(**typed | changed).faults()) == {name}


def test_without_webhooks_a_write_asks_the_database_nothing_more(working, query_count):
    contact = working.model("contacts.contact")
    contact.create(name="Bahor")
    assert not wanted().records
    with query_count:
        contact.create(name="Navroʻz")
    assert not [sql for sql in query_count.statements if "webhook" in sql]


def test_a_named_event_is_told_with_its_records(with_warehouse, http, run_jobs, hooks_of):
    with using(with_warehouse.registry()) as registry, system("a test"):
        item = registry.model("warehouse.item").create(name="Choy", sku="C1")
        hooks_of(http.url).make("warehouse.move_booked", roles=("warehouse.user",))
        hooks_of(http.url, "kamol").make("warehouse.move_booked", roles=())
        values = {"item": item, "direction": "in", "quantity": 5, "state": "done"}
        registry.model("warehouse.move").create(**values)
        run_jobs()
    [body] = bodies(http)
    assert (body["event"], body["model"]) == ("warehouse.move_booked", None)
    assert body["move"]["quantity"] == "5.000"


def test_what_may_be_vetoed_is_not_offered(with_warehouse):
    with using(with_warehouse.registry()):
        names = {name for each in keeping.offered() for name, _title in each.events}
    assert {"warehouse.move_booked", "warehouse.item created"} <= names
    assert not names & {"warehouse.move_booking", "core.session created"}
