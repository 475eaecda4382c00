"""What addons declare by the rows of their tables, each time that they are loaded."""

import pytest

from core.modules import lifecycle

HOOKS = """
from addons.contacts.models import Contact
from core.api import CharField, Extend, FieldLimit, declaring

@declaring
def more():
    {body}
"""
MIGRATION = """
from peewee import CharField

def up(migrator, db):
    word = CharField(null=True)
    migrator.migrate(migrator.add_column("contacts_contact", "{name}_word", word))

def down(migrator, db):
    migrator.migrate(migrator.drop_column("contacts_contact", "{name}_word"))
"""
GIVEN = 'return [Extend(Contact, {name}_word=CharField(null=True, verbose_name="{title}"))]'


@pytest.fixture
def declaring(instance, open_at, write_addon, addon_folder, migrated_url):
    """Make an addon whose function has this body; answers the instance and the addon's name."""

    def make(body):
        hooks = HOOKS.replace("{body}", body)
        name = write_addon("more", depends=("contacts",), hooks=hooks, migration=MIGRATION)
        opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
        lifecycle.enable(opened.found(), name)
        return opened, name

    return make


def test_a_column_that_a_function_answers_is_a_field_as_any_other(declaring):
    opened, name = declaring(GIVEN.replace("{title}", "Soʻz"))
    first, second = opened.registry(), opened.registry()
    contact = first.model("contacts.contact")
    assert first.fields(contact)[f"{name}_word"].verbose_name == "Soʻz"
    # An app that still serves holds on to the same field.
    assert first.fields(contact)[f"{name}_word"] is second.fields(contact)[f"{name}_word"]
    lifecycle.disable(opened.found(), name)
    assert f"{name}_word" not in opened.registry().fields(contact)


def test_an_addon_whose_function_fails_is_refused(declaring):
    with pytest.raises(Exception, match="cannot be loaded"):
        declaring("raise ValueError('no such table')")
