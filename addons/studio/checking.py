"""What a field may be: said in one sentence before anything is made."""

from typing import Any

from addons.studio.fields import WORD, column_of, plain, words_of
from addons.studio.models import CustomField
from core.api import UserError, _, columns_in, roles, screens

MOST_FIELDS = 100  # of one kind of record
FIXED = ("records", "kind", "target")
PREFIX = "x_"
LONGEST_WORD = 32


def named(row: CustomField) -> str:
    """The name of the column: what was given, else what follows from the titles."""
    given = str(row.column).strip()
    if not given:
        given = plain(row.title_en) or plain(row.name)
    word = given.removeprefix(PREFIX)
    if not WORD.fullmatch(word):
        raise UserError(
            _(
                "“%(name)s” is no name for programs: write small Latin letters, digits and _,"
                " 32 at most.",
                name=given,
            )
        )
    return f"{PREFIX}{word}"


def check(row: CustomField) -> None:
    """Raise `UserError` unless a new field can be made as it is described."""
    models = {screen.name: screen.model for screen in screens()}
    model = models.get(row.records)
    if model is None or row.records.startswith("studio."):
        raise UserError(_("Choose the records that get the field."))
    others = CustomField.select().where(
        CustomField.records == row.records, CustomField.id != row.id
    )
    if others.count() >= MOST_FIELDS:
        raise UserError(
            _("These records have %(most)s fields of yours already: purge one.", most=MOST_FIELDS)
        )
    taken = {*columns_in(model), *(column_of(other) for other in others)}
    if {row.column, column_of(row)} & taken:
        raise UserError(_("There is a field %(name)s already: give another name.", name=row.column))
    _check_kind(row, set(models))
    _check_place(row)


def check_changes(row: CustomField, changes: dict[str, tuple[Any, Any]]) -> None:
    """Raise `UserError` for a change that would not fit what is stored."""
    if any(_is_fixed(name, was) for name, (was, _now) in changes.items()):
        raise UserError(
            _("The records, the kind and the name of a field stay: make another field.")
        )
    if "choices" in changes:
        words = check_choices(row)
        _check_used(row, set(words_of(changes["choices"][0])) - words)
    _check_place(row)


def _is_fixed(name: str, was: str) -> bool:
    """Whether a value stays: a name for programs does once it is that of a column."""
    return was.startswith(PREFIX) if name == "column" else name in FIXED and bool(was)


def _check_kind(row: CustomField, known: set[str]) -> None:
    if row.kind == "choice":
        check_choices(row)
    if row.kind == "reference" and row.target not in known:
        raise UserError(_("Choose which record the field leads to."))


def check_choices(row: CustomField) -> set[str]:
    """The words of the choices; raises `UserError` where there are none, or one is no word."""
    words = words_of(row.choices)
    if row.kind == "choice" and not words:
        raise UserError(_("Write the choices, one a line."))
    for word in words:
        if not WORD.fullmatch(word):
            raise UserError(
                _(
                    "The choice “%(word)s” needs a word of small Latin letters before it:"
                    " word = title.",
                    word=word,
                )
            )
    return set(words)


def _check_used(row: CustomField, gone: set[str]) -> None:
    model = next((each.model for each in screens() if each.name == row.records), None)
    field = model._meta.fields.get(row.column) if model is not None else None
    if field is None or not gone:
        return
    used = model.select(field).where(field.in_(sorted(gone))).limit(1)
    for (word,) in used.tuples():
        raise UserError(
            _("The choice “%(word)s” is in use: change those records first.", word=word)
        )


def _check_place(row: CustomField) -> None:
    known = {"", *(name for name, _title in roles())}
    if not {row.reader, row.writer} <= known:
        raise UserError(_("There is no such role: choose another."))
    if row.section and not str(row.section).startswith(f"{row.records}:"):
        raise UserError(_("The section is one of other records: choose another."))
