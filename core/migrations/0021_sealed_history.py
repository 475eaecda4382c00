"""Longer names of what was done in the history."""

from peewee import SqliteDatabase


def up(migrator, db):
    if not isinstance(db, SqliteDatabase):  # which keeps to no length
        db.execute_sql("ALTER TABLE core_history ALTER COLUMN action TYPE VARCHAR(32)")


def down(migrator, db):
    """The column stays as long as it is: what stands in it may be so."""
