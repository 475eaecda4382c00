"""Install, enable, disable: what changes, what stays, what is refused."""

import pytest

from core.data.actor import system
from core.data.database import db
from core.errors import KarvonError, UserError
from core.modules import lifecycle
from core.modules.registry import using

THING = """
from core.api import CharField, Model


class Thing(Model):
    name = CharField()

    def __str__(self):
        return self.name
"""
ACCESS = """
from addons.{name}.models import Thing
from core.api import Access, Role, staff

user = Role("{name}.user", "User", implies=(staff,))
access = [Access(Thing, user, "cru")]
"""
TWO_SCREENS = """
from core.api import ModelView, User


class OtherUsers(ModelView):
    model = User
"""
ODD_SCREEN = """
from addons.{name}.models import Thing
from core.api import ModelView


class ThingView(ModelView):
    model = Thing

    def __init__(self):
        raise ValueError("odd")
"""
THING_TABLE = """
from peewee import CharField, DateTimeField, IntegerField


def up(migrator, db):
    class Thing(db.Model):
        created_at = DateTimeField()
        created_by_id = IntegerField(null=True)
        updated_at = DateTimeField()
        updated_by_id = IntegerField(null=True)
        version = IntegerField()
        archived_at = DateTimeField(null=True)
        name = CharField()

        class Meta:
            table_name = "{name}_thing"

    db.create_tables([Thing])


def down(migrator, db):
    db.execute_sql('DROP TABLE "{name}_thing"')
"""
EXTENSION = """
from addons.contacts.models import Contact
from core.api import CharField
from core.modules.declared import Extend

more = Extend(Contact, {name}_colour=CharField(null=True))
"""
EXTENSION_COLUMN = """
from peewee import CharField


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("contacts_contact", "{name}_colour", CharField(null=True))
    )


def down(migrator, db):
    migrator.migrate(migrator.drop_column("contacts_contact", "{name}_colour"))
"""


@pytest.fixture
def opened(open_at, addon_folder, migrated_url):
    """An instance that also looks for addons in the test's own folder."""
    return open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))


def states(opened):
    listed = lifecycle.statuses(opened.found(), opened.registry().broken)
    return {status.name: status.state for status in listed}


def test_an_addon_goes_from_available_to_enabled_to_disabled_and_back(opened, write_addon):
    name = write_addon("things", models=THING, migration=THING_TABLE)
    assert states(opened)[name] == "available"
    before = lifecycle.generation()
    assert lifecycle.enable(opened.found(), name) == [name]
    assert states(opened)[name] == "enabled"
    assert lifecycle.generation() > before
    with using(opened.registry()) as registry, system("a test"):
        registry.model(f"{name}.thing").create(name="kept")
    assert lifecycle.disable(opened.found(), name) == [name]
    assert states(opened)[name] == "disabled"
    with pytest.raises(KarvonError, match="There is no model"):
        opened.registry().model(f"{name}.thing")
    lifecycle.enable(opened.found(), name)
    with using(opened.registry()) as registry, system("a test"):
        assert registry.model(f"{name}.thing").get().name == "kept"


def test_enabling_brings_what_is_needed_and_disabling_names_who_needs_it(opened, write_addon):
    base = write_addon("base")
    top = write_addon("top", depends=(base,))
    assert lifecycle.enable(opened.found(), top) == [base, top]
    with pytest.raises(UserError, match=top):
        lifecycle.disable(opened.found(), base)
    assert lifecycle.disable(opened.found(), base, with_dependents=True) == [top, base]


def test_doing_it_twice_changes_nothing(opened, write_addon):
    name = write_addon("twice")
    lifecycle.enable(opened.found(), name)
    assert lifecycle.enable(opened.found(), name) == []
    lifecycle.disable(opened.found(), name)
    assert lifecycle.disable(opened.found(), name) == []


def test_an_unknown_addon_is_refused_with_a_sentence(opened):
    with pytest.raises(UserError, match="There is no addon nothing"):
        lifecycle.enable(opened.found(), "nothing")
    with pytest.raises(UserError, match="There is no addon nothing"):
        lifecycle.disable(opened.found(), "nothing")


@pytest.mark.parametrize("error", ["RuntimeError", "SystemExit"])
def test_a_broken_addon_is_quarantined_and_the_rest_serves(
    opened, write_addon, addon_folder, error
):
    broken = write_addon("broken")
    after = write_addon("after", depends=(broken,))
    lifecycle.enable(opened.found(), after)
    (addon_folder / broken / "models.py").write_text(f"raise {error}('a bad day')")
    registry = opened.registry()
    assert "a bad day" in registry.broken[broken]
    assert broken in registry.broken[after]
    assert "contacts" in registry.addons
    assert states(opened)[broken] == "quarantined"


