"""The fields that administrators add, and the rules with what they did."""

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from core.api import UserError, _, create_search_tables, drop_search_tables, record_base

SEARCHED = ("custom_field", "rule")


def up(migrator, db):
    Record = record_base(db)  # noqa: N806 - a class

    class CustomField(Record):
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
            indexes = ((("records", "column"), False),)

    class Rule(Record):
        name = CharField(max_length=120)
        records = CharField(max_length=128)
        event = CharField(max_length=32)
        day_field = CharField(max_length=192)
        days = IntegerField()
        hour = IntegerField()
        state = CharField(max_length=32)
        paused_because = CharField()

        class Meta:
            table_name = "studio_rule"

    class Watched(Record):
        rule = ForeignKeyField(Rule, backref="+")
        field = CharField(max_length=192)

        class Meta:
            table_name = "studio_watched"

    class Condition(Record):
        rule = ForeignKeyField(Rule, backref="+")
        field = CharField(max_length=192)
        operator = CharField(max_length=32)
        value = CharField()

        class Meta:
            table_name = "studio_condition"

    class Action(Record):
        rule = ForeignKeyField(Rule, backref="+")
        kind = CharField(max_length=32)
        to = CharField(max_length=80)
        field = CharField(max_length=192)
        subject = CharField(max_length=200)
        text = TextField()

        class Meta:
            table_name = "studio_action"

    class Run(Record):
        rule = ForeignKeyField(Rule, backref="+")
        record = IntegerField()
        mark = CharField(max_length=64)
        outcome = CharField(max_length=32)
        text = TextField()

        class Meta:
            table_name = "studio_run"
            indexes = ((("rule", "record", "mark"), False),)

    db.create_tables([CustomField, Rule, Watched, Condition, Action, Run])
    for name in SEARCHED:
        create_search_tables(db, f"studio_{name}")


def down(migrator, db):
    ((left,),) = db.execute_sql("SELECT COUNT(*) FROM studio_custom_field").fetchall()
    if left:
        raise UserError(_("There are fields that the studio made: purge each of them first."))
    for name in SEARCHED:
        drop_search_tables(db, f"studio_{name}")
    for name in ("run", "action", "condition", "watched", "rule", "custom_field"):
        db.execute_sql(f'DROP TABLE "studio_{name}"')
