"""Rules of retention: a preview does nothing, a yes is needed, the night does what was shown."""

from datetime import UTC, datetime

import pytest

from core.access.models import User
from core.background.notices import Notice
from core.data.actor import system
from core.data.erasing import ERASE
from core.data.history import History
from core.data.verifying import verify
from core.errors import UserError
from core.modules import lifecycle
from core.modules.registry import using
from core.personal import rules
from core.personal.models import RetentionRule
from core.personal.nightly import apply_rules, forget_books, kept_for
from core.personal.retention import before, due, reason_of
from tests.personal.dumps import found

CONTACTS = "contacts.contact"


@pytest.fixture
def contact(working):
    return working.model(CONTACTS)


@pytest.fixture
def people(contact, clock):
    """{name: id}: one changed two years ago, one today, and a company of two years ago."""
    made = {"Eski Odam": "person", "Eski Firma": "company"}
    ids = {name: contact.create(name=name, kind=kind).id for name, kind in made.items()}
    clock.forward(days=730)
    return {**ids, "Yangi Odam": contact.create(name="Yangi Odam", kind="person").id}


def rule(deed, field="updated_at", number="365", unit="days", model=CONTACTS):
    return rules.make(model, field, number, unit, deed)


def test_a_preview_names_what_is_due_and_changes_nothing(working, people):
    made = rule("erase")
    before_it = History.select().count()
    shown = due(made)
    assert (shown.count, shown.first) == (1, [(people["Eski Odam"], "Eski Odam")])
    assert due(rule("archive")).count == 2
    assert History.select().count() == before_it + 1  # that a second rule was made


def test_a_rule_does_nothing_before_somebody_confirmed_its_preview(working, contact, people):
    made = rule("archive")
    assert apply_rules() == 0
    rules.confirm(made)
    assert apply_rules() == 2
    row = RetentionRule.get()
    assert (row.done, row.left) == (2, 0)
    assert contact.get_by_id(people["Eski Firma"]).archived_at is not None
    assert contact.get_by_id(people["Yangi Odam"]).archived_at is None
    assert apply_rules() == 0


def test_a_paused_rule_must_be_seen_again_before_it_goes_on(working, people):
    made = rule("archive")
    rules.confirm(made)
    rules.pause(made)
    assert apply_rules() == 0
    rules.resume(RetentionRule.get())
    assert apply_rules() == 0
    rules.confirm(RetentionRule.get())
    assert apply_rules() == 2


def test_people_are_erased_once_with_the_rule_as_the_reason(working, contact, people):
    rules.confirm(rule("erase"))
    assert apply_rules() == 1
    assert "Eski Odam" not in str(found(["Eski Odam"]))
    assert contact.get_by_id(people["Eski Firma"]).name == "Eski Firma"
    told = History.select().where(History.action == ERASE, History.model != "core_chain").get()
    assert told.record == people["Eski Odam"]
    assert told.actor_name == reason_of(RetentionRule.get())
    assert apply_rules() == 0


def test_one_whom_an_addon_wants_to_keep_is_left_and_counted(with_warehouse, clock):
    registry = with_warehouse.registry()
    with using(registry), system("a test"):
        contact, item = registry.model(CONTACTS), registry.model("warehouse.item")
        move = registry.model("warehouse.move")
        waits = contact.create(name="Kutayotgan Odam", kind="person")
        contact.create(name="Boshqa Odam", kind="person")
        box = item.create(name={"en": "Box"}, sku="B")
        move.create(item=box, direction="out", quantity=1, contact=waits)
        clock.forward(days=730)
        rules.confirm(rule("erase"))
        assert apply_rules() == 1
        assert RetentionRule.get().left == 1
        assert contact.get_by_id(waits.id).name == "Kutayotgan Odam"