@pytest.mark.parametrize(
    ("permissions", "views", "reason"),
    [
        (ACCESS.replace('"cru"', '"cruz"'), "", "names z"),
        (ACCESS.replace('"cru"', '"cru", except_fields=("colour",)'), "", "no colour to hide"),
        (ACCESS, TWO_SCREENS, "has a screen already"),
        (ACCESS, ODD_SCREEN, "odd"),
    ],
    ids=["letters", "hidden fields", "two screens", "a screen that breaks"],
)
def test_declarations_that_would_stop_the_app_only_quarantine_their_addon(
    opened, write_addon, addon_folder, permissions, views, reason
):
    name = write_addon("odd", models=THING, migration=THING_TABLE)
    lifecycle.enable(opened.found(), name)
    for file, text in (("permissions", permissions), ("views", views)):
        (addon_folder / name / f"{file}.py").write_text(text.replace("{name}", name))
    registry = opened.registry()
    assert reason in registry.broken[name]
    assert "contacts" in registry.addons
    opened.build()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"models": "raise SystemExit(3)"}, "SystemExit: 3"),
        ({"models": "def broken(:"}, "SyntaxError"),
        ({"models": THING}, "_thing lacks the column"),
        ({"models": EXTENSION}, "contacts_contact lacks the column"),
    ],
    ids=["ends the program", "cannot be read", "has no table", "has no column"],
)
def test_an_addon_that_could_not_be_served_is_not_enabled(opened, write_addon, files, reason):
    name = write_addon("wrong", depends=("contacts",), **files)
    with pytest.raises(UserError, match=reason):
        lifecycle.enable(opened.found(), name)
    assert states(opened)[name] == "available"
    assert "contacts" in opened.registry().addons


def test_a_new_database_goes_without_an_addon_whose_migration_fails(
    open_at, database_url, write_addon, addon_folder
):
    name = write_addon("failing", migration="def up(migrator, db):\n    raise OSError('full')\n")
    opened = open_at(database_url, KARVON_ADDONS__PATH=str(addon_folder))
    with pytest.raises(KarvonError, match=name):
        opened.migrate()
    assert "contacts" in opened.registry().addons


def test_a_migration_that_fails_leaves_the_addon_available(opened, write_addon):
    name = write_addon("failing", migration="def up(migrator, db):\n    raise OSError('full')\n")
    before = set(db.get_tables())
    with pytest.raises(UserError, match="failed and was undone"):
        lifecycle.enable(opened.found(), name)
    assert states(opened)[name] == "available"
    assert set(db.get_tables()) == before


def test_a_newer_version_waits_for_its_upgrade(opened, write_addon, addon_folder):
    name = write_addon("growing")
    lifecycle.enable(opened.found(), name)
    manifest = addon_folder / name / "manifest.toml"
    manifest.write_text(manifest.read_text().replace('"1.0"', '"2.0"'))
    assert states(opened)[name] == "update-pending"
    assert name not in opened.registry().addons
    opened.migrate()
    assert states(opened)[name] == "enabled"


def test_a_model_works_while_the_addon_that_extends_it_is_off(opened, write_addon):
    name = write_addon(
        "painter", depends=("contacts",), models=EXTENSION, migration=EXTENSION_COLUMN
    )
    lifecycle.enable(opened.found(), name)
    column = f"{name}_colour"
    with using(opened.registry()) as registry, system("a test"):
        contact = registry.model("contacts.contact")
        assert column in registry.fields(contact)
        contact.create(name="Red", **{column: "red"})
    lifecycle.disable(opened.found(), name)
    with using(opened.registry()) as registry, system("a test"):
        assert column not in registry.fields(contact)
        contact.create(name="Plain")
        assert contact.get(contact.name == "Red").change({"city": "Buxoro"}) == 1
    lifecycle.enable(opened.found(), name)
    with using(opened.registry()), system("a test"):
        assert getattr(contact.get(contact.name == "Red"), column) == "red"


def test_an_addon_adds_a_column_that_refers_to_records(opened, write_addon):
    refers = EXTENSION.replace(
        "CharField(null=True)", 'ForeignKeyField(User, null=True, backref="+")'
    )
    name = write_addon(
        "keeper",
        depends=("contacts",),
        models=refers.replace("import CharField", "import ForeignKeyField, User"),
        migration=EXTENSION_COLUMN.replace("_colour", "_colour_id").replace("Char", "Integer"),
    )
    lifecycle.enable(opened.found(), name)
    registry = opened.registry()
    assert f"{name}_colour" in registry.fields(registry.model("contacts.contact"))


def test_a_start_that_names_no_addon_is_refused_with_a_sentence(open_at, database_url):
    with pytest.raises(KarvonError, match="which is not there"):
        open_at(database_url, KARVON_ADDONS__START="nothing").migrate()


def test_what_is_for_a_neighbour_is_loaded_only_beside_it(opened, write_addon, addon_folder):
    neighbour = write_addon("neighbour")
    name = write_addon("friendly")
    text = f'from core.api import Role\n\nhelper = Role("{name}.helper", "Helper")\n'
    (addon_folder / name / f"with_{neighbour}.py").write_text(text)
    lifecycle.enable(opened.found(), name)
    assert f"{name}.helper" not in opened.registry().policy.roles
    lifecycle.enable(opened.found(), neighbour)
    assert f"{name}.helper" in opened.registry().policy.roles
    lifecycle.disable(opened.found(), neighbour)
    assert f"{name}.helper" not in opened.registry().policy.roles
