"""Additions to the screens of others: where they stand, also between addons."""

import pytest

from core.modules import lifecycle
from core.modules.manifest import RESERVED
from core.web.extensions import After, Before, in_sections, placed

MODELS = """
from addons.contacts.models import Contact
from core.api import CharField
from core.modules.declared import Extend

added = Extend(Contact, {name}_word=CharField(null=True, verbose_name="{name}"))
"""
VIEWS = """
from addons.contacts.models import Contact
from core.web.extensions import After, ViewExtension

class Words(ViewExtension):
    model = Contact
    column_list = After("city", "{name}_word")
    form_columns = After("address", "{name}_word")
    details = After("address", "{name}_word")
"""
MIGRATION = """
from peewee import CharField

def up(migrator, db):
    word = CharField(null=True)
    migrator.migrate(migrator.add_column("contacts_contact", "{name}_word", word))

def down(migrator, db):
    migrator.migrate(migrator.drop_column("contacts_contact", "{name}_word"))
"""


def test_a_name_stands_beside_its_anchor_and_last_without_one():
    assert placed(("a", "b"), After("a", "x")) == ("a", "x", "b")
    assert placed(("a", "b"), Before("b", "x")) == ("a", "x", "b")
    assert placed(("a", "b"), (After("gone", "x"), Before("a", "y"))) == ("y", "a", "b", "x")
    assert placed(("a", "b"), After("b", "a")) == ("a", "b")


def test_a_name_goes_into_the_section_of_its_anchor():
    sections = (("One", ("a",)), ("Two", ("b", "c")))
    assert in_sections(sections, After("a", "x"))[0] == ("One", ("a", "x"))
    assert in_sections(sections, After("gone", "x"))[1] == ("Two", ("b", "c", "x"))
    assert in_sections((), After("a", "x")) == ()


@pytest.fixture
def extended(instance, open_at, write_addon, addon_folder, migrated_url):
    """An instance whose contacts two addons extend in the same places, and their names."""
    files = {"models": MODELS, "views": VIEWS, "migration": MIGRATION}
    names = [write_addon("words", depends=("contacts",), **files) for _ in range(2)]
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    for name in reversed(names):
        lifecycle.enable(opened.found(), name)
    return opened, names


def test_two_addons_extend_one_form_in_load_order_whoever_was_enabled_first(extended, browser_of):
    opened, names = extended
    assert [name for name in opened.registry().addons if name in names] == sorted(names)
    clerk = browser_of(opened, "contacts.manager")
    form = clerk.get("/contacts/contact/new").text
    # Each stands right after the anchor, so the later one comes first.
    inputs = [form.index(f'name="{name}_word"') for name in sorted(names, reverse=True)]
    assert inputs == sorted(inputs)
    assert form.index('name="address"') < inputs[0] < inputs[1] < form.index('name="city"')


def test_a_screen_forgets_the_addon_that_was_disabled(extended, browser_of):
    opened, names = extended
    lifecycle.disable(opened.found(), names[0])
    clerk = browser_of(opened, "contacts.manager")
    form = clerk.get("/contacts/contact/new").text
    assert f"{names[0]}_word" not in form
    assert f"{names[1]}_word" in form
    made = clerk.post("/contacts/contact/new", {"name": "Bahor", f"{names[1]}_word": "Salom"})
    assert "Salom" in clerk.get(made.location).text
    assert clerk.get("/contacts/contact/").status_code == 200


def test_no_addon_is_called_like_an_address_of_the_core(app, registry):
    first = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    ours = {word for word in first if word and word not in registry.addons}
    assert ours - RESERVED == set()
