"""What a rule may be: said in one sentence before it is saved."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from addons.studio.choices import offered_people
from addons.studio.models import Action, Condition, Rule, Watched
from addons.studio.values import where_of
from core.api import UserError, _, check_text, fields_seen, http, matching, on_behalf_of, screens

FARTHEST = 3650  # days


def check_rule(rule: Rule) -> None:
    """Raise `UserError` unless the rule says all that its kind needs."""
    if rule.records not in {each.name for each in screens()} or rule.records.startswith("studio."):
        raise UserError(_("Choose the records of the rule."))
    if rule.event == "date":
        if not str(rule.day_field).startswith(f"{rule.records}."):
            raise UserError(_("Choose the day of these records that the rule waits for."))
        if not 0 <= rule.hour <= 23:
            raise UserError(_("Give the hour as a number from 0 to 23."))
        if abs(rule.days) > FARTHEST:
            raise UserError(_("A rule looks at most %(most)s days ahead.", most=FARTHEST))


def check_rule_changes(rule: Rule, changes: dict[str, Any]) -> None:
    if "records" in changes:
        raise UserError(_("The records of a rule stay: make another rule."))
    check_rule(rule)


def check_watched(line: Watched) -> None:
    with _rights_of(line.rule):
        _check_field(line.rule, str(line.field))


def check_condition(line: Condition) -> None:
    """Raise `UserError` for a comparison that cannot be made."""
    with _rights_of(line.rule):
        _check_field(line.rule, str(line.field))
        model = _model(line.rule)
        matching(model, where_of([line], fields_seen(model)), [])


def check_action(line: Action) -> None:
    """Raise `UserError` unless the line says all that its kind needs."""
    check_text(str(line.text))
    check_text(str(line.subject))
    if line.kind == "field":
        with _rights_of(line.rule):
            _check_field(line.rule, str(line.field))
    elif line.kind == "webhook":
        http.check_url(str(line.subject))
    elif line.to not in {value for value, _title in offered_people()}:
        raise UserError(_("Choose whom the rule tells."))
    if line.kind == "mail" and not (line.subject and line.text):
        raise UserError(_("A mail needs a subject and a text."))
    if line.kind == "notice" and line.to == "address":
        raise UserError(_("A notice goes to users: choose another reader, or send a mail."))


@contextmanager
def _rights_of(rule: Rule) -> Iterator[None]:
    """Look at what whoever saved the rule may see: a refusal tells nothing of the rest."""
    author = rule.__data__["updated_by"]
    with on_behalf_of(author) if author is not None else nullcontext():
        yield


def _check_field(rule: Rule, path: str) -> None:
    begin, _dot, name = path.rpartition(".")
    if begin != rule.records or name not in fields_seen(_model(rule)):
        raise UserError(_("Choose a field of the records of the rule."))


def _model(rule: Rule) -> Any:
    found = next((each.model for each in screens() if each.name == rule.records), None)
    if found is None:
        raise UserError(_("Choose the records of the rule."))
    return found
