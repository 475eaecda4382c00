"""What was set in many records at once, so that it can be taken back."""

from peewee import CharField, DateTimeField, IntegerField, TextField


def up(migrator, db):
    class BulkEdit(db.Model):
        user = IntegerField(index=True)
        model = CharField(max_length=64)
        texts = TextField()
        records = TextField()
        created_at = DateTimeField()
        undone_at = DateTimeField(null=True)

        class Meta:
            table_name = "core_bulk_edit"

    db.create_tables([BulkEdit])


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_bulk_edit"')
