"""What a row of the studio stands for: a field with its titles and choices, and where it stands."""

import re
from collections.abc import Iterator
from typing import Any

from addons.studio.models import CustomField
from core.api import (
    After,
    BooleanField,
    CharField,
    DateField,
    Extend,
    FieldLimit,
    ForeignKeyField,
    IntegerField,
    Model,
    QuantityField,
    StateField,
    TextField,
    ViewExtension,
    columns_in,
    screens,
    titles,
)

SIMPLE = {
    "long": TextField,
    "whole": IntegerField,
    "decimal": QuantityField,
    "date": DateField,
    "yes_no": BooleanField,
}
WORD = re.compile(r"[a-z0-9][a-z0-9_]{0,31}")


def declared_by(rows: list[CustomField]) -> Iterator[Any]:
    """What the rows declare, as far as the records and their columns are there."""
    models = {screen.name: screen.model for screen in screens()}
    present = {name: columns_in(model) for name, model in models.items() if _has(rows, name)}
    for row in rows:
        model = models.get(row.records)
        if model is None or (row.kind == "reference" and row.target not in models):
            continue
        field = field_of(row, models.get(row.target))
        if column_of(row) in present[row.records]:
            # Who adds a field to people says something of them: it goes when they are erased.
            yield Extend(model, personal=(row.column,), **{row.column: field})
            yield _placed(model, row)
            yield FieldLimit(model, row.column, _only(row.reader), _only(row.writer))


def _has(rows: list[CustomField], name: str) -> bool:
    return any(row.records == name for row in rows)


def column_of(row: CustomField) -> str:
    """What the table calls the field."""
    return f"{row.column}_id" if row.kind == "reference" else str(row.column)


def field_of(row: CustomField, target: type[Model] | None) -> Any:
    """The field that a row describes."""
    said = {
        "null": True,
        "verbose_name": titles(uz=row.name, ru=row.title_ru, en=row.title_en),
        "help_text": row.help or None,
    }
    if row.kind == "reference":
        return ForeignKeyField(target, backref="+", index=False, **said)
    if row.kind == "choice":
        words = words_of(row.choices)
        return StateField(*words, titles=tuple(words.values()), **said)
    kind = SIMPLE.get(row.kind)
    return kind(**said) if kind else CharField(max_length=255, **said)


def words_of(text: str) -> dict[str, Any]:
    """{word that is stored: its title} of the lines of choices. A line may begin with the word, as
    in `good = Yaxshi | Хорошо | Good`; else it follows from the titles.
    """
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        word, has_word, rest = line.partition("=")
        uz, ru, en = [*map(str.strip, (rest if has_word else line).split("|")), "", ""][:3]
        found[word.strip() if has_word else plain(en or uz or ru)] = titles(uz=uz, ru=ru, en=en)
    return found


def plain(text: str) -> str:
    """A word of small Latin letters, digits and _ that is like the text."""
    marks = re.sub(r"[ʻʼ‘’'`]", "", text.lower())
    return re.sub(r"[^a-z0-9]+", "_", marks).strip("_")[:32].strip("_")


def _placed(model: type[Model], row: CustomField) -> type[ViewExtension]:
    anchor = str(row.section).partition(":")[2]
    place = After(anchor, row.column)
    options: dict[str, Any] = {"model": model, "form_columns": place, "details": place}
    if row.in_list:
        options["column_list"] = After("", row.column)
    if row.in_filter:
        options["column_filters"] = After("", row.column)
    return type(f"Screen_{row.column}", (ViewExtension,), {"__module__": __name__, **options})


def _only(role: str) -> frozenset[str]:
    return frozenset({role, "admin"} if role else ())
