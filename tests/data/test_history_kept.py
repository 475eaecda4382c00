"""What stands in the history cannot be changed, agrees with the data, and tells of a change."""

import threading
from datetime import date

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.actor import system
from core.data.database import db, release, transaction
from core.data.history import History, HistoryValue, is_sound
from core.modules.registry import using
from tests.data.told import values_of

REFUSED = [
    "UPDATE core_history SET actor_name = 'x'",
    "UPDATE core_history_value SET old = 'x'",
    "DELETE FROM core_history_value",
    "DELETE FROM core_history",
]
ONLY_ON = {
    peewee.SqliteDatabase: [
        "REPLACE INTO core_history SELECT * FROM core_history",
        "INSERT OR REPLACE INTO core_history_value SELECT * FROM core_history_value",
    ],
    peewee.PostgresqlDatabase: [
        "TRUNCATE core_history_value",
        "TRUNCATE core_history CASCADE",
        "INSERT INTO core_history SELECT * FROM core_history"
        " ON CONFLICT (id) DO UPDATE SET actor_name = 'x'",
    ],
}
TABLES = ("core_history", "core_history_value")
FIELDS = ("name", "city", "is_customer", "birthday")
WRITES = st.lists(
    st.tuples(
        st.sampled_from(["create", "save", "update", "archive", "restore", "delete", "fail"]),
        st.integers(0, 5),
        st.sampled_from(FIELDS),
        st.sampled_from(["", "Oʻtkir “a”", "\\ \n'", "Ў", "😀"]),
    ),
    max_size=12,
)


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


def without_triggers(statement):
    for table in TABLES:
        if isinstance(db.obj, peewee.SqliteDatabase):
            db.execute_sql(f'DROP TRIGGER "{table}_update"')
        else:
            db.execute_sql(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    db.execute_sql(statement)


def test_the_tables_refuse_every_change(contact):
    contact.create(name="Bahor").change({"city": "Xiva"})
    before = [list(model.select().tuples()) for model in (History, HistoryValue)]
    others = next(some for kind, some in ONLY_ON.items() if isinstance(db.obj, kind))
    for statement in (*REFUSED, *others):
        with pytest.raises(peewee.DatabaseError, match="cannot be changed"), transaction():
            db.execute_sql(statement)
    assert [list(model.select().tuples()) for model in (History, HistoryValue)] == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_history SET actor_name = 'Birov' WHERE id = {row}",
        "UPDATE core_history SET record = record + 1 WHERE id = {row}",
        "UPDATE core_history_value SET new = '\"Navoiy\"' WHERE history_id = {row}",
        "UPDATE core_history_value SET digest = 'x' WHERE history_id = {row}",
        "UPDATE core_history_value SET history_id = {other} WHERE history_id = {row}",
    ],
)
def test_a_change_made_around_the_triggers_is_detected(contact, change):
    contact.create(name="Bahor", city="Xiva").change({"city": "Buxoro"})
    row, other = History.select().order_by(History.id.desc()).limit(2)
    assert all(map(is_sound, History.select()))
    without_triggers(change.format(row=row.id, other=other.id))
    assert not is_sound(History.get_by_id(row.id))


def test_a_value_can_be_erased_and_its_row_stays_sound(contact):
    contact.create(name="Bahor", city="Xiva").change({"city": "Buxoro"})
    row = History.select().order_by(History.id.desc()).first()
    without_triggers("UPDATE core_history_value SET old = NULL, new = NULL, salt = NULL")
    assert is_sound(History.get_by_id(row.id))


def test_writers_at_once_leave_one_chain_of_values(contact, registry):
    record = contact.create(name="Bahor", city="0")
    failures = []

    def write(letter):
        try:
            with using(registry), system("a test writes"):
                for number in range(10):
                    city = f"{letter}{number}"
                    contact.update(city=city).where(contact.id == record.id).execute()
        except BaseException as error:
            failures.append(error)
        finally:
            release()

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    rows = History.select().where(History.record == record.id, History.model == "contacts_contact")
    told = [values_of(row)["city"] for row in rows.order_by(History.id) if row.action == "update"]
    assert len(told) == 40
    assert [old for old, _ in told] == ["0", *(new for _, new in told[:-1])]
    assert told[-1][1] == contact.get_by_id(record.id).city


@given(writes=WRITES)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_history_and_data_agree_whatever_was_written(contact, writes):
    with db.atomic() as all_of_it:
        start = History.select(peewee.fn.MAX(History.id)).scalar() or 0
        made = {}
        for write in writes:
            apply(contact, made, *write)
        assert replayed(start, made) == rows_of(contact)
        all_of_it.rollback()


def rows_of(contact):
    """{id: {field: value, "archived": …}} as they stand."""
    names = [contact._meta.fields[name] for name in FIELDS]
    return {
        id: {**dict(zip(FIELDS, values, strict=True)), "archived": archived_at is not None}
        for id, archived_at, *values in contact.select(
            contact.id, contact.archived_at, *names
        ).tuples()
    }


def apply(contact, made, kind, place, name, text):
    value = {"is_customer": bool(text), "birthday": date(2001, 2, 3) if text else None}.get(
        name, text
    )
    ids = sorted(rows_of(contact))
    if kind == "create":
        id = contact.create(**{"name": "Bahor", name: value}).id
        made.setdefault(id, []).append(rows_of(contact)[id])  # SQLite gives an id again
    elif kind == "update":
        contact.update({name: value}).where(contact.id.in_(ids[place:])).execute()
    elif kind == "fail":
        with transaction() as change:
            contact.update({name: value}).execute()
            change.rollback()
    elif place < len(ids):
        record = contact.get_by_id(ids[place])
        if kind == "save":
            record.change({name: value})
        else:
            {"delete": record.delete_instance}.get(kind, getattr(record, kind, None))()


def replayed(start, made):
    """The rows that the history makes of those that were created."""
    rows = {}
    for told in History.select().where(History.id > start).order_by(History.id):
        assert is_sound(told)
        if told.action == "create":
            rows[told.record] = made[told.record].pop(0)
        row = rows[told.record]
        for name, (old, new) in values_of(told).items():
            if name in FIELDS:
                assert told.action == "delete" or old != new
                assert old == as_told(row[name])
                is_day = name == "birthday" and new is not None
                row[name] = date.fromisoformat(new) if is_day else new
        if told.action in ("archive", "restore"):
            row["archived"] = told.action == "archive"
        if told.action == "delete":
            del rows[told.record]
    return rows


def as_told(value):
    return value.isoformat() if isinstance(value, date) else value
