"""Where the studio listens: fields get their columns, rules are woken, and all processes know."""

from typing import Any

from addons.studio.automation import MOST_FAILURES, WAKING, listeners
from addons.studio.checking import check, check_changes, named
from addons.studio.checking_rules import (
    check_action,
    check_condition,
    check_rule,
    check_rule_changes,
    check_watched,
)
from addons.studio.events import calling, ran, stuck
from addons.studio.fields import column_of, declared_by, field_of
from addons.studio.jobs import call
from addons.studio.models import Action, Condition, CustomField, Rule, Run, Watched
from addons.studio.permissions import designer
from core.api import (
    Model,
    UserError,
    _,
    add_column,
    among,
    answer,
    archived,
    button,
    column,
    columns_in,
    created,
    declaring,
    drop_column,
    employee_leaves,
    erase_fields,
    erased,
    filled,
    holders_of,
    next_generation,
    ngettext,
    notify,
    on,
    require_answers,
    restored,
    screens,
    title_of_record,
    updated,
)


@declaring
def fields_and_rules() -> list[Any]:
    """The fields as they stand, and who listens for the rules."""
    rows = CustomField.select().where(CustomField.archived_at.is_null())
    return [*declared_by(list(rows.order_by(CustomField.id))), *listeners()]


@on(created(CustomField))
def make_column(record: CustomField) -> None:
    """The table gets the column in the transaction that makes the field."""
    record.column = named(record)
    check(record)
    record.save()
    models = {screen.name: screen.model for screen in screens()}
    field = field_of(record, models.get(record.target))
    add_column(models[record.records], record.column, field)


@on(updated(CustomField))
def say_anew(record: CustomField, changes: dict[str, tuple[Any, Any]]) -> None:
    check_changes(record, changes)
    next_generation()


@on(archived(CustomField))
def hide(record: CustomField) -> None:
    next_generation()


@button(CustomField, _("Purge"), role=designer, icon="trash", archived=True)
def purge(field: CustomField) -> None:
    """Take an archived field out of the database; what it held goes into an archive."""
    if field.archived_at is None:
        raise UserError(_("Archive the field first: a purge takes its values away."))
    model = next((each.model for each in screens() if each.name == field.records), None)
    if model is None:
        raise UserError(_("The app of these records is off: switch it on first."))
    if column_of(field) in columns_in(model):
        number = filled(model, column_of(field))
        text = ngettext(
            "%(count)s value goes into an archive below var/backups, and the field is gone.",
            "%(count)s values go into an archive below var/backups, and the field is gone.",
            number,
            count=number,
        )
        require_answers(field, [str(text)])
        drop_column(model, column_of(field))
    field.delete_instance()


@on(restored(CustomField))
def show(record: CustomField) -> None:
    next_generation()


@on(created(Rule))
def begin(record: Rule) -> None:
    check_rule(record)
    next_generation()


@on(updated(Rule))
def go_on_anew(record: Rule, changes: dict[str, tuple[Any, Any]]) -> None:
    if changes.keys() - {"state", "paused_because"}:
        check_rule_changes(record, changes)
    if changes.keys() & set(WAKING):
        next_generation()


@on(archived(Rule))
def end(record: Rule) -> None:
    next_generation()


@on(restored(Rule))
def begin_again(record: Rule) -> None:
    next_generation()


@on(created(Watched))
def see_watched(record: Watched) -> None:
    check_watched(record)


@on(updated(Watched))
def see_watched_again(record: Watched) -> None:
    check_watched(record)


@on(created(Condition))
def see_condition(record: Condition) -> None:
    check_condition(record)


@on(updated(Condition))
def see_condition_again(record: Condition) -> None:
    check_condition(record)


@on(created(Action))
def see_action(record: Action) -> None:
    check_action(record)


@on(updated(Action))
def see_action_again(record: Action) -> None:
    check_action(record)


@button(Rule, _("Pause"), states=("active",), icon="pause")
def pause(rule: Rule) -> None:
    rule.change({"state": "paused", "paused_because": ""})


@button(Rule, _("Go on"), states=("paused",), icon="play")
def resume(rule: Rule) -> None:
    """It goes on with the rights of whoever says so."""
    rule.change({"state": "active", "paused_because": ""})


@on(calling)
def call_later(action: int, record: int) -> None:
    call.later(action=action, record=record)


@on(ran)
def write_down(rule: Rule, record: int, mark: str, outcome: str, said: str) -> None:
    """The book of runs; a rule that only fails is paused."""
    Run.create(rule=rule.id, record=record, mark=mark, outcome=outcome, text=said)
    last = Run.select(Run.outcome).where(Run.rule == rule.id).order_by(Run.id.desc())
    outcomes = [found for (found,) in last.limit(MOST_FAILURES).tuples()]
    if outcomes.count("failed") == MOST_FAILURES:
        stuck(rule=rule.id, said=said)


@on(stuck)
def stop(rule: int, said: str) -> None:
    """Pause a rule that cannot go on, and tell its author, else those who may save it anew."""
    found = Rule.get_or_none(Rule.id == rule)
    if found is None or found.state == "paused":
        return
    author = found.__data__["updated_by"]
    found.change({"state": "paused", "paused_because": said[:255]})
    text = _("The rule “%(name)s” was paused: %(reason)s", name=found.name, reason=said)
    told = author is not None and notify(author, text, about=found, kind="studio.paused")
    for id in () if told else holders_of(designer.name):
        notify(id, text, about=found, kind="studio.paused")


@answer(erased)
def forget_what_rules_said(record: Model) -> None:
    """The book of runs repeats words of the records that rules worked on."""
    names = [screen.name for screen in screens() if screen.model is type(record)]
    rules = Rule.select(Rule.id).where(Rule.records.in_(names))
    runs = Run.select(Run.id).where(Run.record == record.id, Run.rule.in_(rules))
    erase_fields(Run, [id for (id,) in runs.tuples()], ("text",))


@column(Run, _("Record"))
def record_name(runs: list[Any]) -> dict[int, str]:
    """What each record is called now, as far as the reader may know it."""
    rows = Run.select(Run.id, Run.record, Rule.records).join(Rule)
    found = list(rows.where(among(Run.id, [run.id for run in runs])).tuples())
    models = {each.name: each.model for each in screens()}
    names: dict[int, str] = {}
    for kind in {kind for _id, _record, kind in found} & models.keys():
        model = models[kind]
        wanted = {n for _id, n, its in found if its == kind}
        titles = {
            record.id: title_of_record(record)
            for record in model.select().where(among(model.id, wanted))
        }
        names |= {id: titles[n] for id, n, its in found if its == kind and n in titles}
    return {id: names.get(id, f"№ {record}") for id, record, _kind in found}


@answer(employee_leaves)
def rules_of_leaver(user: Any) -> tuple[Any, int] | None:
    """Rules run with the rights of whoever saved them last: of whom has left they do nothing."""
    query = Rule.select().where(Rule.updated_by == user.id, Rule.state == "active")
    number = query.where(Rule.archived_at.is_null()).count()
    return (
        (_("Rules that they saved last: somebody else must save them"), number) if number else None
    )
