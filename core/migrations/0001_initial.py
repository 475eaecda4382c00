"""The tables of the core: users, teams, organizations, sessions, tokens, addons."""

from peewee import (
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from core.data.search import create_search_tables, drop_search_tables


def up(migrator, db):
    class Record(db.Model):
        created_at = DateTimeField()
        updated_at = DateTimeField()
        version = IntegerField()
        archived_at = DateTimeField(null=True)

    class User(Record):
        login = CharField(unique=True)
        name = CharField(index=True)
        email = CharField(null=True)
        telephone = CharField(null=True)
        kind = CharField(max_length=32)
        contact_id = IntegerField(null=True, index=True)
        language = CharField(max_length=16, null=True)
        zone = CharField(max_length=64, null=True)
        is_active = BooleanField()
        created_by = ForeignKeyField("self", null=True, backref="+", index=False)
        updated_by = ForeignKeyField("self", null=True, backref="+", index=False)

        class Meta:
            table_name = "core_user"

    class Made(Record):
        created_by = ForeignKeyField(User, null=True, backref="+", index=False)
        updated_by = ForeignKeyField(User, null=True, backref="+", index=False)

    class UserRole(Made):
        user = ForeignKeyField(User, backref="+")
        role = CharField(max_length=64)

        class Meta:
            table_name = "core_user_role"
            indexes = ((("user", "role"), True),)

    class Team(Made):
        code = CharField(unique=True, max_length=64)
        name = CharField()
        leader = ForeignKeyField(User, null=True, backref="+")

        class Meta:
            table_name = "core_team"

    class TeamMember(Made):
        team = ForeignKeyField(Team, backref="+")
        user = ForeignKeyField(User, backref="+")

        class Meta:
            table_name = "core_team_member"
            indexes = ((("team", "user"), True),)

    class Organization(Made):
        name = CharField()
        tax_id = CharField(null=True, max_length=32)
        vat_code = CharField(null=True, max_length=32)
        bank_code = CharField(null=True, max_length=16)
        bank_accounts = TextField(null=True)
        address = TextField(null=True)
        director = CharField(null=True)
        accountant = CharField(null=True)
        currency = CharField(max_length=3)
        zone = CharField(max_length=64)

        class Meta:
            table_name = "core_organization"

    db.create_tables([User, UserRole, Team, TeamMember, Organization])
    create_search_tables(db, "core_user")
    _create_books(db, User)


def _create_books(db, user):
    """The tables that no rule narrows and no view names."""

    class Credential(db.Model):
        user_id = ForeignKeyField(
            user, unique=True, on_delete="CASCADE", backref="+", column_name="user_id"
        )
        password_hash = CharField()
        changed_at = DateTimeField()

        class Meta:
            table_name = "core_credential"

    class Session(db.Model):
        digest = CharField(unique=True, max_length=64)
        user_id = ForeignKeyField(user, on_delete="CASCADE", backref="+", column_name="user_id")
        created_at = DateTimeField()
        seen_at = DateTimeField(index=True)
        address = CharField(max_length=64)

        class Meta:
            table_name = "core_session"

    class Token(db.Model):
        digest = CharField(unique=True, max_length=64)
        user_id = ForeignKeyField(user, on_delete="CASCADE", backref="+", column_name="user_id")
        title = CharField()
        roles = TextField(null=True)
        created_at = DateTimeField()
        expires_at = DateTimeField(null=True)

        class Meta:
            table_name = "core_token"

    class Attempt(db.Model):
        key = CharField(unique=True, max_length=128)
        count = IntegerField()
        until = DateTimeField(index=True)

        class Meta:
            table_name = "core_attempt"

    class SetupCode(db.Model):
        digest = CharField(max_length=64)

        class Meta:
            table_name = "core_setup_code"

    class Addon(db.Model):
        name = CharField(unique=True, max_length=64)
        state = CharField(max_length=16)
        version = CharField(max_length=32)
        changed_at = DateTimeField()

        class Meta:
            table_name = "core_addon"

    class Generation(db.Model):
        addons = IntegerField()

        class Meta:
            table_name = "core_generation"

    db.create_tables([Credential, Session, Token, Attempt, SetupCode, Addon, Generation])


def down(migrator, db):
    drop_search_tables(db, "core_user")
    books = ("generation", "addon", "setup_code", "attempt", "token", "session", "credential")
    for name in (*books, "organization", "team_member", "team", "user_role", "user"):
        db.execute_sql(f'DROP TABLE "core_{name}"')
