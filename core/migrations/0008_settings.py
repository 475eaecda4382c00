"""What was set for addons: by an administrator for all, or by a user for themself."""

from peewee import CharField, ForeignKeyField, TextField


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class Setting(db.Model):
        addon = CharField(max_length=64)
        name = CharField(max_length=64)
        user = ForeignKeyField(User, null=True, on_delete="CASCADE", backref="+")
        value = TextField()

        class Meta:
            table_name = "core_setting"
            indexes = ((("addon", "name", "user"), True),)

    db.create_tables([Setting])
    # Two rows without a user are not the same to an index; those of all need one of their own.
    db.execute_sql(
        'CREATE UNIQUE INDEX "core_setting_of_all" ON "core_setting" ("addon", "name")'
        ' WHERE "user_id" IS NULL'
    )


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_setting"')
