"""Whoever changes the history past its triggers is found, and at which row."""

import shutil

import pytest

from core.data.audit import note
from core.data.chain import Head, head, next_seal, seal_history
from core.data.database import db, transaction
from core.data.heads import FILE, begin_with, keep_head, keep_heads_in, kept_heads
from core.data.history import History
from core.data.verifying import (
    CHANGED,
    CUT,
    LATE,
    OTHER,
    RESEALED,
    UNLINKED,
    last_verdict,
    note_verdict,
    verify,
)
from tests.data.breaking import break_history, remove
from tests.data.told import digest_now


@pytest.fixture
def var(working, tmp_path):
    """A folder for the heads, which this process keeps there."""
    folder = tmp_path / "heads"
    keep_heads_in(folder)
    yield folder
    keep_heads_in(tmp_path)


@pytest.fixture
def rows(working):
    """The ids of all rows: ten that were sealed, with one value each, and one that waits."""
    for number in range(10):
        note("log_in", ("core_user", number + 1), [("tries", None, number)])
    keep_head(seal_history())
    note("log_out", ("core_user", 1))
    return [id for (id,) in History.select(History.id).order_by(History.id).tuples()]


def found():
    fault = verify().fault
    return fault and tuple(fault)


def test_what_nobody_touched_is_sound(var, rows):
    verdict = verify()
    assert verdict.fault is None
    assert verdict.rows == len(rows)
    assert verdict.head == head()


def test_an_empty_history_is_sound(working):
    assert verify().fault is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_history SET actor_name = 'x' WHERE id = {row}",
        "UPDATE core_history SET at = '2001-01-01 00:00:00' WHERE id = {row}",
        "UPDATE core_history SET digest = 'x' WHERE id = {row}",
        "UPDATE core_history_value SET new = '7' WHERE history_id = {row}",
        "UPDATE core_history_value SET digest = 'x' WHERE history_id = {row}",
        "DELETE FROM core_history_value WHERE history_id = {row}",
        "INSERT INTO core_history_value (history_id, field, digest) VALUES ({row}, 'a', 'b')",
    ],
)
@pytest.mark.parametrize("place", [0, 4, -2, -1])
def test_a_row_that_was_changed_is_pointed_at(var, rows, change, place):
    if place in (0, -1) and "core_history_value" in change:
        note("log_out", ("core_user", 1), [("tries", None, 1)])
        seal_history()
        rows.append(rows[-1] + 1)
        place = -1
    break_history(change.format(row=rows[place]))
    assert found() == (rows[place], CHANGED)


def test_a_value_that_was_erased_is_no_fault(var, rows):
    break_history(
        "UPDATE core_history_value SET old = NULL, new = NULL, salt = NULL"
        f" WHERE history_id = {rows[3]}"
    )
    assert found() is None


def test_a_value_that_was_put_in_the_place_of_an_erased_one_is_pointed_at(var, rows):
    break_history(
        f"""UPDATE core_history_value SET new = '"x"', salt = NULL WHERE history_id = {rows[3]}"""
    )
    assert found() == (rows[3], CHANGED)


@pytest.mark.parametrize("id", [0, -1, -(2**63)])
def test_a_row_that_was_put_in_before_the_first_is_pointed_at(var, rows, id):
    columns = "at, actor_name, address, request, model, record, root_model, root_record, action"
    break_history(
        f"INSERT INTO core_history (id, {columns}, digest)"
        f" SELECT {id}, {columns}, digest FROM core_history WHERE id = {rows[-1]}"
    )
    assert found() == (id, LATE)


def test_a_row_that_was_removed_is_noticed_by_the_one_behind_it(var, rows):
    remove(rows[4])
    assert found() == (rows[5], UNLINKED)


def test_a_seal_that_was_given_anew_is_pointed_at(var, rows):
    break_history(f"UPDATE core_history SET seal = 'x' WHERE id = {rows[4]}")
    assert found() == (rows[4], RESEALED)


def test_a_seal_that_was_taken_away_is_pointed_at(var, rows):
    break_history(f"UPDATE core_history SET previous = NULL, seal = NULL WHERE id = {rows[4]}")
    assert found() == (rows[4], LATE)


def test_a_row_that_was_put_in_among_sealed_ones_is_pointed_at(var, rows):
    remove(rows[4])
    columns = "at, actor_name, address, request, model, record, root_model, root_record, action"
    break_history(
        f"INSERT INTO core_history (id, {columns}, digest)"
        f" SELECT {rows[4]}, {columns}, digest FROM core_history WHERE id = {rows[-1]}"
    )
    assert found() == (rows[4], LATE)


def test_the_last_sealed_row_is_missed_by_the_head(var, rows):
    remove(rows[-1])
    remove(rows[-2])
    assert found() == (rows[-2], CUT)


def cut_off(ids):
    """Remove rows, and let the head in the database be that of the one before them."""
    for id in ids:
        remove(id)
    last = History.select().order_by(History.id.desc()).first()
    db.execute_sql(f"UPDATE core_chain SET last = {last.id}, seal = '{last.seal}'")


