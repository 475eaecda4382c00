"""Remembered devices; where a session is and when it was confirmed; what a token may do."""

from peewee import SQL, CharField, DateTimeField, ForeignKeyField, IntegerField


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class Device(db.Model):
        digest = CharField(unique=True, max_length=64)
        user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
        title = CharField(max_length=64)
        created_at = DateTimeField()
        seen_at = DateTimeField()
        expires_at = DateTimeField(index=True)
        pin_hash = CharField(max_length=255)
        tries = IntegerField()

        class Meta:
            table_name = "core_device"

    class Session(db.Model):
        device = ForeignKeyField(Device, null=True, on_delete="SET NULL", backref="+")

    db.create_tables([Device])
    migrator.migrate(
        migrator.add_column("core_session", "agent", _text(64, "")),
        migrator.add_column("core_session", "confirmed_at", DateTimeField(null=True)),
        migrator.add_column("core_session", "device_id", Session.device),
        migrator.add_column("core_token", "actions", _text(8, "crudx")),
        migrator.add_column("core_token", "seen_at", DateTimeField(null=True)),
    )


def _text(longest, default):
    return CharField(max_length=longest, default=default, constraints=[SQL(f"DEFAULT '{default}'")])


def down(migrator, db):
    db.execute_sql('DROP INDEX "core_session_device_id"')
    migrator.migrate(
        migrator.drop_column("core_token", "seen_at"),
        migrator.drop_column("core_token", "actions"),
        migrator.drop_column("core_session", "device_id"),
        migrator.drop_column("core_session", "confirmed_at"),
        migrator.drop_column("core_session", "agent"),
    )
    db.execute_sql('DROP TABLE "core_device"')
