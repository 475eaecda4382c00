"""Items, moves, and the hours at which a contact takes goods."""

from peewee import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    TextField,
)

from core.api import create_search_tables, drop_search_tables, record_base


def up(migrator, db):
    Record = record_base(db)  # noqa: N806 - a class

    class Contact(db.Model):
        class Meta:
            table_name = "contacts_contact"

    class Category(Record):
        name = TextField()

        class Meta:
            table_name = "warehouse_category"

    class Item(Record):
        name = CharField()
        sku = CharField(unique=True, max_length=64)
        unit = CharField(max_length=32)
        category = ForeignKeyField(Category, null=True, backref="+")
        price = BigIntegerField(null=True)
        currency = CharField(max_length=32)
        reorder_level = BigIntegerField()
        counted_at = DateTimeField(null=True)
        note = TextField()
        description = TextField()

        class Meta:
            table_name = "warehouse_item"

    class Move(Record):
        item = ForeignKeyField(Item, backref="+")
        direction = CharField(max_length=32)
        quantity = BigIntegerField()
        contact = ForeignKeyField(Contact, null=True, backref="+")
        day = DateField(null=True)
        state = CharField(max_length=32)

        class Meta:
            table_name = "warehouse_move"

    db.create_tables([Category, Item, Move])
    create_search_tables(db, "warehouse_category")
    create_search_tables(db, "warehouse_item")
    hours = CharField(null=True, max_length=64)
    migrator.migrate(migrator.add_column("contacts_contact", "warehouse_hours", hours))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("contacts_contact", "warehouse_hours"))
    drop_search_tables(db, "warehouse_item")
    drop_search_tables(db, "warehouse_category")
    for name in ("move", "item", "category"):
        db.execute_sql(f'DROP TABLE "warehouse_{name}"')
