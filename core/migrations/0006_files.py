"""The contents of files that are kept, and the files of records."""

from peewee import BigIntegerField, CharField, DateTimeField, IntegerField


def up(migrator, db):
    class Content(db.Model):
        hash = CharField(max_length=64, unique=True)
        size = BigIntegerField()
        kept_at = DateTimeField(index=True)

        class Meta:
            table_name = "core_content"

    class Attachment(db.Model):
        model = CharField(max_length=64)
        record = IntegerField()
        birth = BigIntegerField()
        hash = CharField(max_length=64, index=True)
        name = CharField(max_length=255)
        size = BigIntegerField()
        type = CharField(max_length=128)
        width = IntegerField(null=True)
        height = IntegerField(null=True)
        by = IntegerField(null=True)
        at = DateTimeField()
        removed_at = DateTimeField(null=True, index=True)

        class Meta:
            table_name = "core_attachment"
            indexes = ((("model", "record", "id"), False),)

    db.create_tables([Content, Attachment])


def down(migrator, db):
    for name in ("attachment", "content"):
        db.execute_sql(f'DROP TABLE "core_{name}"')
