"""Lines that are hidden on some records stay so in the history of all, as on the record's own."""

import pytest

from core.access.lines import OWN, Access, Role
from core.data.actor import acting_as, system
from core.data.history import History
from core.web.history.words import COLUMNS, Words, spoken

ONE, TWO = Role("test.one", "One"), Role("test.two", "Two")


@pytest.mark.attack(12)
def test_lines_that_are_hidden_on_others_records_say_nothing(working, ruled, actor):
    contact, telephone = (working.model(f"contacts.{n}") for n in ("contact", "telephone"))
    with system("a test"):
        record = contact.create(name="Bahor", owner=None)
        line = telephone.create(contact=record, number="+998901234567")
        line.change({"number": "+998907654321"})
    access = [
        Access(contact, ONE, "r", except_fields=("telephones",)),
        Access(contact, TWO, "r", OWN),
    ]
    with ruled(access), acting_as(actor(1, ONE, TWO)):
        query = History.select(*COLUMNS).where(History.model == "contacts_telephone")
        rows = spoken(query.order_by(History.id).tuples())
        words = Words(rows)
        said = [line for row in rows for line in words.lines(row)]
    assert len(rows) == 2
    assert said
    assert all(line.is_hidden for line in said)
    assert words.name_of(rows[0]) == "Bahor"