def test_an_end_that_was_cut_off_with_its_head_is_missed_by_the_head_beside(var, rows):
    cut_off(rows[-3:])
    assert found() == (rows[-2], CUT)


def test_a_head_that_was_taken_out_of_the_database_is_missed_and_found_again(var, rows):
    db.execute_sql("DELETE FROM core_chain")
    assert found()[1] == CUT
    assert last_verdict() == (None, None, None)
    keep_head(seal_history())
    assert (found(), head().id) == (None, rows[-1])


def test_without_heads_beside_the_database_nobody_misses_a_cut_end(var, rows):
    cut_off(rows[-3:])
    shutil.rmtree(var)
    assert found() is None


def test_a_history_written_anew_from_some_row_on_is_missed_by_a_kept_head(var, rows):
    """All seals are right again, and the head too."""
    break_history(f"UPDATE core_history SET actor_name = 'x' WHERE id = {rows[4]}")
    row = History.get_by_id(rows[4])
    seal = row.previous
    for id in rows[4:-1]:
        digest = digest_now(id)
        after = next_seal(seal, id, digest)
        break_history(
            f"UPDATE core_history SET digest = '{digest}', previous = '{seal}', seal = '{after}'"
            f" WHERE id = {id}"
        )
        seal = after
    db.execute_sql(f"UPDATE core_chain SET seal = '{seal}'")
    assert found() == (rows[-2], OTHER)


def test_a_head_that_only_a_backup_names_is_missed_too(var, rows):
    gone = head()
    cut_off(rows[-3:])
    shutil.rmtree(var)
    assert tuple(verify([gone]).fault) == (gone.id, CUT)


def test_two_heads_of_one_row_say_that_it_is_another_one(var, rows):
    assert tuple(verify([head()._replace(seal="x")]).fault) == (head().id, OTHER)


def test_what_is_sealed_while_somebody_looks_is_no_fault(var, rows):
    told = []

    def look(done, total):
        note("log_out", ("core_user", 1))
        seal_history()
        told.append(done)

    assert verify(told=look).fault is None
    assert told


def test_the_first_of_several_faults_is_told(var, rows):
    break_history(
        f"UPDATE core_history SET actor_name = 'x' WHERE id = {rows[6]}",
        f"UPDATE core_history SET actor_name = 'x' WHERE id = {rows[2]}",
    )
    assert found() == (rows[2], CHANGED)


def test_a_fault_is_one_sentence(var, rows):
    break_history(f"UPDATE core_history SET actor_name = 'x' WHERE id = {rows[2]}")
    said = str(verify().fault)
    assert said == f"Row {rows[2]} of the history is not as it was written."


def test_what_a_look_found_is_kept(var, rows):
    assert last_verdict() == (None, None, None)
    note_verdict(verify())
    at, count, fault = last_verdict()
    assert (at is None, count, fault) == (False, len(rows), None)
    break_history(f"UPDATE core_history SET actor_name = 'x' WHERE id = {rows[2]}")
    note_verdict(verify())
    assert last_verdict()[2] == (rows[2], CHANGED)


def test_a_long_history_is_read_a_thousand_rows_at_once(working, query_count):
    with transaction():
        for number in range(2100):
            note("log_in", ("core_user", number + 1))
    seal_history()
    with query_count:
        assert verify().fault is None
    read = [sql for sql in query_count.statements if "core_history_value" in sql]
    assert len(read) == 3


def test_of_a_day_the_first_head_and_the_last_are_kept(var, rows, clock):
    first = kept_heads().heads[-1]
    for _ in range(3):
        note("log_out", ("core_user", 1))
        keep_head(seal_history())
    last = head()
    assert kept_heads().heads == [first, last]
    clock.forward(days=1)
    for _ in range(3):
        note("log_out", ("core_user", 1))
        keep_head(seal_history())
    assert kept_heads().heads[:2] == [first, last]
    assert len(kept_heads().heads) == 4
    assert verify().fault is None


def test_the_same_head_is_kept_once(var, rows):
    before = kept_heads()
    keep_head(head())
    assert kept_heads() == before
    assert (var / FILE).stat().st_mode & 0o777 == 0o600


def test_a_file_of_heads_that_cannot_be_read_is_begun_anew(var, rows):
    (var / FILE).write_text('{"heads": 7}')
    assert kept_heads().heads == []
    keep_head(head())
    assert kept_heads().heads == [head()]


def test_heads_of_what_was_given_up_for_a_backup_are_missed_by_nobody(var, rows, clock):
    gone = head()
    cut_off(rows[-3:])
    clock.forward(hours=1)
    begin_with(Head(rows[2], History.get_by_id(rows[2]).seal, 3, gone.at))
    assert kept_heads().gave_up(gone)
    assert not kept_heads().gave_up(Head(rows[1], "x", 2, gone.at))
    assert found() is None
