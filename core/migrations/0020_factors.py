"""Second factors, passkeys, logins that are half open, and links that let in once."""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    TextField,
)

TABLES = (
    "core_one_time_link",
    "core_half_login",
    "core_challenge",
    "core_passkey",
    "core_recovery_code",
    "core_authenticator",
)


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class Authenticator(db.Model):
        user = ForeignKeyField(User, unique=True, on_delete="CASCADE", backref="+")
        secret = TextField()
        last_step = BigIntegerField()
        created_at = DateTimeField()
        confirmed_at = DateTimeField(null=True)

        class Meta:
            table_name = "core_authenticator"

    class RecoveryCode(db.Model):
        digest = CharField(unique=True, max_length=64)
        user = ForeignKeyField(User, on_delete="CASCADE", backref="+")

        class Meta:
            table_name = "core_recovery_code"

    class Passkey(db.Model):
        credential = TextField(unique=True)
        user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
        public_key = TextField()
        sign_count = BigIntegerField()
        title = CharField(max_length=64)
        created_at = DateTimeField()
        used_at = DateTimeField(null=True)

        class Meta:
            table_name = "core_passkey"

    class Challenge(db.Model):
        digest = CharField(unique=True, max_length=64)
        purpose = CharField(max_length=16)
        user = ForeignKeyField(User, null=True, on_delete="CASCADE", backref="+")
        expires_at = DateTimeField(index=True)

        class Meta:
            table_name = "core_challenge"

    class HalfLogin(db.Model):
        digest = CharField(unique=True, max_length=64)
        user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
        remember = BooleanField()
        expires_at = DateTimeField(index=True)

        class Meta:
            table_name = "core_half_login"

    class OneTimeLink(db.Model):
        digest = CharField(unique=True, max_length=64)
        user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
        purpose = CharField(max_length=16)
        email = TextField()
        expires_at = DateTimeField(index=True)

        class Meta:
            table_name = "core_one_time_link"

    db.create_tables([Authenticator, RecoveryCode, Passkey, Challenge, HalfLogin, OneTimeLink])


def down(migrator, db):
    for table in TABLES:
        db.execute_sql(f'DROP TABLE "{table}"')
