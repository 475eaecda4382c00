"""Addons ship records: made once, updated unless somebody changed them, archived when they go."""

import pytest

from core.data.actor import system
from core.errors import UserError
from core.modules import lifecycle, updates
from core.modules.registry import using

MODELS = """
from core.api import BooleanField, CharField, DateField, ForeignKeyField, Model, QuantityField

class Shelf(Model):
    code = CharField(unique=True, max_length=32)
    name = CharField(default="")
    parent = ForeignKeyField("self", null=True, backref="+")
    load = QuantityField(null=True)
    is_high = BooleanField(default=False)
    made_on = DateField(null=True)
"""
TABLE = """
from peewee import BigIntegerField, BooleanField, CharField, DateField, ForeignKeyField

from core.api import record_base

def up(migrator, db):
    class Shelf(record_base(db)):
        code = CharField(unique=True, max_length=32)
        name = CharField()
        parent = ForeignKeyField("self", null=True, backref="+")
        load = BigIntegerField(null=True)
        is_high = BooleanField()
        made_on = DateField(null=True)

        class Meta:
            table_name = "{name}_shelf"

    db.create_tables([Shelf])

def down(migrator, db):
    db.execute_sql('DROP TABLE "{name}_shelf"')
"""


class Shelves:
    """An addon with shelves: write its data, put it on, give it another version."""

    def __init__(self, opened, folder, name):
        self.opened, self.folder, self.name = opened, folder / name, name

    def ship(self, *rows):
        (self.folder / "data").mkdir(exist_ok=True)
        text = "\n".join(f"[[{self.name}.shelf]]\n{row}\n" for row in rows)
        (self.folder / "data" / "shelves.toml").write_text(text, encoding="utf-8")

    def enable(self):
        return lifecycle.enable(self.opened.found(), self.name)

    def disable(self):
        return lifecycle.disable(self.opened.found(), self.name)

    def update(self):
        manifest = self.folder / "manifest.toml"
        found = self.opened.found()
        version = found.manifests[self.name].version
        newer = manifest.read_text().replace(f'"{version}"', f'"{float(version) + 1}"')
        manifest.write_text(newer)
        updates.update(self.opened.found(), self.opened.settings.paths.var, self.name)

    def change(self, code, **values):
        with using(self.opened.registry()) as registry, system("somebody"):
            registry.model(f"{self.name}.shelf").get(code=code).change(values)

    def read(self):
        """{code: name} of them, without a name where one is archived."""
        with using(self.opened.registry()) as registry, system("a test"):
            shelf = registry.model(f"{self.name}.shelf")
            return {
                s.code: s.name if s.archived_at is None else None
                for s in shelf.select().order_by(shelf.id)
            }

    def parent_of(self, code):
        with using(self.opened.registry()) as registry, system("a test"):
            return registry.model(f"{self.name}.shelf").get(code=code).parent.code


@pytest.fixture
def shelves(open_at, migrated_url, addon_folder, write_addon):
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    return Shelves(opened, addon_folder, write_addon("shelves", models=MODELS, migration=TABLE))


A = 'id = "a"\ncode = "A"\nname = "First"'
B = 'id = "b"\ncode = "B"\nname = "Below"\nparent = "a"'


def test_enabling_makes_them_once_with_what_they_refer_to(shelves):
    shelves.ship(B, A)
    shelves.enable()
    assert shelves.read() == {"A": "First", "B": "Below"}
    assert shelves.parent_of("B") == "A"
    shelves.disable()
    shelves.enable()
    shelves.opened.migrate()
    assert shelves.read() == {"A": "First", "B": "Below"}


def test_an_update_changes_what_nobody_else_changed(shelves):
    keep = 'id = "k"\ncode = "K"\nkeep = true\nname = "Kept"'
    shelves.ship(A, B, keep)
    shelves.enable()
    shelves.change("B", name="Ours")
    shelves.ship(A.replace("First", "1st"), B.replace("Below", "2nd"), keep.replace("Kept", "New"))
    shelves.update()
    assert shelves.read() == {"A": "1st", "B": "Ours", "K": "Kept"}
    assert shelves.read() == {"A": "1st", "B": "Ours", "K": "Kept"}
    shelves.ship(A.replace("First", "I"), B, keep)
    shelves.opened.migrate()
    assert shelves.read()["A"] == "I"


def test_what_vanished_is_archived_and_comes_back(shelves):
    shelves.ship(A, B)
    shelves.enable()
    shelves.ship(A)
    shelves.update()
    assert shelves.read() == {"A": "First", "B": None}
    shelves.ship(A, B)
    shelves.update()
    assert shelves.read() == {"A": "First", "B": "Below"}


def test_what_somebody_archived_stays_archived(shelves):
    shelves.ship(A)
    shelves.enable()
    shelves.change("A", archived_at="2026-01-01 00:00:00")
    shelves.ship(A.replace("First", "1st"))
    shelves.update()
    assert shelves.read() == {"A": None}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('id = "b"\ncode = "B"\nparent = "z"', "shelf “b”: parent names no {name}.shelf “z”"),
        ('id = "b"\ncode = "B"\ncolour = "red"', "shelf “b”: there is no colour; there are"),
        ('id = "b"\ncode = "B"\nload = "much"', "shelf “b”: load: “much” is not a number"),
        ('id = "b"\ncode = "B"\nload = 1.5', "shelf “b”: load: 1.5 is not a number"),
        ('id = "b"\ncode = 7', "shelf “b”: code: 7 is not a text"),
        ('id = "b"\ncode = "B"\nis_high = "no"', "shelf “b”: is_high: 'no' is not true or false"),
        ('id = "b"\ncode = "B"\nis_high = 1', "shelf “b”: is_high: 1 is not true or false"),
        (
            'id = "b"\ncode = "B"\nmade_on = "31.05.26"',
            "shelf “b”: made_on: '31.05.26' is not a day",
        ),
        (f'id = "b"\ncode = "{"B" * 33}"', "shelf “b”: code: a text of at most 32 letters fits"),
        ('id = "b"\ncode = "A"', "shelf “b” cannot be made"),
        ('code = "B"', "give {name}.shelf number 2 an id"),
        ("id = ", "data/shelves.toml cannot be read"),
    ],
)
def test_a_fault_names_file_row_and_field_and_nothing_is_enabled(shelves, row, said):
    shelves.ship(A, row)
    with pytest.raises(UserError) as caught:
        shelves.enable()
    assert said.replace("{name}", shelves.name) in str(caught.value)
    assert f"{shelves.name}/data/shelves.toml" in str(caught.value)
    assert shelves.name not in lifecycle.installed()
    shelves.ship(A)
    shelves.enable()
    assert shelves.read() == {"A": "First"}
