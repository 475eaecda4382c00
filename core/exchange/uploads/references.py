"""Find the records that cells name: by a key, by their name, or by any spelling of it."""

from collections import defaultdict
from collections.abc import Iterable

from peewee import CharField, Field

from core.access.policy import current_policy
from core.alphabet import fold
from core.data.actor import current_actor
from core.data.model import Model
from core.data.rows import fetched

SEVERAL = -1  # stands for the id where more than one record is called so
AT_ONCE = 500
FEW = 2_000  # records that are compared by any spelling


class References:
    """The records of one model that the actor sees, by what people call them."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.known: dict[str, int | None] = {}
        self.spelt: dict[str, int] | None = None

    def ask(self, texts: Iterable[str]) -> None:
        """Look up those of the texts that were not asked for before."""
        wanted = sorted({text for text in texts if text not in self.known})
        fields = _names(self.model)
        if not wanted or not fields:
            self.known.update(dict.fromkeys(wanted))
            return
        for start in range(0, len(wanted), AT_ONCE):
            self._ask(wanted[start : start + AT_ONCE], fields)
        lost = [text for text in wanted if self.known[text] is None]
        if lost:
            spelt = self._spelt(fields)
            self.known.update((text, spelt.get(fold(text))) for text in lost)

    def _ask(self, texts: list[str], fields: list[Field]) -> None:
        """A key names a record before a name does: the first field that knows a text counts."""
        self.known.update(dict.fromkeys(texts))
        for field in fields:
            lost = [text for text in texts if self.known[text] is None]
            if not lost:
                return
            found: dict[str, set[int]] = defaultdict(set)
            query = self.model.select(self.model.id, field).where(
                field.in_(lost), self.model.archived_at.is_null()
            )
            for id, text in fetched(query, [self.model.id, field]):
                found[text].add(id)
            self.known.update((text, _only(ids)) for text, ids in found.items())

    def _spelt(self, fields: list[Field]) -> dict[str, int]:
        if self.spelt is None:
            columns = [self.model.id, *fields]
            query = self.model.select(*columns).where(self.model.archived_at.is_null())
            rows = fetched(query.limit(FEW + 1), columns)
            found: dict[str, set[int]] = defaultdict(set)
            for id, *texts in rows if len(rows) <= FEW else ():
                for text in texts:
                    if text:
                        found[fold(text)].add(id)
            self.spelt = {text: _only(ids) for text, ids in found.items()}
        return self.spelt


def _only(ids: set[int]) -> int:
    return ids.copy().pop() if len(ids) == 1 else SEVERAL


def _names(model: type[Model]) -> list[Field]:
    """The fields that name a record and that the actor sees: what is unique, then its name."""
    hidden = current_policy().fields(model, current_actor(), "r")
    if hidden is None:
        return []
    fields = [
        field
        for field in model._meta.sorted_fields
        if isinstance(field, CharField) and (field.unique or field.name == "name")
    ]
    fields.sort(key=lambda field: not field.unique)
    return [field for field in fields if field.name not in hidden]
