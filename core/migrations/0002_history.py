"""The history of all records, and the triggers that refuse to let it be changed."""

from peewee import (
    BigAutoField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    SqliteDatabase,
    TextField,
)

TABLES = ("core_history", "core_history_value")
REFUSED = "The history cannot be changed"


def up(migrator, db):
    class History(db.Model):
        id = BigAutoField()
        at = DateTimeField()
        actor = IntegerField(null=True)
        actor_name = CharField(max_length=255)
        address = CharField(max_length=64)
        request = CharField(max_length=8)
        model = CharField(max_length=64)
        record = IntegerField()
        root_model = CharField(max_length=64)
        root_record = IntegerField()
        action = CharField(max_length=8)
        digest = CharField(max_length=64)
        previous = CharField(max_length=64, null=True)
        seal = CharField(max_length=64, null=True)

        class Meta:
            table_name = "core_history"
            indexes = ((("root_model", "root_record", "id"), False),)

    class HistoryValue(db.Model):
        id = BigAutoField()
        history = ForeignKeyField(History, backref="values")
        field = CharField(max_length=64)
        old = TextField(null=True)
        new = TextField(null=True)
        salt = CharField(max_length=32, null=True)
        digest = CharField(max_length=64)

        class Meta:
            table_name = "core_history_value"

    db.create_tables([History, HistoryValue])
    if isinstance(db, SqliteDatabase):
        _refuse_on_sqlite(db)
    else:
        _refuse_on_postgresql(db)


def _refuse_on_sqlite(db):
    # REPLACE deletes first, and with recursive_triggers=1 meets the trigger of DELETE.
    for table in TABLES:
        for event in ("UPDATE", "DELETE"):
            db.execute_sql(
                f'CREATE TRIGGER "{table}_{event.lower()}" BEFORE {event} ON "{table}"'
                f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )


def _refuse_on_postgresql(db):
    db.execute_sql(
        "CREATE FUNCTION core_history_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    for table in TABLES:
        db.execute_sql(
            f'CREATE TRIGGER "{table}_refuse" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"'
            " FOR EACH STATEMENT EXECUTE FUNCTION core_history_refuse()"
        )


def down(migrator, db):
    for table in reversed(TABLES):
        db.execute_sql(f'DROP TABLE "{table}"')
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("DROP FUNCTION core_history_refuse()")
