"""Erase a person: what would go, what stays and why, and the deed in one transaction."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.access.decisions import can
from core.access.models import User
from core.access.permissions import privacy
from core.attached.models import Comment, attached_to
from core.background.files.sweeping import SETTLED, let_go
from core.background.jobs.declared import job
from core.data import history
from core.data.actor import current_actor, system
from core.data.database import transaction
from core.data.erasing import (
    ERASE,
    erase_each,
    erase_values,
    ids_of,
    overwrite_freed,
    told_together,
)
from core.data.fields import now
from core.data.history import Change, births
from core.data.model import Model
from core.errors import NotAllowed, UserError
from core.exchange.uploads.models import READING, Upload
from core.i18n import Text, _
from core.modules.transitions import Vetoed, holds
from core.personal import of_users
from core.personal.blanks import blank, erase_fields
from core.personal.copies import COPIES, Copies, empty, hashes, imported
from core.personal.declared import has_people, is_person, personal_fields
from core.personal.hooks import erased, erasing
from core.personal.person import Person

LONGEST_REASON = 500


@dataclass(frozen=True)
class Held:
    """Something of a person that goes: what counts it, and what takes it away."""

    title: Text
    count: Callable[[], int]
    erase: Callable[[], object]


@dataclass(frozen=True)
class Kept:
    """Something of a person that stays, and why."""

    title: Text
    count: int
    why: Text


@dataclass(frozen=True)
class Preview:
    """What erasing a person would do: nothing of it is done."""

    held: list[tuple[Text, int]]
    kept: list[Kept]
    vetoes: list[str]


def may_care(record: Model) -> bool:
    """Whether the actor may hand out what is held of this record, which they can read."""
    return has_people(type(record)) and holds(current_actor(), privacy)


def may_erase(record: Model) -> bool:
    """Whether the actor may erase this record, which they can read."""
    actor = current_actor()
    if not may_care(record):
        return False
    return actor.is_admin or actor.is_system or (is_person(record) and can(actor, "u", record))


def preview(record: Model) -> Preview:
    """What would go and what stays. Nothing is changed."""
    with system("what is held of a person is counted"):
        person = Person(record)
        counted = [(each.title, each.count()) for each in _held(person)]
        held = [(title, count) for title, count in counted if count]
        return Preview(held, [k for k in _kept(person) if k.count], _vetoes(person))


def erase(record: Model, reason: str) -> None:
    """Take away every personal value of the record, with its lines, files, comments and copies; the
    row itself, its number and what refers to it stay. It cannot be taken back.

    Raises `NotAllowed` for whoever may not, `Vetoed` with the reasons why not now, and `UserError`
    for a reason that is empty or names the person.
    """
    if not may_erase(record):
        raise NotAllowed(_("You may not erase this record: ask an administrator."))
    erase_as_system(record, reason)


def erase_as_system(record: Model, reason: str) -> None:
    """As `erase`, where it was decided before who may."""
    with transaction(), told_together(), system("a person is erased"):
        overwrite_freed()
        person = Person(type(record).get_by_id(record.id))
        said = _checked(person, reason)
        if vetoes := _vetoes(person):
            raise Vetoed(vetoes)
        erased(person.record)
        contents = hashes(person)
        for held in _held(person):
            held.erase()
        erase_values(person.told)
        erase_each(person.told_of_events())
        _tell(person, said)
        if contents:
            forget_contents.later(hashes=sorted(contents))


def _checked(person: Person, reason: str) -> str:
    said = " ".join(reason.split())[:LONGEST_REASON]
    if not said:
        raise UserError(_("Write down why: the history keeps the reason."))
    if person.words.named(said):
        raise UserError(_("The reason names the person, and would be kept: say it without."))
    return said


def _vetoes(person: Person) -> list[str]:
    texts: Iterable[Text] = erasing(person.record)
    if person.model is User:
        texts = [*of_users.reasons_of_user(person.record), *texts]
    return [str(text) for text in texts]


def _held(person: Person) -> list[Held]:
    """All that goes, in the order in which it goes: copies first, by the values that stand yet."""
    found = [Held(e.title, partial(e.count, person), partial(e.erase, person)) for e in COPIES]
    rows = list(imported(person))
    found.append(
        Held(
            _("Rows of imported files"),
            lambda: sum(len(row.places) for row in rows),
            lambda: [empty(row) for row in rows],
        )
    )
    if person.model is User:
        found += _held_of_user(person)
    for part, ids in person.lines:
        found.append(Held(_titled(part), partial(len, ids), partial(_remove, part, ids)))
    for model, ids in person.elsewhere:
        found.append(Held(_titled(model), partial(len, ids), partial(erase_fields, model, ids)))
    fields = partial(erase_fields, person.model, [person.id])
    found.append(Held(_("Fields of the record"), lambda: len(_standing(person)), fields))
    events = Held(
        _("Exports, imports and logins that name them, in the history"),
        lambda: len(set(person.told_of_events()) - set(ids_of(person.told))),
        lambda: None,
    )
    told = Held(_("Values in the history"), lambda: len(ids_of(person.told)), lambda: None)
    return [*found, told, events]


def _held_of_user(person: Person) -> list[Held]:
    deeds = (
        (_("Logins, sessions, notices and choices"), of_users.count_own, of_users.erase_own),
        (
            _("Comments and exports of the user, which stay without the name"),
            of_users.count_named,
            of_users.rename,
        ),
        (_("Roles and teams"), of_users.count_rights, of_users.end),
    )
    return [Held(title, partial(c, person), partial(e, person)) for title, c, e in deeds]


def _standing(person: Person) -> list[str]:
    """The fields in which something else stands than what erasing leaves there."""
    fields = personal_fields(person.model)
    return [n for n, value in person.filled.items() if value != blank(fields[n], person.id)]


def _remove(part: type[Model], ids: list[int]) -> None:
    part.delete().where(part.id.in_(ids)).execute()


def _titled(model: type[Model]) -> Text:
    return getattr(model._meta, "plural", None) or model.__name__


def _kept(person: Person) -> list[Kept]:
    elsewhere = Copies("", Comment, texts=(Comment.text,), where=~_on(person))
    waiting = (Upload.state == READING) & Upload.content.is_null(False)
    found = [
        Kept(
            _("Comments on other records that name them"),
            elsewhere.count(person),
            _("They are the words of colleagues about other business: look through them."),
        ),
        Kept(
            _("Files that are being read for an import"),
            Upload.select().where(waiting).count(),
            _("They are thrown away after 30 days."),
        ),
    ]
    if person.model is User:
        found.append(
            Kept(
                _("Entries of the history of what they did"),
                of_users.count_entries(person),
                _("The history says who did something, and cannot be changed."),
            )
        )
    return found


def _on(person: Person) -> Any:
    return attached_to(Comment, person.record)


def _tell(person: Person, reason: str) -> None:
    values = [("reason", None, json.dumps(reason, ensure_ascii=False))]
    history.write(person.model, person.model, [Change(ERASE, person.id, person.id, values)])


def is_erased(model: type[Model], ids: Iterable[int]) -> set[int]:
    """Those of the records that were erased and not changed since."""
    row = history.History
    wanted = sorted(set(ids))
    born = births(model._meta.table_name, wanted)
    last: dict[int, str] = {}
    mine = (row.root_model == model._meta.table_name) & row.root_record.in_(wanted)
    acts = row.action.in_((ERASE, history.UPDATE, history.CREATE))
    query = row.select(row.id, row.root_record, row.action).where(mine, acts).order_by(row.id)
    for id, record, action in query.tuples() if wanted else ():
        if id >= born[record]:
            last[record] = action
    return {record for record, action in last.items() if action == ERASE}


@job(title=_("Contents of an erased person are removed"))
def forget_contents(hashes: list[str]) -> int:
    """Remove the contents that nobody holds any more; what was wanted again just now waits."""
    left = let_go(hashes)
    if left:
        forget_contents.later_at(now() + SETTLED, hashes=sorted(left))
    return len(hashes) - len(left)
