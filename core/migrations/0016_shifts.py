"""Which workers are at work, and when each was seen last."""

from peewee import CharField, DateTimeField


def up(migrator, db):
    class Shift(db.Model):
        worker = CharField(max_length=128, unique=True)
        begun_at = DateTimeField()
        seen_at = DateTimeField()

        class Meta:
            table_name = "core_shift"

    db.create_tables([Shift])


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_shift"')
