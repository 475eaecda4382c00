"""Fields that an administrator adds to the records of others, and rules that act on them."""

from addons.studio.choices import (
    offered_dates,
    offered_fields,
    offered_people,
    offered_records,
    offered_roles,
    offered_sections,
)
from core.api import (
    BooleanField,
    CharField,
    ChosenField,
    ForeignKeyField,
    IntegerField,
    Model,
    StateField,
    TextField,
    _,
    pgettext,
)


class CustomField(Model):
    """One field: what it is called, what it holds, where it stands. `column` is its column in the
    table of the records, which never changes.
    """

    name = CharField(max_length=120, verbose_name=_("Title"))
    title_ru = CharField(default="", max_length=120, verbose_name=_("Title in Russian"))
    title_en = CharField(default="", max_length=120, verbose_name=_("Title in English"))
    records = ChosenField(offered_records, max_length=128, verbose_name=_("Records"))
    kind = StateField(
        "text",
        "long",
        "whole",
        "decimal",
        "date",
        "yes_no",
        "choice",
        "reference",
        titles=(
            _("Text"),
            _("Long text"),
            _("Whole number"),
            _("Decimal number"),
            _("Date"),
            _("Yes or no"),
            _("Choice"),
            _("Another record"),
        ),
        verbose_name=_("Kind"),
    )
    choices = TextField(
        default="",
        verbose_name=_("Choices"),
        help_text=_("One a line, in three languages: Yaxshi | Хорошо | Good"),
    )
    target = ChosenField(
        offered_records, default="", max_length=128, verbose_name=_("Which record it leads to")
    )
    column = CharField(
        default="",
        max_length=48,
        verbose_name=_("Name for programs"),
        help_text=_("Small Latin letters, digits and _; left empty, it follows from the title."),
    )
    help = CharField(default="", verbose_name=_("Hint below the field"))
    section = ChosenField(
        offered_sections,
        default="",
        verbose_name=_("Section"),
        help_text=_("Where it stands in the form; left empty, in the last section."),
    )
    in_list = BooleanField(default=False, verbose_name=_("Show in the list"))
    in_filter = BooleanField(default=True, verbose_name=_("Filter the list by it"))
    reader = ChosenField(
        offered_roles,
        default="",
        max_length=64,
        verbose_name=_("Who sees it"),
        help_text=_("Left empty: whoever sees the record."),
    )
    writer = ChosenField(
        offered_roles,
        default="",
        max_length=64,
        verbose_name=_("Who fills it in"),
        help_text=_("Left empty: whoever may change the record."),
    )

    class Meta:
        search = ("name", "column")
        indexes = ((("records", "column"), False),)

    def __str__(self) -> str:
        return str(self.name)


class Rule(Model):
    """What happens by itself: when, to which records, and what is done. It runs with the rights of
    whoever changed it last.
    """

    name = CharField(max_length=120, verbose_name=_("Name"))
    records = ChosenField(offered_records, max_length=128, verbose_name=_("Records"))
    event = StateField(
        "created",
        "changed",
        "date",
        titles=(_("A record is made"), _("A record is changed"), _("A day is near")),
        verbose_name=_("When"),
    )
    day_field = ChosenField(offered_dates, default="", max_length=192, verbose_name=_("Which day"))
    days = IntegerField(
        default=0,
        verbose_name=_("Days after it"),
        help_text=_("With a minus before it: -3 is three days before."),
    )
    hour = IntegerField(default=9, verbose_name=_("At which hour"))
    state = StateField(
        "active",
        "paused",
        titles=(pgettext("rule", "At work"), pgettext("rule", "Paused")),
        verbose_name=_("State"),
    )
    paused_because = CharField(default="", verbose_name=_("Why it is paused"))

    class Meta:
        search = ("name",)

    def __str__(self) -> str:
        return str(self.name)


class Watched(Model):
    """One field whose change a rule waits for; without any it waits for every change."""

    rule = ForeignKeyField(Rule, backref="watched")
    field = ChosenField(offered_fields, max_length=192, verbose_name=_("Field"))

    class Meta:
        part_of = "rule"
        plural = _("Only when one of these changes")

    def __str__(self) -> str:
        return str(self.field)


class Condition(Model):
    """One condition on the record; all of a rule must hold."""

    rule = ForeignKeyField(Rule, backref="conditions")
    field = ChosenField(offered_fields, max_length=192, verbose_name=_("Field"))
    operator = StateField(
        "is",
        "is_not",
        "contains",
        "starts",
        "least",
        "most",
        "empty",
        "filled",
        titles=(
            pgettext("condition", "is"),
            pgettext("condition", "is not"),
            pgettext("condition", "contains"),
            pgettext("condition", "begins with"),
            pgettext("condition", "is at least"),
            pgettext("condition", "is at most"),
            pgettext("condition", "is empty"),
            pgettext("condition", "is filled in"),
        ),
        verbose_name=_("Comparison"),
    )
    value = CharField(default="", verbose_name=_("Value"))

    class Meta:
        part_of = "rule"
        plural = _("Only where all of this holds")

    def __str__(self) -> str:
        return f"{self.field} {self.operator} {self.value}"


class Action(Model):
    """One thing that a rule does, in the order of the rows."""

    rule = ForeignKeyField(Rule, backref="actions")
    kind = StateField(
        "notice",
        "field",
        "mail",
        "webhook",
        titles=(
            _("Send a notice"),
            _("Fill in a field"),
            _("Send a mail"),
            _("Call an address"),
        ),
        verbose_name=_("What is done"),
    )
    to = ChosenField(offered_people, default="", max_length=80, verbose_name=_("To whom"))
    field = ChosenField(offered_fields, default="", max_length=192, verbose_name=_("Field"))
    subject = CharField(default="", max_length=200, verbose_name=_("Subject or address"))
    text = TextField(default="", verbose_name=_("Text or value"))

    class Meta:
        part_of = "rule"
        plural = _("What is done, in this order")

    def __str__(self) -> str:
        return f"{self.kind} {self.to or self.field}"


class Run(Model):
    """What a rule did with one record. `mark` tells the occasion: the version of the record, or the
    day.
    """

    rule = ForeignKeyField(Rule, backref="runs", verbose_name=_("Rule"))
    record = IntegerField(verbose_name=_("Number of the record"))
    mark = CharField(max_length=64, verbose_name=_("Occasion"))
    outcome = StateField(
        "done",
        "failed",
        titles=(pgettext("rule", "Done"), pgettext("rule", "Failed")),
        verbose_name=_("Outcome"),
    )
    text = TextField(default="", verbose_name=_("What was done"))

    class Meta:
        indexes = ((("rule", "record", "mark"), False),)

    def __str__(self) -> str:
        return f"{self.rule}, {self.record}"
