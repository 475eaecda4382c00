"""The books of imports: what was sent, what its columns stand for, and what became of its rows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from core.access.models import User
from core.data.fields import (
    CharField,
    DateTimeField,
    FileField,
    ForeignKeyField,
    IntegerField,
    TextField,
    now,
)
from core.data.internal import Internal

READING, COLUMNS, CHECKED, RUNNING = "reading", "columns", "checked", "running"
DONE, UNDOING, UNDONE = "done", "undoing", "undone"

UNKNOWN, CREATE, CHANGE, SAME, BAD, LEFT_OUT = "?", "c", "u", "=", "!", "-"
BESIDE = -1  # the column of a problem that no single cell has
CHUNK = 250  # lines: what one transaction of a long import writes


class Upload(Internal):
    """One file that somebody sent. `content` is gone once its rows are read; `header` is JSON of
    the names of its columns, `mapping` of {"places": [what each column fills], "key": by what
    records are found}, `counts` of {verdict: lines}; `tag` is what the history calls the writes.
    """

    owner = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    model = CharField(max_length=64)
    name = CharField(max_length=255)
    state = CharField(max_length=16, default=READING)
    content = FileField(null=True)
    header = TextField(default="[]")
    mapping = TextField(default="{}")
    rows = IntegerField(default=0)
    counts = TextField(default="{}")
    job = IntegerField(null=True)
    tag = CharField(max_length=8, default="")
    created_at = DateTimeField(default=now)
    started_at = DateTimeField(null=True)
    ended_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("owner", "model"), False),)

    @property
    def columns(self) -> list[str]:
        return json.loads(str(self.header))  # type: ignore[no-any-return]

    @property
    def map(self) -> dict[str, Any]:
        return json.loads(str(self.mapping))  # type: ignore[no-any-return]

    @property
    def tally(self) -> dict[str, int]:
        return json.loads(str(self.counts))  # type: ignore[no-any-return]


class UploadChunk(Internal):
    """Some lines of a file, one after the other. `verdicts` has a sign for each of them, `lines`
    is JSON of what `Line` holds, `done` of what `Written` holds once they are.
    """

    upload = ForeignKeyField(Upload, on_delete="CASCADE", backref="+")
    number = IntegerField()
    verdicts = TextField()
    lines = TextField()
    done = TextField(null=True)

    class Meta:
        indexes = ((("upload", "number"), True),)


@dataclass(slots=True)
class Line:
    """A row of the file: `problems` are (column, text, whether it stands in the way)."""

    number: int
    cells: list[str]
    fault: str = ""  # why the file gives no cells for it
    is_left_out: bool = False
    verdict: str = UNKNOWN
    problems: list[tuple[int, str, bool]] = field(default_factory=list)

    def values(self) -> tuple[Any, ...]:
        """All of it, as `Line(*values)` takes it."""
        return (
            *(self.number, self.cells, self.fault),
            *(self.is_left_out, self.verdict, self.problems),
        )


def lines_in(chunk: UploadChunk) -> list[Line]:
    return [Line(*values) for values in json.loads(str(chunk.lines))]


def stored(lines: list[Line]) -> dict[str, str]:
    """The values of a chunk that holds these lines."""
    texts = json.dumps([line.values() for line in lines], ensure_ascii=False)
    return {"lines": texts, "verdicts": "".join(line.verdict for line in lines)}


def keep(chunk: UploadChunk, lines: list[Line]) -> bool:
    """Write the lines of a chunk back, unless somebody else did since it was read."""
    mine = (UploadChunk.id == chunk.id) & (UploadChunk.lines == chunk.lines)
    return bool(UploadChunk.update(**stored(lines)).where(mine).execute())


def lock(upload: Upload) -> None:
    """Let no other transaction change the rows of an upload before this one ends."""
    Upload.update(rows=Upload.rows).where(Upload.id == upload.id).execute()


def chunks_of(upload: Upload) -> Iterator[UploadChunk]:
    """The chunks of an upload in order, each read when it is wanted."""
    query = UploadChunk.select(UploadChunk.id).where(UploadChunk.upload == upload.id)
    for (id,) in list(query.order_by(UploadChunk.number).tuples()):
        yield UploadChunk.get_by_id(id)


class Written(NamedTuple):
    """What became of a line: its record, and {field: line} of references to other lines."""

    line: int
    record: int
    verdict: str
    later: dict[str, int]


def written(chunk: UploadChunk) -> list[Written]:
    """What a chunk wrote."""
    return [Written(*values) for values in json.loads(str(chunk.done))] if chunk.done else []
