"""Against the studio: who may design, what a rule may reach, and what its texts may hold."""

import re

import pytest

from core.modules import lifecycle

FIELD = {"name": "Kod", "records": "contacts.contact", "kind": "text"}
RULE = {"name": "Qoida", "records": "contacts.contact", "event": "created"}
PATHS = ("custom_field", "rule", "run")
SECRETS = """
from addons.contacts.models import Contact
from addons.studio.permissions import designer
from core.api import Access, Role, _, staff

blind = Role("{name}.blind", _("Blind"), implies=(staff, designer))
nameless = Role("{name}.nameless", _("Nameless"), implies=(staff, designer))
access = [
    Access(Contact, blind, "cru", except_fields=("bank_account", "telephones")),
    Access(Contact, nameless, "cru", except_fields=("name",)),
]
"""
TEMPLATES = (
    "{{ record.__class__.__mro__ }}",
    "{{ record['password_hash'] }}",
    "{{ record.delete_instance() }}",
    "{% for x in range(9**9) %}{% for y in range(9**9) %}{% endfor %}{% endfor %}",
    "{{ 9**9**9 }}",
    "{{ ''.join(record) }}",
    "{% include 'mail/letter.txt' %}",
    "{{ cycler.__init__.__globals__ }}",
)


def action(**values):
    line = {"kind": "notice", "to": "author", "text": "x", **values}
    lines = {f"actions-0-{name}": text for name, text in line.items()}
    return {"actions-lines": "1", **lines}


def condition(field, value):
    line = {"field": f"contacts.contact.{field}", "operator": "is", "value": value}
    lines = {f"conditions-0-{name}": text for name, text in line.items()}
    return {"conditions-lines": "1", **lines}


@pytest.fixture
def seeing(instance, open_at, write_addon, addon_folder, migrated_url, browser_of):
    """Make `seeing("blind")`: a browser of a designer from whom the bank account of contacts is
    hidden, or with "nameless" their names.
    """
    files = {"permissions": SECRETS}
    name = write_addon("blind", depends=("contacts", "studio"), **files)
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    lifecycle.enable(opened.found(), name)
    return lambda role: browser_of(opened, f"{name}.{role}")


@pytest.fixture
def blind(seeing):
    return seeing("blind")


@pytest.mark.attack(2)
@pytest.mark.parametrize("path", PATHS)
def test_whoever_is_no_designer_reaches_nothing_of_the_studio(as_role, path):
    browser = as_role("contacts.manager")
    assert browser.get(f"/studio/{path}/").status_code == 403
    assert browser.get(f"/studio/{path}/new").status_code == 403
    assert browser.post(f"/studio/{path}/new", {**FIELD, **RULE}).status_code == 403
    assert browser.get(f"/studio/{path}/1").status_code in (403, 404)
    assert "/studio/" not in browser.get("/").text


@pytest.mark.attack(2)
def test_nobody_writes_the_book_of_runs_by_hand(as_role):
    browser = as_role("studio.designer")
    assert browser.post("/studio/run/new", {"record": "1", "mark": "v1"}).status_code == 403


@pytest.mark.attack(27)
@pytest.mark.parametrize("text", TEMPLATES)
@pytest.mark.parametrize("place", ["text", "subject"])
def test_a_text_of_a_rule_holds_placeholders_alone(as_role, text, place):
    browser = as_role("studio.designer", "contacts.manager")
    values = {"kind": "mail", "subject": "x", "text": "x", place: text}
    answer = browser.post("/studio/rule/new", {**RULE, **action(**values)})
    assert answer.status_code == 422
    assert "Qoida" not in browser.get("/studio/rule/").text


@pytest.mark.attack(3)
def test_a_hidden_field_is_in_no_condition_and_no_text(blind):
    assert "contacts.contact.bank_account" not in blind.get("/studio/rule/new").text
    sent = {**RULE, **condition("bank_account", "777"), **action()}
    answer = blind.post("/studio/rule/new", sent)
    rule = answer.location or ""
    if rule:  # what the form does not offer is found out when it is tried, and says nothing
        page = blind.get(f"{rule}/tabs/try").text
        assert "There is no field “bank_account” that you see" in page
    told = blind.post("/studio/rule/new", {**RULE, **action(text="{{ record.bank_account }}")})
    blind.post("/contacts/contact/new", {"name": "Bahor"})
    page = blind.get(f"{told.location}/tabs/try").text
    assert re.search("There is no “bank_account” to write here", page)


@pytest.mark.attack(8)
def test_no_record_is_found_by_a_name_that_is_hidden(seeing, as_role):
    as_role("contacts.manager").post("/contacts/contact/new", {"name": "Yashirin"})
    nameless = seeing("nameless")
    for name in ("Yashirin", "Nobody is called so"):
        answer = nameless.post(
            "/studio/rule/new", {**RULE, **condition("parent", name), **action()}
        )
        assert answer.status_code == 422
        assert "Give the number of the record" in answer.text


@pytest.mark.attack(35)
@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://169.254.169.254/", "file:///etc/passwd", "http://[::1]/"]
)
def test_a_rule_calls_no_address_of_our_own_network(as_role, url):
    browser = as_role("studio.designer", "contacts.manager")
    sent = {**RULE, **action(kind="webhook", subject=url)}
    assert browser.post("/studio/rule/new", sent).status_code == 422
