"""What addons declare of people: values beside other business, added columns, objections."""

import pytest

from core.data.actor import system
from core.data.history import History
from core.data.verifying import verify
from core.modules import lifecycle
from core.modules.checks import check_addon
from core.modules.discovery import discover
from core.modules.registry import using
from core.modules.transitions import Vetoed
from core.personal.erasing import erase, preview
from core.web.app import KERNEL
from core.web.checks import faults_declared
from tests.personal.dumps import found

MODELS = """
from addons.contacts.models import Contact
from core.api import CharField, Extend, ForeignKeyField, IntegerField, Model


class Parcel(Model):
    contact = ForeignKeyField(Contact, backref="+", verbose_name="Contact")
    receiver = CharField(verbose_name="Receiver")
    weight = IntegerField(default=0, verbose_name="Weight")

    class Meta:
        personal = ("receiver",)
        personal_of = "contact"

    def __str__(self):
        return self.receiver


nick = CharField(null=True, verbose_name="N")
added = Extend(Contact, personal=("{name}_nick",), {name}_nick=nick)
"""
PERMISSIONS = """
from addons.{name}.models import Parcel
from core.api import Access, Role

user = Role("{name}.user", "User")
access = [Access(Parcel, user, "crud")]
"""
HOOKS = """
from addons.{name}.models import Parcel
from core.api import answer, erased, erasing, erase_fields

told = []

@answer(erasing)
def keep(record):
    return "A parcel is under way." if record.name.startswith("Kutayotgan") else None

@answer(erased)
def forget(record):
    told.append(record.name)
"""
MIGRATION = """
from core.api import record_base
from peewee import CharField, ForeignKeyField, IntegerField

def up(migrator, db):
    Record = record_base(db)

    class Contact(db.Model):
        class Meta:
            table_name = "contacts_contact"

    class Parcel(Record):
        contact = ForeignKeyField(Contact, backref="+")
        receiver = CharField()
        weight = IntegerField()

        class Meta:
            table_name = "{name}_parcel"

    db.create_tables([Parcel])
    column = CharField(null=True)
    migrator.migrate(migrator.add_column("contacts_contact", "{name}_nick", column))

def down(migrator, db):
    migrator.migrate(migrator.drop_column("contacts_contact", "{name}_nick"))
    db.execute_sql('DROP TABLE "{name}_parcel"')
"""


@pytest.fixture
def parcels(open_at, write_addon, addon_folder, migrated_url):
    """(name of an addon with parcels, the registry), at work as the system."""
    files = {"models": MODELS, "permissions": PERMISSIONS, "hooks": HOOKS, "migration": MIGRATION}
    name = write_addon("parcels", depends=("contacts",), **files)
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    lifecycle.enable(opened.found(), name)
    registry = opened.registry()
    with using(registry), system("a test"):
        yield name, registry


def test_values_beside_other_business_and_added_columns_go_with_the_person(parcels):
    name, registry = parcels
    contact, parcel = registry.model("contacts.contact"), registry.model(f"{name}.parcel")
    person = contact.create(name="Zulayho Qodirova", kind="person", **{f"{name}_nick": "Zuli-x7"})
    other = contact.create(name="Boshqa Odam", kind="person")
    for owner, receiver in ((person, "Qabul Qiluvchi-x7"), (other, "Boshqa Odam")):
        parcel.create(contact=owner, receiver="?", weight=7).change({"receiver": receiver})
    assert "Parcel" in {str(title) for title, _count in preview(person).held}
    erase(person, "asked for it")
    assert found(["Zulayho Qodirova", "Zuli-x7", "Qiluvchi-x7"]) == {}
    mine, theirs = parcel.select().order_by(parcel.id)
    assert (mine.weight, mine.contact_id) == (7, person.id)
    assert theirs.receiver == "Boshqa Odam"
    assert verify().fault is None


def test_an_addon_says_why_not_now_and_hears_of_an_erasing(parcels):
    name, registry = parcels
    contact = registry.model("contacts.contact")
    waits = contact.create(name="Kutayotgan Odam", kind="person")
    assert preview(waits).vetoes == ["A parcel is under way."]
    before = History.select().count()
    with pytest.raises(Vetoed, match="A parcel is under way"):
        erase(waits, "asked for it")
    assert (contact.get_by_id(waits.id).name, History.select().count()) == (
        "Kutayotgan Odam",
        before,
    )
    waits.change({"name": "Olgan Odam"})
    erase(waits, "asked for it")
    told = next(m.function for m in registry.marked if m.name == f"{name}.forget").__globals__
    assert told["told"] == ["Olgan Odam"]


FAULTS = {
    "a field that is not there": (
        'personal = ("name", "colour")',
        "Meta.personal of Note names colour, which is no field of its own",
    ),
    "a number that must be filled in": (
        'personal = ("age",)',
        "Note.age is personal and must be filled in: give it null=True or a default",
    ),
    "no key to a person": (
        'personal = ("name",)\n        personal_of = "name"',
        "Meta.personal_of of Note must name a foreign key to a person",
    ),
}
NOTE = """
from core.api import CharField, IntegerField, Model

class Note(Model):
    name = CharField(verbose_name="Name")
    age = IntegerField(verbose_name="Age")

    class Meta:
        {meta}

    def __str__(self):
        return self.name
"""


def faults_of(write_addon, addon_folder, models, depends=()):
    name = write_addon("faulty", depends=depends, models=models)
    return "\n".join(check_addon(discover([addon_folder]), name, KERNEL, faults_declared))


@pytest.mark.parametrize(("meta", "said"), FAULTS.values(), ids=FAULTS)
def test_a_check_says_what_is_wrong_with_a_declaration(write_addon, addon_folder, meta, said):
    assert said in faults_of(write_addon, addon_folder, NOTE.replace("{meta}", meta))


def test_a_check_asks_which_added_columns_of_people_are_personal(write_addon, addon_folder):
    added = MODELS[MODELS.index("nick =") :]
    head = "from addons.contacts.models import Contact\nfrom core.api import CharField, Extend\n"
    said = faults_of(write_addon, addon_folder, head + added, ("contacts",))
    assert "which columns hold personal" not in said
    unsaid = head + added.replace('personal=("{name}_nick",), ', "")
    said = faults_of(write_addon, addon_folder, unsaid, ("contacts",))
    assert "say in Extend(Contact, …) which columns hold personal values" in said
