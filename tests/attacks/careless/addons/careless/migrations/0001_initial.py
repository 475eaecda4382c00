"""Notes."""

from peewee import CharField, IntegerField, TextField

from core.api import create_search_tables, drop_search_tables, record_base


def up(migrator, db):
    Record = record_base(db)  # noqa: N806 - a class

    class Note(Record):
        name = CharField()
        text = TextField()
        views = IntegerField()

        class Meta:
            table_name = "careless_note"

    db.create_tables([Note])
    create_search_tables(db, "careless_note")


def down(migrator, db):
    drop_search_tables(db, "careless_note")
    db.execute_sql('DROP TABLE "careless_note"')
