"""Counters of numbers: one for each series, organization and year."""

from peewee import BigIntegerField, CharField, IntegerField


def up(migrator, db):
    class Counter(db.Model):
        name = CharField(max_length=64)
        organization = IntegerField()
        year = IntegerField()
        value = BigIntegerField()

        class Meta:
            table_name = "core_counter"
            indexes = ((("name", "organization", "year"), True),)

    db.create_tables([Counter])


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_counter"')
