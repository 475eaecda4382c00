"""Rules of retention as administrators make them: what can be said, and what is told of it."""

import json
from typing import Any

from peewee import DateField, Field
from peewee import DateTimeField as PeeweeDateTimeField

from core.data import history
from core.data.actor import current_actor
from core.data.database import transaction
from core.data.fields import now
from core.data.history import Change
from core.data.model import DRAFT, Model
from core.errors import UserError
from core.i18n import Text, _, pgettext
from core.modules.registry import current_registry
from core.personal.declared import has_people
from core.personal.models import ARCHIVE, DAYS, DELETE, ERASE, MONTHS, RetentionRule

LONGEST = 40  # years
FIRST = ("updated_at", "archived_at", "created_at")
DEEDS: dict[str, Text] = {
    ERASE: _("Erase personal data"),
    ARCHIVE: _("Archive"),
    DELETE: _("Delete drafts"),
}
UNITS: dict[str, Text] = {DAYS: pgettext("unit", "days"), MONTHS: pgettext("unit", "months")}


def offered_models() -> dict[str, type[Model]]:
    """The models that a rule may be about, by name: those that have a screen."""
    registry = current_registry()
    shown = {view.model for view in registry.views}
    return {name: model for name, model in sorted(registry.by_name.items()) if model in shown}


def offered_fields(model: type[Model]) -> dict[str, Text]:
    """The moments and days of a model, with their titles."""
    fields = current_registry().fields(model)
    names = [*FIRST, *(name for name in fields if name not in FIRST)]
    return {n: fields[n].verbose_name or n for n in names if _is_moment(fields[n])}


def offered_deeds(model: type[Model]) -> dict[str, Text]:
    """What may be done to records of a model."""
    state = model._meta.fields.get("state")
    has_drafts = state is not None and DRAFT in dict(state.choices or ())
    apt = {ERASE: has_people(model), ARCHIVE: True, DELETE: has_drafts}
    return {deed: title for deed, title in DEEDS.items() if apt[deed]}


def _is_moment(field: Field) -> bool:
    return isinstance(field, (DateField, PeeweeDateTimeField))


def model_of(rule: RetentionRule) -> type[Model] | None:
    """The model of a rule; None while its addon is off, or the field or the deed is gone."""
    model = offered_models().get(str(rule.model))
    if model is None or rule.field not in offered_fields(model):
        return None
    return model if rule.deed in offered_deeds(model) else None


def required_model(rule: RetentionRule) -> type[Model]:
    model = model_of(rule)
    if model is None:
        raise UserError(_("The records of this rule are not there: switch their app on first."))
    return model


def make(model: str, field: str, number: str, unit: str, deed: str) -> RetentionRule:
    """A new rule, which does nothing before it is confirmed. `UserError` says what is missing."""
    known = offered_models().get(model)
    if known is None:
        raise UserError(_("Choose which records the rule is about."))
    if field not in offered_fields(known):
        raise UserError(_("Choose a day of these records to look at."))
    if deed not in offered_deeds(known):
        raise UserError(_("This cannot be done to these records: choose another deed."))
    if unit not in UNITS:
        raise UserError(_("Count days or months."))
    count = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    if not 0 < count <= LONGEST * (12 if unit == MONTHS else 366):
        raise UserError(_("Type after how many days or months: a whole number from 1."))
    with transaction():
        made: RetentionRule = RetentionRule.create(
            model=model, field=field, number=count, unit=unit, deed=deed
        )
        _tell(made, history.CREATE)
    return made


def confirm(rule: RetentionRule) -> None:
    """Let the rule work from the next night on: what it would do was seen."""
    required_model(rule)
    values = {"confirmed_at": now(), "confirmed_by": current_actor().name[:255]}
    _change(rule, values, history.CONFIRM)


def pause(rule: RetentionRule) -> None:
    _change(rule, {"is_on": False}, history.ARCHIVE)


def resume(rule: RetentionRule) -> None:
    """Let a rule go on; what it would do is to be seen anew."""
    _change(rule, {"is_on": True, "confirmed_at": None}, history.RESTORE)


def remove(rule: RetentionRule) -> None:
    with transaction():
        RetentionRule.delete().where(RetentionRule.id == rule.id).execute()
        _tell(rule, history.DELETE)


def _change(rule: RetentionRule, values: dict[str, Any], action: str) -> None:
    with transaction():
        RetentionRule.update(**values).where(RetentionRule.id == rule.id).execute()
        _tell(rule, action)


def _tell(rule: RetentionRule, action: str) -> None:
    said = f"{rule.model}.{rule.field} {rule.number} {rule.unit}: {rule.deed}"
    change = Change(action, rule.id, rule.id, [("rule", None, json.dumps(said))])
    history.write(RetentionRule, RetentionRule, [change])


def said_rule(rule: RetentionRule) -> Text:
    """The rule in words: which moment, and how far back."""
    model = model_of(rule)
    title = offered_fields(model)[str(rule.field)] if model is not None else rule.field
    return _(
        "%(field)s: %(count)s %(unit)s ago",
        field=title,
        count=rule.number,
        unit=UNITS[str(rule.unit)],
    )
