"""Contacts with their telephones, e-mails and tags."""

from peewee import BooleanField, CharField, DateField, ForeignKeyField, TextField

from core.api import create_search_tables, drop_search_tables, record_base

# The orders in which lists are read; archived rows stay out of them. The columns that lists filter
# by stand at the end of each, so that several filters at once, and counts, are answered by one
# index without a look at the rows. SQLite wants to see archived_at there too.
LISTS = ("name", "owner_id, name", "team_id, name", "status, name", "kind, name", "city, name")
FILTERS = ("archived_at", "status", "kind", "city", "owner_id", "team_id")


def up(migrator, db):
    Record = record_base(db)  # noqa: N806 - a class

    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class Team(db.Model):
        class Meta:
            table_name = "core_team"

    class Tag(Record):
        name = CharField(unique=True, max_length=64)

        class Meta:
            table_name = "contacts_tag"

    class Contact(Record):
        name = CharField()
        kind = CharField(max_length=32)
        is_customer = BooleanField()
        is_supplier = BooleanField()
        is_other = BooleanField()
        parent = ForeignKeyField("self", null=True, backref="+")
        job = CharField()
        telegram = CharField(max_length=64)
        address = CharField()
        city = CharField(max_length=128)
        region = CharField(max_length=128)
        postal_code = CharField(max_length=32)
        country = CharField(max_length=64)
        language = CharField(max_length=32)
        channel = CharField(max_length=32)
        greeting = CharField()
        status = CharField(max_length=32)
        tax_id = CharField(max_length=32)
        bank_account = CharField(max_length=64)
        bank_code = CharField(max_length=16)
        birthday = DateField(null=True)
        owner = ForeignKeyField(User, null=True, backref="+", index=False)
        team = ForeignKeyField(Team, null=True, backref="+", index=False)
        reference = CharField(null=True, unique=True)
        note = TextField()

        class Meta:
            table_name = "contacts_contact"

    class Line(Record):
        contact = ForeignKeyField(Contact, backref="+")

    class Telephone(Line):
        kind = CharField(max_length=32)
        number = CharField()
        normal = CharField(max_length=32, index=True)

        class Meta:
            table_name = "contacts_telephone"

    class Email(Line):
        address = CharField()
        normal = CharField(index=True)

        class Meta:
            table_name = "contacts_email"

    class ContactTag(Line):
        tag = ForeignKeyField(Tag, backref="+")

        class Meta:
            table_name = "contacts_contact_tag"
            indexes = ((("contact", "tag"), True),)

    db.create_tables([Tag, Contact, Telephone, Email, ContactTag])
    create_search_tables(db, "contacts_contact")
    for columns in LISTS:
        first = columns.split(",")[0]
        rest = ", ".join(column for column in FILTERS if column != first)
        db.execute_sql(
            f"CREATE INDEX contacts_contact_by_{first} ON contacts_contact"
            f" ({columns}, id, {rest}) WHERE archived_at IS NULL"
        )


def down(migrator, db):
    drop_search_tables(db, "contacts_contact")
    for name in ("contact_tag", "email", "telephone", "contact", "tag"):
        db.execute_sql(f'DROP TABLE "contacts_{name}"')
