"""Fields that an administrator adds to the records of others."""

from addons.studio.choices import offered_records, offered_roles, offered_sections
from core.api import BooleanField, CharField, ChosenField, Model, StateField, TextField, _


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
        indexes = ((("records", "column"), True),)

    def __str__(self) -> str:
        return str(self.name)
