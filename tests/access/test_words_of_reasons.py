"""What `why` says of each line, word for word, how far the line came, and who made it."""

from dataclasses import replace

import pytest

from core.access.limits import FieldLimit
from core.access.lines import ALL, LED, OWN, TEAM, Access, Role, Rule
from core.access.reasons import FIELD, GRANTED, LIMIT, NONE, ROLE, ROWS, TOKEN, why
from core.data.actor import Actor, system

CLERK, CHIEF, MUTE = Role("test.clerk", "Clerk"), Role("test.chief", "Chief"), Role("test.mute", "")
ME = Actor(id=1, name="me", roles=frozenset({"test.clerk"}))


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


def said(*question):
    """(how far it came, the words, the source, who made it, whose place) of each reason."""
    return [(r.stage, str(r.text), r.source, r.made_by, r.stands_for) for r in why(*question)]


def test_the_system_says_why_it_acts(contact):
    with system("of a test") as acting:
        words = "The system: it acts (of a test)."
        assert said(acting, "r", contact) == [(GRANTED, words, "core", "", "")]


def test_a_token_and_an_administrator_decide_alone(ruled, contact):
    with ruled([Access(contact, CLERK, "crudx")]):
        words = "The token: it is not made for this."
        assert said(replace(ME, actions="r"), "u", contact) == [(TOKEN, words, "core", "", "")]
        words = "Administrator: may do everything."
        boss = replace(ME, roles=frozenset({"admin"}))
        assert said(boss, "u", contact) == [(GRANTED, words, "core", "", "")]
        assert said(replace(boss, actions="r"), "u", contact)[0][0] == TOKEN


def test_where_no_role_is_held_the_action_is_named(ruled, contact):
    words = {"c": "create", "r": "read", "u": "change", "d": "delete", "x": "export"}
    with ruled([]):
        for action, word in words.items():
            nothing = f"{word}: no role that is held grants it on these records."
            assert said(ME, action, contact) == [(NONE, nothing, "core", "", "")]
    with ruled([Access(contact, CHIEF, "crudx", source="sales")]):
        for action, word in words.items():
            first, second = said(ME, action, contact)
            assert first[0] == NONE
            line = f"Chief may {word} all records: the role is not held."
            assert second == (ROLE, line, "sales", "", "")


def test_a_line_is_said_with_its_scope_and_its_rules(ruled, contact):
    def from_town(row, actor):
        return row.city == "x"

    rules = [
        Rule(contact, CLERK, from_town, title="those of the town"),
        Rule(contact, CLERK, from_town, on="u"),
    ]
    record = contact.create(name="a", city="x", owner=None)
    scopes = {
        OWN: "their own records",
        LED: "their own records and those of teams that they lead",
        TEAM: "the records of their team",
        ALL: "all records",
    }
    for scope, words in scopes.items():
        with ruled([Access(contact, CLERK, "cru", scope=scope, source="sales")], rules):
            narrowed = f"Clerk may read {words}, those of the town"
            lets = (GRANTED, f"{narrowed}: lets it through.", "sales", "", "")
            outside = f"{narrowed}: this record is not among them ({words})."
            refused = (ROWS, outside, "sales", "", "")
            assert said(ME, "r", contact) == [lets]
            assert said(ME, "r", record) == [lets if scope == ALL else refused]
            change = f"Clerk may change {words}, those of the town, from town: lets it through."
            assert said(ME, "u", contact)[0][1] == change
            assert said(ME, "c", contact)[0][1] == change.replace("change", "create")
    contact.update(city="y").execute()
    with ruled([Access(contact, CLERK, "r")], rules):
        (reason,) = said(ME, "r", record)
        assert reason[:2] == (
            ROWS,
            "Clerk may read all records, those of the town:"
            " this record is not among them (those of the town).",
        )


def test_a_record_that_is_gone_and_a_hidden_field_are_said(ruled, contact):
    record = contact.create(name="a")
    line = Access(contact, MUTE, "r", except_fields=("city",), source="sales")
    mute = replace(ME, roles=frozenset({"test.mute"}))
    with ruled([line]):
        may = "test.mute may read all records"
        gone = f"{may}: there is no such record."
        assert said(mute, "r", contact(id=10**6)) == [(ROWS, gone, "sales", "", "")]
        hidden = f"{may}: the field is hidden there."
        assert said(mute, "r", record, "city") == [(FIELD, hidden, "sales", "", "")]
        assert said(mute, "r", contact(id=10**6), "city")[0][0] == ROWS
        assert said(mute, "r", record, "name")[0][0] == GRANTED


def test_a_limit_is_said_with_the_roles_that_pass_it(ruled, working, contact):
    record = contact.create(name="a")
    telephone = working.model("contacts.telephone")
    line = telephone.create(contact=record, number="1")
    writing = FieldLimit(contact, "city", writers=frozenset({"test.gone"}), source="other")
    limits = (
        FieldLimit(contact, "job", readers=frozenset({"test.chief"})),
        FieldLimit(telephone, "job", readers=frozenset({"test.chief"})),
        FieldLimit(
            contact,
            "city",
            readers=frozenset({"test.chief", "test.mute"}),
            source="studio",
            made_by="Dilnoza",
        ),
        writing,
        FieldLimit(contact, "city", readers=frozenset({"test.clerk"})),
        FieldLimit(telephone, "number", writers=frozenset({"test.chief"})),
    )
    access = (Access(contact, CLERK, "crud", source="sales"),)
    for_all = replace(working, roles=(CLERK, CHIEF), access=access, rules=(), limits=limits)
    from core.modules.registry import using

    with using(for_all):
        hidden = "The field is for some roles only: Chief, test.mute: none is held."
        closed = "Clerk may read all records: the field is hidden there."
        first, second = said(ME, "r", record, "city")
        assert first == (LIMIT, hidden, "studio", "Dilnoza", "")
        assert second == (FIELD, closed, "sales", "", "")
        assert [reason[0] for reason in said(ME, "u", record, "city")] == [LIMIT, LIMIT, FIELD]
        other = "The field is for some roles only: test.gone: none is held."
        assert said(ME, "u", record, "city")[1] == (LIMIT, other, "other", "", "")
        assert [reason[0] for reason in said(ME, "r", record, "name")] == [GRANTED]
        # Of a line: its own limit stands above the record's line of access.
        assert [reason[0] for reason in said(ME, "u", line, "number")] == [LIMIT, FIELD]
        assert [reason[0] for reason in said(ME, "r", line, "number")] == [GRANTED]
        boss = replace(ME, roles=frozenset({"admin"}))
        assert [reason[0] for reason in said(boss, "u", record, "city")] == [GRANTED]


def test_who_composed_a_line_and_for_whom_somebody_stands_are_said(ruled, contact):
    offered = Access(contact, CHIEF, "r", scope=OWN, source="sales")
    taken = Access(contact, CLERK, "r", origin=offered, made_by="Dilnoza", source="core")
    absent = Actor(id=2, name="Zafar", roles=frozenset({"test.clerk"}))
    record = contact.create(name="a")
    with ruled([offered, taken]):
        may = "Clerk may read all records: lets it through."
        assert said(replace(ME, covers=(absent,)), "r", record)[:2] == [
            (GRANTED, may, "sales", "Dilnoza", ""),
            (GRANTED, may, "sales", "Dilnoza", "Zafar"),
        ]
