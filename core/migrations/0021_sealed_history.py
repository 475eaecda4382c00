"""The chain over the history: its head, and triggers that let each row be sealed once."""

from peewee import (
    BigIntegerField,
    CharField,
    DateTimeField,
    IntegerField,
    SqliteDatabase,
    TextField,
)

REFUSED = "The history cannot be changed"
GENESIS = "0" * 64
# What is done to fields makes nearly all rows: the other actions have an index of their own.
INDEXES = (
    ("core_history_at", "at, id", ""),
    ("core_history_actor", "actor, at, id", ""),
    ("core_history_root", "root_model, at, id", ""),
    ("core_history_action", "action, at, id", " WHERE action NOT IN ('create', 'update')"),
)
COLUMNS = (
    *("id", "at", "actor", "actor_name", "address", "request", "model", "record"),
    *("root_model", "root_record", "action", "digest"),
)


def up(migrator, db):
    class Chain(db.Model):
        last = BigIntegerField()
        seal = CharField(max_length=64)
        rows = IntegerField()
        sealed_at = DateTimeField(null=True)
        checked_at = DateTimeField(null=True)
        checked = IntegerField(null=True)
        fault = TextField(null=True)

        class Meta:
            table_name = "core_chain"

    db.create_tables([Chain])
    Chain.create(last=0, seal=GENESIS, rows=0)
    for name, columns, where in INDEXES:
        db.execute_sql(f'CREATE INDEX "{name}" ON "core_history" ({columns}){where}')
    if isinstance(db, SqliteDatabase):
        _seal_once_on_sqlite(db)
    else:
        # Sealed rows are written anew: with room beside them their indexes stay as they are.
        db.execute_sql("ALTER TABLE core_history SET (fillfactor = 60)")
        db.execute_sql("ALTER TABLE core_history ALTER COLUMN action TYPE VARCHAR(32)")
        _seal_once_on_postgresql(db)


def _seal_once_on_sqlite(db):
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in COLUMNS)
    db.execute_sql('DROP TRIGGER "core_history_update"')
    db.execute_sql(
        'CREATE TRIGGER "core_history_update" BEFORE UPDATE ON "core_history"'
        " WHEN NOT (OLD.previous IS NULL AND OLD.seal IS NULL"
        f" AND NEW.previous IS NOT NULL AND NEW.seal IS NOT NULL AND {same})"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )


def _seal_once_on_postgresql(db):
    old, new = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("OLD", "NEW"))
    db.execute_sql(
        "CREATE FUNCTION core_history_seal_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF OLD.previous IS NULL AND OLD.seal IS NULL"
        " AND NEW.previous IS NOT NULL AND NEW.seal IS NOT NULL"
        f" AND ROW({new}) IS NOT DISTINCT FROM ROW({old}) THEN RETURN NEW; END IF;"
        f" RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    db.execute_sql('DROP TRIGGER "core_history_refuse" ON "core_history"')
    db.execute_sql(
        'CREATE TRIGGER "core_history_refuse" BEFORE DELETE OR TRUNCATE ON "core_history"'
        " FOR EACH STATEMENT EXECUTE FUNCTION core_history_refuse()"
    )
    db.execute_sql(
        'CREATE TRIGGER "core_history_seal_once" BEFORE UPDATE ON "core_history"'
        " FOR EACH ROW EXECUTE FUNCTION core_history_seal_once()"
    )


def down(migrator, db):
    """`action` stays as long as it is: what stands in it may be so."""
    for name, _columns, _where in INDEXES:
        db.execute_sql(f'DROP INDEX "{name}"')
    db.execute_sql('DROP TABLE "core_chain"')
    if isinstance(db, SqliteDatabase):
        db.execute_sql('DROP TRIGGER "core_history_update"')
        db.execute_sql(
            'CREATE TRIGGER "core_history_update" BEFORE UPDATE ON "core_history"'
            f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
        return
    db.execute_sql("ALTER TABLE core_history RESET (fillfactor)")
    db.execute_sql('DROP TRIGGER "core_history_seal_once" ON "core_history"')
    db.execute_sql("DROP FUNCTION core_history_seal_once()")
    db.execute_sql('DROP TRIGGER "core_history_refuse" ON "core_history"')
    db.execute_sql(
        'CREATE TRIGGER "core_history_refuse" BEFORE UPDATE OR DELETE OR TRUNCATE'
        ' ON "core_history" FOR EACH STATEMENT EXECUTE FUNCTION core_history_refuse()'
    )
