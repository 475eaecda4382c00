"""However long the history is, a page of it walks along an index and sorts nothing."""

import peewee
import pytest

from core.data.database import db, transaction
from core.data.history import History
from core.web.history.asking import read_asked, rows_of

ROWS = 3000


@pytest.fixture
def long(working):
    """A history in which one user did most, to contacts, and seldom something else."""
    rows = []
    for number in range(ROWS):
        at = f"2026-01-{number // 150 + 1:02} 10:00:00"
        action = "archive" if not number % 100 else "update"
        who = 5 if number % 10 else 6
        table = "contacts_contact" if number % 50 else "core_user"
        rows.append((at, who, "x", "", "", table, number, table, number, action, "x"))
    columns = "at, actor, actor_name, address, request, model, record, root_model, root_record"
    place = ", ".join([db.obj.param] * 11)
    with transaction():
        for row in rows:
            db.execute_sql(
                f"INSERT INTO core_history ({columns}, action, digest) VALUES ({place})",
                row,
            )
    db.execute_sql("ANALYZE")


def plan_of(args, place=""):
    """How the database reads a page: the lines of EXPLAIN."""
    seen = []
    run = db.obj.execute_sql

    def explain(sql, params=None):
        if sql.startswith("SELECT") and "core_history" in sql and "DESC" in sql:
            word = "EXPLAIN QUERY PLAN" if isinstance(db.obj, peewee.SqliteDatabase) else "EXPLAIN"
            seen.extend(str(row[-1]) for row in run(f"{word} {sql}", params).fetchall())
        return run(sql, params)

    db.obj.execute_sql = explain
    try:
        rows_of(read_asked(args), (History.id, History.at), 51, place)
    finally:
        del db.obj.execute_sql
    return "\n".join(seen)


@pytest.mark.parametrize(
    ("args", "index"),
    [
        ({}, "core_history_at"),
        ({"who": "6"}, "core_history_actor"),
        ({"what": "core_user"}, "core_history_root"),
        ({"action": "archive"}, "core_history_action"),
        ({"from": "2026-01-05", "until": "2026-01-06"}, "core_history_at"),
        ({"who": "5", "from": "2026-01-03", "until": "2026-01-18"}, "core_history_a"),
    ],
)
@pytest.mark.parametrize("place", ["", "20260115000000-2000"])
def test_a_page_walks_along_its_index(long, args, index, place):
    plan = plan_of(args, place)
    assert index in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan
    assert "SCAN core_history\n" not in f"{plan}\n", plan
    assert "Seq Scan" not in plan, plan


def test_a_record_is_found_by_the_index_of_its_timeline(long):
    plan = plan_of({"what": "core_user", "record": "50"})
    assert "root_model" in plan, plan
    assert "root_record" in plan, plan
    assert "Seq Scan" not in plan, plan
