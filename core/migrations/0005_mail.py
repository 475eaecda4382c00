"""Mails that went out about a record, and those that came in."""

from peewee import BigIntegerField, CharField, DateTimeField, ForeignKeyField, IntegerField


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class Letter(db.Model):
        digest = CharField(unique=True, max_length=64)
        at = DateTimeField()
        reader = ForeignKeyField(User, null=True, on_delete="CASCADE", backref="+")
        model = CharField(max_length=64)
        record = IntegerField()
        birth = BigIntegerField()

        class Meta:
            table_name = "core_letter"

    db.create_tables([Letter])


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_letter"')
