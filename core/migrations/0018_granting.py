"""Roles until a day, stand-ins, roles that admins compose, and what the asker of a job may do."""

from peewee import (
    SQL,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

ENDS = "core_user_role", "ends_at"
ACTIONS = "core_job", "actions"


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class Made(db.Model):
        created_at = DateTimeField()
        updated_at = DateTimeField()
        version = IntegerField()
        archived_at = DateTimeField(null=True)
        created_by = ForeignKeyField(User, null=True, backref="+", index=False)
        updated_by = ForeignKeyField(User, null=True, backref="+", index=False)

    class Cover(Made):
        user = ForeignKeyField(User, backref="+")
        substitute = ForeignKeyField(User, backref="+")
        starts_on = DateField()
        ends_on = DateField()
        note = CharField(null=True)

        class Meta:
            table_name = "core_cover"

    class CustomRole(Made):
        code = CharField(unique=True, max_length=40)
        title = CharField()
        note = TextField(null=True)

        class Meta:
            table_name = "core_custom_role"

    class CustomRolePart(Made):
        role = ForeignKeyField(CustomRole, backref="+")
        brings = CharField(max_length=64)

        class Meta:
            table_name = "core_custom_role_part"
            indexes = ((("role", "brings"), True),)

    class CustomRoleLine(Made):
        role = ForeignKeyField(CustomRole, backref="+")
        model = CharField(max_length=128)
        offered_by = CharField(max_length=64)
        actions = CharField(max_length=8)
        scope = CharField(max_length=8)
        hidden = TextField(null=True)

        class Meta:
            table_name = "core_custom_role_line"
            indexes = ((("role", "model", "offered_by"), True),)

    everything = CharField(max_length=8, default="crudx", constraints=[SQL("DEFAULT 'crudx'")])
    migrator.migrate(
        migrator.add_column(*ENDS, DateTimeField(null=True)),
        migrator.add_column(*ACTIONS, everything),
    )
    db.create_tables([Cover, CustomRole, CustomRolePart, CustomRoleLine])


def down(migrator, db):
    for name in ("custom_role_line", "custom_role_part", "custom_role", "cover"):
        db.execute_sql(f'DROP TABLE "core_{name}"')
    migrator.migrate(migrator.drop_column(*ACTIONS), migrator.drop_column(*ENDS))
