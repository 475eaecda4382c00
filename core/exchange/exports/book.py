"""Who took which records out, and when: a row for each file, which an administrator can read."""

from peewee import BigAutoField, CharField, IntegerField, TextField

from core.data.actor import current_actor
from core.data.audit import Value, note
from core.data.database import transaction
from core.data.fields import DateTimeField, now
from core.data.internal import Internal

LONGEST_ASKED = 2_000  # characters of the filter that are kept


class Export(Internal):
    """One file. `asked` is the filter as its address had it; `rows` is empty until the file ended,
    and counts what had been sent when its reader left before.
    """

    id = BigAutoField()
    at = DateTimeField(index=True)
    actor = IntegerField(null=True)
    actor_name = CharField()
    model = CharField(max_length=64)
    format = CharField(max_length=8)
    asked = TextField()
    rows = IntegerField(null=True)


def begin(model: str, format: str, asked: str, rows: int | None = None, table: str = "") -> int:
    """Write down that a file of so many records of the table is taken, here and in the history;
    answers the id of the row.
    """
    actor = current_actor()
    with transaction():
        row = Export.create(
            at=now(),
            actor=actor.id,
            actor_name=(actor.name or actor.reason)[:255],
            model=model,
            format=format,
            asked=asked[:LONGEST_ASKED],
        )
        facts = {"format": format, "rows": rows, "filter": row.asked or None}
        told: list[Value] = [(name, None, fact) for name, fact in facts.items() if fact is not None]
        under = (table, 0) if table else None
        note("export", (Export._meta.table_name, row.id), told, under=under)
    return int(row.id)


def finish(id: int, rows: int) -> None:
    """Write down how many records the file holds."""
    with transaction():
        Export.update(rows=rows).where(Export.id == id).execute()
