"""Set some fields of many records: every record is checked as if a form had saved it alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import peewee

from core.background.jobs.running import progress
from core.data.database import transaction
from core.data.history import tagged
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
ROWS_AT_ONCE = 200


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


def edit_all(model: type[Model], values: dict[str, Any], ids: list[int], tag: str) -> int:
    """Set {field: value} in all of the records within one transaction; answers how many differed.
    Raises `Refused` with what stood in the way, and then nothing was changed.
    """
    changed = 0
    troubles: list[Trouble] = []
    with transaction(), tagged(tag), indexing_once():
        for done, batch in in_batches(ids):
            reached = in_reach(model, batch, "u")
            records = {each.id: each for each in model.select().where(among(model.id, batch))}
            for id in batch:
                with collecting(troubles, id, records.get(id)):
                    changed += _change(records.get(id), id in reached, values)
            if len(troubles) >= MOST_TROUBLES:
                break
            progress(done, len(ids))
        if troubles:
            raise Refused(troubles)
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
