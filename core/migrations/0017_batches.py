"""How far the moves of data got that migrations make in batches."""

from peewee import CharField, IntegerField


def up(migrator, db):
    class Batch(db.Model):
        package = CharField(max_length=64)
        name = CharField()
        reached = IntegerField()
        done = IntegerField()
        total = IntegerField()

        class Meta:
            table_name = "core_batch"
            indexes = ((("package", "name"), True),)

    db.create_tables([Batch])


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_batch"')
