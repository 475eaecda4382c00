"""Archives of personal data, rules of retention, and the one change that history values allow."""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    SqliteDatabase,
)

VALUES = "core_history_value"
REFUSED = "The history cannot be changed"
SAME = ("id", "history_id", "field", "digest")
GONE = ("old", "new", "salt")


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class PersonArchive(db.Model):
        model = CharField(max_length=64)
        record = IntegerField()
        birth = BigIntegerField()
        owner = ForeignKeyField(User, on_delete="CASCADE", backref="+")
        at = DateTimeField(index=True)
        hash = CharField(max_length=64, null=True, index=True)
        size = BigIntegerField()

        class Meta:
            table_name = "core_person_archive"
            indexes = ((("model", "record"), False),)

    class RetentionRule(db.Model):
        model = CharField(max_length=128)
        field = CharField(max_length=64)
        number = IntegerField()
        unit = CharField(max_length=8)
        deed = CharField(max_length=8)
        is_on = BooleanField()
        confirmed_at = DateTimeField(null=True)
        confirmed_by = CharField(max_length=255)
        ran_at = DateTimeField(null=True)
        done = IntegerField()
        left = IntegerField()

        class Meta:
            table_name = "core_retention_rule"

    db.create_tables([PersonArchive, RetentionRule])
    if isinstance(db, SqliteDatabase):
        _allow_erasing_on_sqlite(db)
    else:
        _allow_erasing_on_postgresql(db)


def _allow_erasing_on_sqlite(db):
    same = [f"NEW.{name} IS OLD.{name}" for name in SAME]
    allowed = " AND ".join([*same, *(f"NEW.{name} IS NULL" for name in GONE)])
    db.execute_sql(f'DROP TRIGGER "{VALUES}_update"')
    db.execute_sql(
        f'CREATE TRIGGER "{VALUES}_update" BEFORE UPDATE ON "{VALUES}"'
        f" WHEN NOT ({allowed}) BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )


def _allow_erasing_on_postgresql(db):
    same = [f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in SAME]
    allowed = " AND ".join([*same, *(f"NEW.{name} IS NULL" for name in GONE)])
    db.execute_sql(
        "CREATE FUNCTION core_history_erase() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF NOT ({allowed}) THEN RAISE EXCEPTION '{REFUSED}'; END IF;"
        " RETURN NEW; END $$"
    )
    db.execute_sql(f'DROP TRIGGER "{VALUES}_refuse" ON "{VALUES}"')
    db.execute_sql(
        f'CREATE TRIGGER "{VALUES}_refuse" BEFORE DELETE OR TRUNCATE ON "{VALUES}"'
        " FOR EACH STATEMENT EXECUTE FUNCTION core_history_refuse()"
    )
    db.execute_sql(
        f'CREATE TRIGGER "{VALUES}_erase" BEFORE UPDATE ON "{VALUES}"'
        " FOR EACH ROW EXECUTE FUNCTION core_history_erase()"
    )


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_retention_rule"')
    db.execute_sql('DROP TABLE "core_person_archive"')
    if isinstance(db, SqliteDatabase):
        db.execute_sql(f'DROP TRIGGER "{VALUES}_update"')
        db.execute_sql(
            f'CREATE TRIGGER "{VALUES}_update" BEFORE UPDATE ON "{VALUES}"'
            f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
        return
    db.execute_sql(f'DROP TRIGGER "{VALUES}_erase" ON "{VALUES}"')
    db.execute_sql(f'DROP TRIGGER "{VALUES}_refuse" ON "{VALUES}"')
    db.execute_sql("DROP FUNCTION core_history_erase()")
    db.execute_sql(
        f'CREATE TRIGGER "{VALUES}_refuse" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{VALUES}"'
        " FOR EACH STATEMENT EXECUTE FUNCTION core_history_refuse()"
    )