DRAFTS = {
    "models": """
from core.api import CharField, ForeignKeyField, Model, StateField

class Offer(Model):
    name = CharField(verbose_name="Name")
    state = StateField("draft", "sent", titles=("Draft", "Sent"), verbose_name="State")

    class Meta:
        personal = ("name",)

    def __str__(self):
        return self.name

class Line(Model):
    offer = ForeignKeyField(Offer, backref="lines")
    text = CharField(verbose_name="Text")

    class Meta:
        part_of = "offer"
        personal = ("text",)

    def __str__(self):
        return self.text
""",
    "permissions": """
from addons.{name}.models import Offer
from core.api import Access, Role

user = Role("{name}.user", "User")
access = [Access(Offer, user, "crud")]
""",
    "views": """
from addons.{name}.models import Offer
from core.api import Menu, ModelView

menu = Menu("{name}", "Offers")

class OfferView(ModelView):
    model = Offer
    menu = menu
    title = "Offers"
    column_list = ("name",)
""",
    "migration": """
from core.api import record_base
from peewee import CharField, ForeignKeyField

def up(migrator, db):
    class Offer(record_base(db)):
        name = CharField()
        state = CharField(max_length=32)

        class Meta:
            table_name = "{name}_offer"

    class Line(record_base(db)):
        offer = ForeignKeyField(Offer, backref="lines")
        text = CharField()

        class Meta:
            table_name = "{name}_line"

    db.create_tables([Offer, Line])

def down(migrator, db):
    db.execute_sql('DROP TABLE "{name}_line"')
    db.execute_sql('DROP TABLE "{name}_offer"')
""",
}


def test_old_drafts_are_deleted_with_their_lines_and_leave_no_values(
    open_at, write_addon, addon_folder, migrated_url, clock
):
    name = write_addon("offers", **DRAFTS)
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    lifecycle.enable(opened.found(), name)
    registry = opened.registry()
    with using(registry), system("a test"):
        offer, line = registry.model(f"{name}.offer"), registry.model(f"{name}.line")
        draft, sent = (offer.create(name=f"Zulayho-{s}-x7", state=s) for s in ("draft", "sent"))
        line.create(offer=draft, text="Satr-x7")
        clock.forward(days=100)
        rules.confirm(rule("delete", "created_at", "3", "months", f"{name}.offer"))
        assert apply_rules() == 1
        assert [row.id for row in offer.select()] == [sent.id]
        assert found(["Zulayho-draft-x7", "Satr-x7"]) == {}
        assert verify().fault is None


def test_only_users_who_cannot_log_in_are_erased_by_a_rule(working, clock):
    active = User.create(login="a", name="Ishlaydi")
    gone = User.create(login="b", name="Ketgan", is_active=False)
    clock.forward(days=730)
    made = rule("erase", model="core.user")
    assert due(made).first == [(gone.id, "Ketgan")]
    assert active.is_active


MOMENTS = {
    ("1", "months"): datetime(2024, 2, 29, 12, tzinfo=UTC),
    ("12", "months"): datetime(2023, 3, 31, 12, tzinfo=UTC),
    ("31", "days"): datetime(2024, 2, 29, 12, tzinfo=UTC),
}


@pytest.mark.parametrize(("said", "moment"), MOMENTS.items(), ids=str)
def test_months_are_those_of_the_calendar(working, clock, said, moment):
    clock.set(datetime(2024, 3, 31, 12, tzinfo=UTC))
    number, unit = said
    assert before(rule("archive", number=number, unit=unit)) == moment


REFUSED = {
    "records that are not there": {"model": "contacts.nothing"},
    "a field that is no day": {"field": "name"},
    "drafts where there are none": {"deed": "delete"},
    "another unit": {"unit": "years"},
    "no number": {"number": "many"},
    "no time at all": {"number": "0"},
}


@pytest.mark.parametrize("values", REFUSED.values(), ids=REFUSED)
def test_what_is_no_rule_is_refused_in_a_sentence(working, values):
    with pytest.raises(UserError):
        rule(**{"deed": "archive", **values})
    assert RetentionRule.select().count() == 0


def test_the_history_tells_who_made_and_confirmed_a_rule(working):
    rules.confirm(rule("archive"))
    rules.remove(RetentionRule.get())
    table = RetentionRule._meta.table_name
    told = History.select(History.action).where(History.model == table).order_by(History.id)
    assert [row.action for row in told] == ["create", "confirm", "delete"]


def test_books_of_the_kernel_are_let_go_when_their_time_is_over(working, clock):
    user = User.create(login="a", name="A")
    Notice.create(user=user, kind="core.told", text="old")
    clock.forward(days=181)
    Notice.create(user=user, kind="core.told", text="new")
    assert forget_books() == 1
    assert [row.text for row in Notice.select()] == ["new"]
    assert all(kept.total_seconds() > 0 for _title, kept in kept_for())
