"""The book of what was set in many records at once."""

import json
from dataclasses import dataclass

from core.data.actor import current_actor
from core.data.fields import CharField, DateTimeField, IntegerField, TextField, now
from core.data.internal import Internal
from core.exchange.shapes import Texts

LARGEST_ID = 9_999_999  # its tag in the history has eight characters


class BulkEdit(Internal):
    """One of them: `texts` is JSON of {field: text} as it was typed, `records` of the ids that were
    to have it. The history calls what it wrote by its `tag`.
    """

    user = IntegerField(index=True)
    model = CharField(max_length=64)
    texts = TextField()
    records = TextField()
    created_at = DateTimeField(default=now)
    undone_at = DateTimeField(null=True)

    @property
    def tag(self) -> str:
        return f"b{self.id}"

    @property
    def undo_tag(self) -> str:
        return f"r{self.id}"

    @property
    def typed(self) -> Texts:
        return dict(json.loads(str(self.texts)))

    @property
    def ids(self) -> list[int]:
        return [int(id) for id in json.loads(str(self.records))]


@dataclass(frozen=True)
class Trouble:
    """Why one record could not be changed."""

    id: int
    name: str
    text: str


def begun(model: str, texts: Texts, ids: list[int]) -> BulkEdit:
    """A new entry of the actor's."""
    made: BulkEdit = BulkEdit.create(
        user=current_actor().id or 0,
        model=model,
        texts=json.dumps(texts, ensure_ascii=False),
        records=json.dumps(ids, separators=(",", ":")),
    )
    return made


def own(id: int, model: str) -> BulkEdit | None:
    """The entry with this id, where it is the actor's."""
    if not 0 < id <= LARGEST_ID:
        return None
    mine = (BulkEdit.id == id) & (BulkEdit.user == current_actor().id) & (BulkEdit.model == model)
    found: BulkEdit | None = BulkEdit.get_or_none(mine)
    return found
