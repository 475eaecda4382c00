"""Webhooks that go out and what they were sent; what came in by webhooks, to count once."""

from peewee import (
    BigAutoField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class Webhook(db.Model):
        key = CharField(unique=True, max_length=32)
        title = CharField(max_length=64)
        url = CharField(max_length=2000)
        events = TextField()
        conditions = TextField()
        user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
        owner = ForeignKeyField(User, on_delete="CASCADE", backref="+")
        secret = TextField()
        created_at = DateTimeField()
        paused_at = DateTimeField(null=True)
        reason = TextField()
        failures = IntegerField()
        due_at = DateTimeField()

        class Meta:
            table_name = "core_webhook"

    class Delivery(db.Model):
        id = BigAutoField()
        webhook = ForeignKeyField(Webhook, on_delete="CASCADE", backref="+", index=False)
        key = CharField(unique=True, max_length=32)
        event = CharField(max_length=128)
        records = TextField()
        at = DateTimeField(index=True)
        state = CharField(max_length=16)
        attempts = IntegerField()
        due_at = DateTimeField()
        body = TextField(null=True)
        status = IntegerField(null=True)
        error = TextField()
        ended_at = DateTimeField(null=True)

        class Meta:
            table_name = "core_delivery"
            indexes = ((("webhook", "state", "due_at"), False),)

    class Received(db.Model):
        digest = CharField(unique=True, max_length=64)
        at = DateTimeField(index=True)

        class Meta:
            table_name = "core_received"

    db.create_tables([Webhook, Delivery, Received])


def down(migrator, db):
    for table in ("core_received", "core_delivery", "core_webhook"):
        db.execute_sql(f'DROP TABLE "{table}"')
