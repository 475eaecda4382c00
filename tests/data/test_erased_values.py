"""A value of the history goes as a whole or not at all, whoever asks the database."""

import peewee
import pytest

from core.data.database import db, transaction
from core.data.history import HistoryValue, tagged


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


REFUSED = {
    "a value alone": "UPDATE core_history_value SET old = '1' WHERE id = {id}",
    "its salt alone": "UPDATE core_history_value SET salt = NULL WHERE id = {id}",
    "another value": "UPDATE core_history_value SET old = '2', salt = NULL WHERE id = {id}",
    "its digest": (
        "UPDATE core_history_value SET old = NULL, new = NULL, salt = NULL, digest = 'x'"
        " WHERE id = {id}"
    ),
    "its field": (
        "UPDATE core_history_value SET old = NULL, new = NULL, salt = NULL, field = 'x'"
        " WHERE id = {id}"
    ),
    "its row": (
        "UPDATE core_history_value SET old = NULL, new = NULL, salt = NULL, history_id = 1"
        " WHERE id = {id}"
    ),
    "a deletion": "DELETE FROM core_history_value WHERE id = {id}",
    "its entry": "UPDATE core_history SET actor_name = 'x'",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_the_history_allows_no_other_change(working, contact, statement):
    with tagged("a"):
        record = contact.create(name="Bahor")
        record.change({"name": "Navroʻz"})
    [value] = HistoryValue.select().where(HistoryValue.field == "name")
    with pytest.raises(peewee.DatabaseError, match="cannot be changed"), transaction():
        db.execute_sql(statement.format(id=value.id))
    assert HistoryValue.get_by_id(value.id).new == '"Navroʻz"'
