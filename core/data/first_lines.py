"""Fields that repeat what the first line of a record says: to list and sort by, without a question.

Triggers keep them, which every way of writing a line passes: imports, archives that are brought
back and SQL by hand too.
"""

from typing import Any

import peewee

from core.data.fields import DerivedField, TelephoneField


class FirstLineField(DerivedField):
    """The text of the field `text` of the first of the record's lines `of`, a back-reference; lines
    whose field `unless[0]` is `unless[1]` do not count. A migration makes its column, with an
    empty text as default, and its triggers by `create_first_line`.
    """

    def __init__(
        self, of: str, text: str, unless: tuple[str, str] | None = None, **options: Any
    ) -> None:
        self.text = text
        self.unless = unless
        super().__init__(of, lambda value: "", **options)


class FirstTelephoneField(FirstLineField, TelephoneField):
    """The first telephone number among the lines of a record."""


def create_first_line(
    database: peewee.Database,
    column: tuple[str, str],
    text: tuple[str, str],
    key: str,
    unless: tuple[str, str] | None = None,
) -> None:
    """Let triggers keep `column` = (table of the records, its column) what `text` = (table of the
    lines, its column) says in the first line, whose column `key` names the record; lines where
    `unless` = (column, value) holds do not count. Fills what is there. For migrations.
    """
    (table, kept), (lines, said) = column, text
    others = f" AND {unless[0]} <> '{unless[1]}'" if unless else ""

    def keep(id: str) -> str:
        first = f"SELECT {said} FROM {lines} WHERE {key} = {id}{others} ORDER BY id LIMIT 1"
        return (
            f"UPDATE {table} SET {kept} = COALESCE(({first}), '')"
            f" WHERE id = {id} AND {kept} <> COALESCE(({first}), '')"
        )

    def wait(id: str) -> str:
        # Else two who write lines of one record at once would not see each other's.
        return f"PERFORM 1 FROM {table} WHERE id = {id} FOR NO KEY UPDATE"

    events = {"INSERT": ("new",), "DELETE": ("old",), "UPDATE": ("old", "new")}
    is_sqlite = isinstance(database, peewee.SqliteDatabase)
    for event, rows in events.items():
        ids = [f"{row}.{key}" for row in rows]
        steps = (
            [keep(id) for id in ids] if is_sqlite else [f(id) for id in ids for f in (wait, keep)]
        )
        work = "".join(f"{step};" for step in steps)
        _create_trigger(database, f"{table}_{kept}_{event.lower()}", event, lines, work)
    database.execute_sql(keep(f"{table}.id").partition(" WHERE id = ")[0])


def _create_trigger(
    database: peewee.Database, name: str, event: str, table: str, work: str
) -> None:
    if isinstance(database, peewee.SqliteDatabase):
        database.execute_sql(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {work} END")
        return
    database.execute_sql(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {work} RETURN NULL; END $$"
    )
    database.execute_sql(
        f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def drop_first_line(database: peewee.Database, column: tuple[str, str], lines: str) -> None:
    """Undo `create_first_line`, as long as both tables stand; the column itself stays."""
    table, kept = column
    for event in ("insert", "delete", "update"):
        name = f"{table}_{kept}_{event}"
        if isinstance(database, peewee.SqliteDatabase):
            database.execute_sql(f"DROP TRIGGER {name}")
        else:
            database.execute_sql(f"DROP TRIGGER {name} ON {lines}")
            database.execute_sql(f"DROP FUNCTION {name}()")
