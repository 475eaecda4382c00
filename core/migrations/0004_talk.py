"""Comments on records, who follows them, notices to users and how each wants to get them."""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

TABLES = (
    *("core_mention", "core_comment", "core_follower"),
    *("core_notice", "core_notice_choice", "core_quiet_hours"),
)


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class About(db.Model):
        model = CharField(max_length=64)
        record = IntegerField()
        birth = BigIntegerField()

    class Comment(About):
        at = DateTimeField()
        author = ForeignKeyField(User, null=True, on_delete="SET NULL", backref="+")
        author_name = CharField(max_length=255)
        text = TextField()
        removed_at = DateTimeField(null=True)

        class Meta:
            table_name = "core_comment"
            indexes = ((("model", "record"), False),)

    class Mention(db.Model):
        comment = ForeignKeyField(Comment, on_delete="CASCADE", backref="+")
        user = ForeignKeyField(User, on_delete="CASCADE", backref="+")

        class Meta:
            table_name = "core_mention"
            indexes = ((("comment", "user"), True),)

    class Follower(About):
        user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
        is_following = BooleanField()

        class Meta:
            table_name = "core_follower"
            indexes = ((("model", "record", "user"), True),)

    class Notice(db.Model):
        user = ForeignKeyField(User, on_delete="CASCADE", backref="+", index=False)
        at = DateTimeField()
        kind = CharField(max_length=64)
        text = TextField()
        url = CharField(max_length=255)
        actor = IntegerField(null=True)
        model = CharField(max_length=64)
        record = IntegerField()
        birth = BigIntegerField()
        is_shown = BooleanField()
        read_at = DateTimeField(null=True)

        class Meta:
            table_name = "core_notice"
            indexes = ((("user", "read_at"), False), (("model", "record"), False))

    class NoticeChoice(db.Model):
        user = ForeignKeyField(User, on_delete="CASCADE", backref="+", index=False)
        kind = CharField(max_length=64)
        channel = CharField(max_length=64)
        is_on = BooleanField()

        class Meta:
            table_name = "core_notice_choice"
            indexes = ((("user", "kind", "channel"), True),)

    class QuietHours(db.Model):
        user = ForeignKeyField(User, unique=True, on_delete="CASCADE", backref="+")
        begins = IntegerField()
        ends = IntegerField()

        class Meta:
            table_name = "core_quiet_hours"

    db.create_tables([Comment, Mention, Follower, Notice, NoticeChoice, QuietHours])


def down(migrator, db):
    for table in TABLES:
        db.execute_sql(f'DROP TABLE "{table}"')
