"""The fields that administrators add."""

from peewee import BooleanField, CharField, TextField

from core.api import UserError, _, create_search_tables, drop_search_tables, record_base


def up(migrator, db):
    class CustomField(record_base(db)):
        name = CharField(max_length=120)
        title_ru = CharField(max_length=120)
        title_en = CharField(max_length=120)
        records = CharField(max_length=128)
        kind = CharField(max_length=32)
        choices = TextField()
        target = CharField(max_length=128)
        column = CharField(max_length=48)
        help = CharField()
        section = CharField()
        in_list = BooleanField()
        in_filter = BooleanField()
        reader = CharField(max_length=64)
        writer = CharField(max_length=64)

        class Meta:
            table_name = "studio_custom_field"
            indexes = ((("records", "column"), True),)

    db.create_tables([CustomField])
    create_search_tables(db, "studio_custom_field")


def down(migrator, db):
    ((left,),) = db.execute_sql("SELECT COUNT(*) FROM studio_custom_field").fetchall()
    if left:
        raise UserError(_("There are fields that the studio made: purge each of them first."))
    drop_search_tables(db, "studio_custom_field")
    db.execute_sql('DROP TABLE "studio_custom_field"')
