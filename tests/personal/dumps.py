"""Every byte of a database as texts, to look for what must not be left in it."""

import peewee

from core.data.database import db


def tables():
    """The names of all tables, also those that SQLite keeps its full text in."""
    if isinstance(db.obj, peewee.SqliteDatabase):
        query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    else:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    return [name for (name,) in db.execute_sql(query).fetchall()]


def dumped():
    """{table: all of its rows as one text}."""
    return {
        table: "\n".join(
            repr(value.decode("utf-8", "replace") if isinstance(value, bytes) else value)
            for row in db.execute_sql(f'SELECT * FROM "{table}"').fetchall()
            for value in row
        )
        for table in tables()
    }


def found(words):
    """{table: those of the words that are somewhere in it}."""
    texts = {table: text.casefold() for table, text in dumped().items()}
    left = {
        table: [word for word in words if word.casefold() in text] for table, text in texts.items()
    }
    return {table: words for table, words in left.items() if words}
