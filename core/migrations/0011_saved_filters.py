"""The filters of lists that people keep under a name."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class SavedFilter(db.Model):
        owner = ForeignKeyField(User, on_delete="CASCADE", backref="+")
        model = CharField(max_length=64)
        title = CharField(max_length=64)
        asked = TextField()
        shared_with = CharField(max_length=64)
        position = IntegerField()
        created_at = DateTimeField()

        class Meta:
            table_name = "core_saved_filter"
            indexes = ((("model", "position"), False),)

    db.create_tables([SavedFilter])


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_saved_filter"')
