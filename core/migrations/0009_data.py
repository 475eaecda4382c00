"""Which records addons shipped in their files, under which identity, and as what."""

from peewee import CharField, IntegerField, TextField


def up(migrator, db):
    class DataRow(db.Model):
        addon = CharField(max_length=64)
        model = CharField(max_length=64)
        identity = CharField()
        record = IntegerField()
        shipped = TextField(null=True)

        class Meta:
            table_name = "core_data_row"
            indexes = ((("addon", "model", "identity"), True),)

    db.create_tables([DataRow])


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_data_row"')
