"""Set some fields of many records: every record is checked as if a form had saved it alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import peewee

from core.background.jobs.running import progress
from core.data.database import transaction
from core.data.history import History, tagged
from core.data.model import Model
from core.data.rows import among
from core.data.scope import in_reach
from core.data.search import indexing_once
from core.errors import Conflict, NotAllowed, UserError
from core.exchange.bulk.models import Trouble
from core.exchange.drafts import Draft, read
from core.exchange.names import name_of
from core.exchange.shapes import Shape, Texts, shape_of
from core.i18n import _, ngettext

MOST = 50_000  # records of one edit
MOST_TROUBLES = 100  # that are looked for before it is given up
ROWS_AT_ONCE = 100  # a tenth of a second of work: so long others wait to write
TRIAL = "trial"  # what the history would call a trial, if any of it stayed


class Refused(UserError):
    """Records stood in the way, so that none was changed."""

    def __init__(self, troubles: list[Trouble]) -> None:
        count = len(troubles)
        first = troubles[0]
        super().__init__(
            ngettext(
                "Nothing was changed, for %(count)s record stands in the way: %(name)s: %(text)s",
                "Nothing was changed, for %(count)s records stand in the way. The first one is"
                " %(name)s: %(text)s",
                count,
                count=count,
                name=first.name,
                text=first.text,
            )
        )
        self.troubles = troubles


def shape_for_many(model: type[Model], names: list[str] | None) -> Shape:
    """What can be set in many records: no lines, and nothing that must differ."""
    whole = shape_of(model, "u", names)
    fields = {name: field for name, field in whole.fields.items() if not field.unique}
    return Shape(model, fields, {})


def read_for_many(shape: Shape, texts: Texts) -> Draft:
    """The values of {field: text}, with what is wrong by the names of the fields."""
    return read(Shape(shape.model, {name: shape.fields[name] for name in texts}, {}), texts, {})


class _TrialEnd(Exception):
    """Takes a trial back."""


def edit_all(model: type[Model], values: dict[str, Any], ids: list[int], tag: str) -> int:
    """Set {field: value} in all of the records within one transaction; answers how many differed.
    Raises `Refused` with what stood in the way, and then nothing was changed.
    """
    changed = 0
    troubles: list[Trouble] = []
    with transaction(), tagged(tag), indexing_once():
        for _done, batch in in_batches(ids):
            changed += _edit(model, values, batch, troubles)
            if len(troubles) >= MOST_TROUBLES:
                break
        if troubles:
            raise Refused(troubles)
    return changed


def tried(model: type[Model], values: dict[str, Any], ids: list[int]) -> int:
    """How many records `edit_all` would change: found out by doing it and taking it back. Raises
    `Refused` as it does.
    """
    changed = 0
    try:
        with transaction():
            changed = edit_all(model, values, ids, TRIAL)
            raise _TrialEnd
    except _TrialEnd:
        return changed


def edit_long(
    model: type[Model], values: dict[str, Any], ids: list[int], tag: str
) -> list[Trouble]:
    """Set {field: value} in many records batch by batch, each with its own end, so that whoever
    else writes waits for one batch alone. All are tried first: raises `Refused` with what stands in
    the way, and then nothing was changed. Answers which records were refused since then and stay as
    they are. What is called `tag` in the history is not done again, so that a run that was killed
    can be repeated.
    """
    if not written(model, ids, tag):  # else it was tried, and goes on
        for done, batch in in_batches(ids):
            tried(model, values, batch)
            progress(done, len(ids), _("Checking"))
    troubles: list[Trouble] = []
    for done, batch in in_batches(ids):
        with transaction(), tagged(tag), indexing_once():
            done_before = {id for (id,) in written_as(model, batch, tag)}
            _edit(model, values, [id for id in batch if id not in done_before], troubles)
        progress(done, len(ids), _("Changing"))
    return troubles


def written_as(model: type[Model], ids: list[int], tag: str) -> Any:
    """The ids among `ids` of the records that were changed under this name, as rows."""
    mine = History.select(History.record).where(
        History.root_model == model._meta.table_name,
        among(History.root_record, ids),
        History.request == tag,
    )
    return mine.distinct().tuples()


def written(model: type[Model], ids: list[int], tag: str) -> int:
    """How many of the records were changed under this name."""
    return sum(written_as(model, batch, tag).count() for _done, batch in in_batches(ids))


def _edit(
    model: type[Model], values: dict[str, Any], ids: list[int], troubles: list[Trouble]
) -> int:
    """Set the values in a batch of records; answers how many differed, and notes the troubles."""
    changed = 0
    reached = in_reach(model, ids, "u")
    records = {each.id: each for each in model.select().where(among(model.id, ids))}
    for id in ids:
        with collecting(troubles, id, records.get(id)):
            changed += _change(records.get(id), id in reached, values)
    return changed


def _change(record: Model | None, is_reached: bool, values: dict[str, Any]) -> int:
    if record is None:
        raise UserError(_("There is no such record any more."))
    if not is_reached:
        raise NotAllowed(_("You may see this record, not change it."))
    with transaction():
        return record.change(values)


def in_batches(ids: list[int]) -> Iterator[tuple[int, list[int]]]:
    """(how many are done with it, ids) of each batch."""
    for start in range(0, len(ids), ROWS_AT_ONCE):
        batch = ids[start : start + ROWS_AT_ONCE]
        yield start + len(batch), batch


@contextmanager
def collecting(troubles: list[Trouble], id: int, record: Model | None) -> Iterator[None]:
    """Note what the program refuses in the block, instead of raising it."""
    try:
        yield
    except (UserError, NotAllowed, Conflict) as error:
        text = str(error)
    except peewee.IntegrityError:
        text = str(_("Another record does not allow it."))
    else:
        return
    troubles.append(Trouble(id, name_of(record) if record else f"№ {id}", text))
