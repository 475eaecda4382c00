"""The columns of lists that each user chose."""

from peewee import CharField, ForeignKeyField, TextField


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class ListColumns(db.Model):
        user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
        model = CharField(max_length=64)
        names = TextField()

        class Meta:
            table_name = "core_list_columns"
            indexes = ((("user", "model"), True),)

    db.create_tables([ListColumns])


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_list_columns"')
