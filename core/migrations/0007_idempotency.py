"""What was answered to requests of the API that carry a key."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class Idempotency(db.Model):
        user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
        key = CharField(max_length=255)
        digest = CharField(max_length=64)
        status = IntegerField()
        body = TextField()
        at = DateTimeField(index=True)

        class Meta:
            table_name = "core_idempotency"
            indexes = ((("user", "key"), True),)

    db.create_tables([Idempotency])


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_idempotency"')
