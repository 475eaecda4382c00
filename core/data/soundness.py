"""Whether the database is whole: its pages, its search index."""

import peewee

from core.data.copies import SQLITE, kind
from core.data.database import db
from core.data.model import Model
from core.data.search import SearchIndex, search_table

SAMPLE = 1_000  # records of each model whose words are compared


def faults_of_pages() -> list[str]:
    """What SQLite finds wrong with its file, at most a few lines; PostgreSQL checks by itself."""
    if kind() != SQLITE:
        return []
    found = [text for (text,) in db.execute_sql("PRAGMA integrity_check(5)").fetchall()]
    found = [] if found == ["ok"] else found
    broken = db.execute_sql("PRAGMA foreign_key_check").fetchmany(5)
    return found + [
        f"a row of {table} names one of {parent} that is gone" for table, _, parent, _ in broken
    ]


def not_found(index: SearchIndex) -> list[tuple[str, int]]:
    """(table, how many) of records that a search would miss, or find by what they no longer hold:
    all are counted, and of `SAMPLE` the words are compared.
    """
    found = [(model._meta.table_name, _unlike(index, model)) for model in index.indexed]
    return [(table, count) for table, count in found if count]


def is_gone(table: str, id: peewee.Field) -> peewee.Expression:
    """The condition that the table has no row with the id."""
    row = peewee.Table(table, ("id",))
    return ~peewee.fn.EXISTS(row.select(row.id).where(row.id == id))


def newest_not_found(index: SearchIndex) -> list[str]:
    """The tables whose newest record a search would miss: quick to find out."""
    return [model._meta.table_name for model in index.indexed if _lacks_newest(model)]


def _lacks_newest(model: type[Model]) -> bool:
    table = model._meta.table_name
    newest = f'SELECT MAX(id) FROM "{table}"'
    lacking = f'SELECT 1 FROM "{search_table(table)}" WHERE id = ({newest})'
    ((last, found),) = db.execute_sql(f"SELECT ({newest}), ({lacking})")
    return last is not None and found is None


def _unlike(index: SearchIndex, model: type[Model]) -> int:
    table = model._meta.table_name
    name = search_table(table)
    join = f'FROM "{table}" r LEFT JOIN "{name}" s ON s.id = r.id'
    ((count, lacking),) = db.execute_sql(f"SELECT COUNT(r.id), COUNT(r.id) - COUNT(s.id) {join}")
    step = count // SAMPLE + 1
    sample = f"s.id IS NOT NULL AND r.id - r.id / {step} * {step} = 0"
    query = f"SELECT s.id, s.head, s.body {join} WHERE {sample}"
    rows = db.execute_sql(query).fetchall()
    wanted = {id: _parts(head, body) for id, head, body in index.rows(model, [r[0] for r in rows])}
    unlike = sum(wanted.get(id) != _parts(head, body) for id, head, body in rows)
    return int(lacking) + unlike or int(not _trigrams_fit(name))


def _parts(head: str, body: str) -> tuple[str, list[str]]:
    # What lines of a record hold comes in any order.
    return head, sorted(body.split("\n"))


def _trigrams_fit(name: str) -> bool:
    """Whether SQLite's index holds what the search table does; PostgreSQL's cannot differ."""
    if kind() != SQLITE:
        return True
    fts = f"{name}_fts"
    check = f"INSERT INTO \"{fts}\" ({fts}, rank) VALUES ('integrity-check', 1)"
    try:
        db.execute_sql(check)
    except peewee.DatabaseError:
        return False
    return True
