"""Who took which records out as a file, and when."""

from peewee import BigAutoField, CharField, DateTimeField, IntegerField, TextField


def up(migrator, db):
    class Export(db.Model):
        id = BigAutoField()
        at = DateTimeField(index=True)
        actor = IntegerField(null=True)
        actor_name = CharField()
        model = CharField(max_length=64)
        format = CharField(max_length=8)
        asked = TextField()
        rows = IntegerField(null=True)

        class Meta:
            table_name = "core_export"

    db.create_tables([Export])


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_export"')
