"""Rules of retention: which records are due, and what is done to them."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import peewee
from peewee import DateTimeField as PeeweeDateTimeField

from core.data.actor import Actor, acting_as, system
from core.data.database import db, transaction
from core.data.erasing import erase_values
from core.data.fields import now
from core.data.model import DRAFT, Model
from core.errors import KarvonError
from core.exchange.names import name_of
from core.formats import today
from core.i18n import _, default_language, speaking
from core.modules.registry import current_registry
from core.personal.declared import is_person
from core.personal.erasing import erase_as_system, is_erased
from core.personal.models import ARCHIVE, DELETE, ERASE, MONTHS, RetentionRule
from core.personal.person import Person
from core.personal.rules import model_of, required_model, said_rule

log = logging.getLogger("karvon.personal")

AT_ONCE = 100  # records in one transaction of the nightly run
MOST_A_NIGHT = 10_000  # of one rule
MOST_ERASED = 1_000  # for whom all books are looked through
SHOWN = 20


@dataclass(frozen=True)
class Due:
    """What a rule would do now: to how many records, counted up to one more than it does in a
    night, and the first of them as (id, name).
    """

    count: int
    first: list[tuple[int, str]]


def due(rule: RetentionRule) -> Due:
    """What the rule would do now; nothing is done."""
    model = required_model(rule)
    with system("a rule of retention is tried"):
        count = 0
        first: list[tuple[int, str]] = []
        for record in _records(rule, model):
            count += 1
            if len(first) < SHOWN:
                first.append((record.id, name_of(record)))
            if count > most_of(rule):
                break
        return Due(count, first)


def most_of(rule: RetentionRule) -> int:
    """How many records a rule does something to in one night."""
    return MOST_ERASED if rule.deed == ERASE else MOST_A_NIGHT


def before(rule: RetentionRule) -> datetime:
    """What lies before this moment is due."""
    moment = now()
    if rule.unit != MONTHS:
        return moment - timedelta(days=rule.number)
    months = moment.year * 12 + moment.month - 1 - int(rule.number)
    year, month = divmod(months, 12)
    for day in range(moment.day, 0, -1):  # the 31st of a shorter month is its last day
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def _records(rule: RetentionRule, model: type[Model]) -> Iterator[Model]:
    """The records that are due, by their numbers, in batches."""
    wanted, last = _wanted(rule, model), 0
    while True:
        query = model.select().where(wanted, model.id > last).order_by(model.id).limit(AT_ONCE)
        some = list(query)
        if not some:
            return
        last = some[-1].id
        yield from _not_done(rule, model, some)


def _wanted(rule: RetentionRule, model: type[Model]) -> Any:
    """The condition that a record is due."""
    field = model._meta.fields[str(rule.field)]
    end: Any = before(rule)
    if not isinstance(field, PeeweeDateTimeField):
        end = today() - (now() - end)
    return (field < end) & _apt(rule, model)


def _apt(rule: RetentionRule, model: type[Model]) -> Any:
    if rule.deed == ARCHIVE:
        return model.archived_at.is_null()
    if rule.deed == DELETE:
        return model._meta.fields["state"] == DRAFT
    # Whoever can log in works here still.
    active = model._meta.fields.get("is_active")
    return peewee.SQL("1 = 1") if active is None else ~active


def _not_done(rule: RetentionRule, model: type[Model], records: Iterable[Model]) -> Iterator[Model]:
    found = list(records)
    if rule.deed != ERASE:
        yield from found
        return
    done = is_erased(model, [record.id for record in found])
    yield from (r for r in found if is_person(r) and r.id not in done)


def run(rule: RetentionRule) -> tuple[int, int]:
    """Do what the rule says to so many records as it may in a night; answers how many it was done
    to, and how many are left because an addon objects or others refer to them.
    """
    model = model_of(rule)
    if model is None or rule.confirmed_at is None or not rule.is_on:
        return 0, 0
    done = left = 0
    reason = reason_of(rule)
    with acting_as(Actor(name=reason)), system(reason):
        for some in peewee.chunked(_records(rule, model), 1 if rule.deed == ERASE else AT_ONCE):
            with transaction():
                if not _is_at_work(rule):
                    break
                outcomes = [_do(rule, model, record) for record in _still_due(rule, model, some)]
            done, left = done + sum(outcomes), left + outcomes.count(False)
            if done >= most_of(rule):
                break
        ran = {"ran_at": now(), "done": done, "left": left}
        RetentionRule.update(**ran).where(RetentionRule.id == rule.id).execute()
    return done, left


def _is_at_work(rule: RetentionRule) -> bool:
    """Whether nobody paused or removed the rule since its run began."""
    mine = (RetentionRule.id == rule.id) & RetentionRule.is_on
    confirmed = RetentionRule.confirmed_at.is_null(False)
    return bool(RetentionRule.select().where(mine, confirmed).exists())


def _still_due(rule: RetentionRule, model: type[Model], records: list[Model]) -> Iterator[Model]:
    """Those that nobody worked on since they were read, each held until the transaction ends."""
    for record in records:
        query = model.select().where(_wanted(rule, model), model.id == record.id)
        if isinstance(db.obj, peewee.PostgresqlDatabase):
            query = query.for_update()
        yield from _not_done(rule, model, query)


def _do(rule: RetentionRule, model: type[Model], record: Model) -> bool:
    """Do it to one record, in a savepoint of its own; False where it is refused, or an addon fails
    at it: the others do not wait for that.
    """
    try:
        with transaction():
            if rule.deed == ERASE:
                erase_as_system(record, reason_of(rule))
            elif rule.deed == ARCHIVE:
                record.archive()
            else:
                _delete(model, record)
    except KarvonError:
        return False
    except (peewee.OperationalError, peewee.InterfaceError):
        raise  # the database itself: no record would fare better
    except Exception as error:
        log.error("A rule failed at %s %s: %s", rule.model, record.id, type(error).__name__)
        return False
    return True


def _delete(model: type[Model], record: Model) -> None:
    """Delete a draft with its lines, and what the history would keep of a person in them."""
    told = Person(record).told
    for backref, part in current_registry().parts(model).items():
        part.delete().where(getattr(model, backref).field == record.id).execute()
    record.delete_instance()
    erase_values(told)


def reason_of(rule: RetentionRule) -> str:
    """What the history says of what a rule did."""
    with speaking(default_language()):
        said = _("Rule of retention %(number)s: %(rule)s", number=rule.id, rule=said_rule(rule))
        return str(said)
