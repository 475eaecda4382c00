"""Each place that addons can fill stands on its page, for its readers, and no filler breaks it."""

import pytest

from core.data.actor import system
from core.errors import UserError
from core.modules import lifecycle
from core.modules.registry import using
from core.modules.slots import PLACES, WITH_MODEL

FILLING = """
from addons.contacts.models import Contact, Telephone
from core.api import Role, Tab, ViewExtension, _, slot

seer = Role("{name}.seer", _("Sees what is filled in"))


@slot("head", role=seer)
def head():
    return "<in head>"


@slot("top", role=seer)
def top():
    return "<in top>"


@slot("home", role=seer)
def home():
    return "<in home>"


@slot("list.toolbar", model=Contact, role=seer)
def toolbar():
    return "<in list.toolbar>"


@slot("list.row", model=Contact, role=seer)
def row(records):
    return {record.id: f"<in list.row {record.id}>" for record in records}


@slot("board.card", model=Contact, role=seer)
def card(records):
    return {record.id: f"<in board.card {record.id}>" for record in records}


@slot("form.side", model=Contact, role=seer)
def form(record):
    return f"<in form.side {record.name} {record.tax_id}>"


@slot("details.top", model=Contact, role=seer)
def above(record):
    return f"<in details.top {record.name}>"


@slot("details.side", "{name}.html", model=Contact, role=seer)
def side(record):
    return {"word": f"<in details.side {record.tax_id}>"}


class Tabbed(ViewExtension):
    model = Contact
    tabs = (Tab("words", _("Words"), "{name}.html", lambda record: {"word": "here"}),)


@slot("details.tab", model=Contact, role=seer)
def tab(record):
    return f"<in details.tab {record.name}>"


@slot("line.after", model=Telephone, role=seer)
def after(lines):
    return {line.id: "<in line.after>" for line in lines}
"""


def breaking(number, place, taken):
    """A function that fills a place and raises."""
    model = {**dict.fromkeys(WITH_MODEL, ", model=Contact"), "line.after": ", model=Telephone"}
    declared = f'@slot("{place}", role=seer{model.get(place, "")})'
    body = f'    raise ValueError("broken in {place}")'
    return f"{declared}\ndef breaks_{number}({', '.join(taken)}):\n{body}\n"


BREAKING = "\n\n".join(breaking(n, *place) for n, place in enumerate(PLACES.items()))


@pytest.fixture
def filled(open_at, migrated_url, write_addon, addon_folder):
    """(instance, the role that sees the places) with one addon that breaks and fills all places."""

    def make(permissions):
        opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
        name = write_addon("filling", depends=("contacts",), permissions=permissions)
        templates = addon_folder / name / "templates"
        templates.mkdir()
        (templates / f"{name}.html").write_text("<b>{{ word }}</b>")
        lifecycle.enable(opened.found(), name)
        with using(opened.registry()) as registry, system("a test"):
            assert registry.broken == {}
            contact = registry.model("contacts.contact").create(name="Bahor", tax_id="301234567")
            phones = registry.model("contacts.telephone")
            phones.create(contact=contact, number="+998901234567")
        return opened, f"{name}.seer", contact.id

    return make


def pages(browser, id):
    """{place: page on which it is}."""
    at = "/contacts/contact"
    addresses = {
        **dict.fromkeys(("head", "top", "home"), "/"),
        **dict.fromkeys(("list.toolbar", "list.row"), f"{at}/"),
        "board.card": f"{at}/?view=board",
        **dict.fromkeys(("form.side", "line.after"), f"{at}/{id}/edit"),
        **dict.fromkeys(("details.top", "details.side"), f"{at}/{id}"),
        "details.tab": f"{at}/{id}/tabs/words",
    }
    assert addresses.keys() == PLACES.keys()
    found = {}
    for place, address in addresses.items():
        answer = browser.get(address)
        assert answer.status_code == 200, place
        found[place] = answer.text
    return found


def test_each_place_stands_on_its_page_with_what_is_said_escaped(filled, browser_of):
    opened, role, id = filled(FILLING)
    for place, page in pages(browser_of(opened, role, "contacts.manager"), id).items():
        assert f"&lt;in {place}" in page, place
        assert f"<in {place}" not in page, place


def test_who_lacks_the_role_sees_nothing(filled, browser_of):
    opened, _role, id = filled(FILLING)
    for place, page in pages(browser_of(opened, "contacts.manager"), id).items():
        assert "&lt;in " not in page, place
    assert "&lt;in head" not in browser_of(opened).client.get("/login").text


def test_what_breaks_is_left_out_with_a_line_in_the_log(filled, browser_of, caplog):
    broken = FILLING.replace('@slot("head"', f'{BREAKING}\n\n@slot("head"', 1)
    opened, role, id = filled(broken)
    for place, page in pages(browser_of(opened, role, "contacts.manager"), id).items():
        assert f"&lt;in {place}" in page, place
        assert f"is left out of the slot {place}" in caplog.text


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ('@slot("nowhere", role=seer)\ndef f():', "there is no slot nowhere; take of board.card"),
        ('@slot("home")\ndef f():', "must say role="),
        ('@slot("details.top", role=seer)\ndef f(record):', "takes model="),
        ('@slot("home", model=Contact, role=seer)\ndef f():', "takes no model="),
        ('@slot("list.row", model=Contact, role=seer)\ndef f():', "let it take records"),
    ],
)
def test_a_slot_that_cannot_be_sets_the_addon_aside(
    declared, said, write_addon, addon_folder, open_at, migrated_url
):
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    begin = FILLING.split('@slot("head"')[0]
    name = write_addon(
        "faulty", depends=("contacts",), permissions=f"{begin}{declared}\n    return None\n"
    )
    with pytest.raises(UserError, match=said):
        lifecycle.enable(opened.found(), name)


def test_a_hidden_field_stays_hidden_from_what_fills_a_place(filled, browser_of):
    hiding = FILLING.replace("from core.api import", "from core.api import Access,")
    hiding += '\n\naccess = [Access(Contact, seer, "ru", except_fields=("tax_id",))]\n'
    opened, role, id = filled(hiding)
    reader = browser_of(opened, role)
    for address in (f"/contacts/contact/{id}", f"/contacts/contact/{id}/edit"):
        page = reader.get(address)
        assert page.status_code == 200
        assert "&lt;in " in page.text
        assert "301234567" not in page.text
    assert (
        "301234567"
        in browser_of(opened, role, "contacts.manager").get(f"/contacts/contact/{id}").text
    )


def test_a_line_of_another_record_is_not_told_of(filled, browser_of):
    opened, role, id = filled(FILLING)
    manager = browser_of(opened, role, "contacts.manager")
    with using(opened.registry()) as registry, system("a test"):
        phones = registry.model("contacts.telephone")
        other = registry.model("contacts.contact").create(name="Navroʻz")
        line = phones.create(contact=other, number="+998907654321")
    for sent in (str(line.id), "9" * 30, "²"):
        form = {"telephones-lines": "1", "telephones-0-id": sent, "add": "telephones"}
        page = manager.post(f"/contacts/contact/{id}/edit", {"name": "Bahor", **form})
        assert page.status_code == 200, sent
        assert "&lt;in line.after" not in page.text
