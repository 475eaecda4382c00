"""Records as vCards of version 3.0, which telephones and mail programs read."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import vobject
from peewee import ForeignKeyField
from vobject.vcard import Address, Name

from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.model import Model
from core.data.rows import among, fetched
from core.errors import NotAllowed
from core.exchange.exports.gathering import Batch, Gathering
from core.exchange.names import hidden_fields, names_of
from core.i18n import _
from core.modules.registry import current_registry

PLACE = ("street", "city", "region", "code", "country")  # the words of one address
BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class CardMaker:
    """Makes the cards of a gathering. `words` says what each line of a card is taken from: "fn"
    from a field, "tel" from "telephones.number", a field of the lines of the record.
    """

    def __init__(self, gathering: Gathering, words: dict[str, str]) -> None:
        self.gathering = gathering
        taken = gathering.fields
        self.plain = {word: name for word, name in words.items() if name in taken}
        if "fn" not in self.plain:
            raise NotAllowed(_("You may not export these records."))
        model = gathering.selection.model
        hidden, parts = _kept_in(model), current_registry().parts(model)
        lines = {word: name.split(".") for word, name in words.items() if "." in name}
        self.lines = {
            word: path
            for word, path in lines.items()
            if path[0] not in hidden and path[1] not in _kept_in(parts[path[0]])
        }

    def texts(self, batches: Iterable[Batch]) -> Iterator[bytes]:
        """A card after the other."""
        for batch in batches:
            for said in self._said(batch):
                yield _card(said).encode()

    def _said(self, batch: Batch) -> Iterator[dict[str, Any]]:
        """{word of a card: what it says} of each record."""
        lines = {word: self._of_lines(path, batch.ids) for word, path in self.lines.items()}
        columns = {word: self._column(name, batch) for word, name in self.plain.items()}
        for place, id in enumerate(batch.ids):
            said: dict[str, Any] = {word: values[place] for word, values in columns.items()}
            yield said | {word: found.get(id, []) for word, found in lines.items()}

    def _column(self, name: str, batch: Batch) -> list[Any]:
        field, values = self.gathering.fields[name], batch.values[name]
        if not isinstance(field, ForeignKeyField):
            return values
        names = names_of(field.rel_model, {value for value in values if value is not None})
        return [names.get(value, "") for value in values]

    def _of_lines(self, path: list[str], ids: list[int]) -> dict[int, list[Any]]:
        part = current_registry().parts(self.gathering.selection.model)[path[0]]
        key, field = part._meta.fields[part._meta.part_of], part._meta.fields[path[1]]
        query = part.select(key, field).where(among(key, ids)).order_by(part.id)
        found: dict[int, list[Any]] = {}
        for id, value in fetched(query, (key, field)):
            found.setdefault(id, []).append(value)
        return found


def _kept_in(model: type[Model]) -> frozenset[str]:
    """What the actor may not see of a model, or may not take out."""
    taken = current_policy().fields(model, current_actor(), "x") or frozenset()
    return hidden_fields(model) | taken


def _card(said: dict[str, Any]) -> str:
    card = vobject.vCard()
    for word, value in said.items():
        if word in PLACE:
            continue
        for one in value if isinstance(value, list) else [value]:
            if text := _clean(one):
                card.add(word).value = [text] if word == "org" else text
    if "fn" not in card.contents:
        card.add("fn").value = "—"
    card.add("n").value = Name(given=card.fn.value)
    place = {word: _clean(said[word]) for word in PLACE if said.get(word)}
    if place:
        card.add("adr").value = Address(**place)
    return str(card.serialize())


def _clean(value: Any) -> str:
    """A value as text in which no sign but a newline, which the card escapes, ends a line."""
    text = "" if value is None else str(value)
    return CONTROLS.sub("", BREAKS.sub("\n", text)).strip()
