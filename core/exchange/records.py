"""Records as the API writes them: plain values, foreign keys with the name they stand for."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from peewee import DateField, Field, ForeignKeyField

from core.access.lines import part_of
from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.changes import BOOKKEEPING
from core.data.fields import DateTimeField, MoneyField, ScaledField
from core.data.model import Model
from core.data.money import as_money, currencies_beside
from core.data.rows import among_given, as_given
from core.data.translated import TranslatedField
from core.exchange.names import hidden_fields, names_of
from core.exchange.selection import Ask, Row, Selection
from core.exchange.statements import asked
from core.modules.registry import current_registry


class Records:
    """Turns the rows of one selection into objects with the wanted fields, or with all of them."""

    def __init__(
        self, selection: Selection, names: tuple[str, ...], with_lines: bool = False
    ) -> None:
        self.selection = selection
        self.with_lines = with_lines
        computed = selection.computed
        wanted = names or (*selection.fields, *computed)
        self.computed = {name: computed[name] for name in wanted if name in computed}
        self.fields = {
            name: selection.field(name) for name in wanted if name not in computed and name != "id"
        }
        self.columns = list(self.fields.values())

    def items(self, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """One object a row of (id, *columns)."""
        ids = [row[0] for row in rows]
        values = list(zip(*rows, strict=True))[1:] if rows else [()] * len(self.fields)
        written = zip(self.fields, _written(self.columns, values), strict=True)
        columns: dict[str, list[Any]] = {"id": ids, **dict(written)}
        for name, computed in self.computed.items():
            answers = computed.values([Row(id) for id in ids])
            columns[name] = [_plain(answers.get(id)) for id in ids]
        items = [
            dict(zip(columns, line, strict=True)) for line in zip(*columns.values(), strict=True)
        ]
        if self.with_lines:
            self._add_lines(items)
        return items

    def _add_lines(self, items: list[dict[str, Any]]) -> None:
        for backref, part in current_registry().parts(self.selection.model).items():
            if current_policy().fields(part, current_actor(), "r") is None:
                continue
            lines = lines_of(part, [item["id"] for item in items])
            for item in items:
                item[backref] = lines.get(item["id"], [])


def whole(model: type[Model], ids: list[int]) -> dict[int, dict[str, Any]]:
    """{id: the whole object with its lines} of those that the actor may see, archived ones too."""
    shape = Records(Selection(model, Ask(archived=True)), (), with_lines=True)
    beside = currencies_beside(shape.columns, shape.selection.hidden)
    columns = (model.id, *shape.columns, *beside)

    def build(given: Any) -> Any:
        return model.select(*columns).where(among_given(model.id, given))

    rows = asked(("whole", tuple(shape.fields)), model, columns, build, as_given(ids))
    shown = [row[: len(row) - len(beside)] for row in rows] if beside else rows
    return {item["id"]: item for item in shape.items(shown)}


def lines_of(part: type[Model], ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    """{id of the record: its lines as objects}, in the order they were made."""
    parent = part_of(part)
    skipped = {parent, *BOOKKEEPING, *hidden_fields(part)} - {"version"}
    fields = [f for name, f in current_registry().fields(part).items() if name not in skipped]
    key = part._meta.fields[parent]
    columns = (key, *fields, *currencies_beside(fields, hidden_fields(part)))

    def build(given: Any) -> Any:
        return part.select(*columns).where(among_given(key, given)).order_by(part.id)

    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    shown = tuple(field.name for field in fields)
    rows = asked(("lines", shown), part, columns, build, as_given(ids))
    if rows:
        owners, *values = zip(*rows, strict=True)
        for owner, *line in zip(owners, *_written(fields, values[: len(fields)]), strict=True):
            found[owner].append(dict(zip(shown, line, strict=True)))
    return found


def _written(fields: Sequence[Field], columns: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """The columns of the fields as the API writes them. Each model is asked once for the names of
    all its records that they refer to.
    """
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for field, values in zip(fields, columns, strict=True):
        if isinstance(field, ForeignKeyField):
            wanted[field.rel_model].update(value for value in values if value is not None)
    names = {model: names_of(model, ids) for model, ids in wanted.items()}
    return [
        _references(names[field.rel_model], values)
        if isinstance(field, ForeignKeyField)
        else _values(_writer(field), values)
        for field, values in zip(fields, columns, strict=True)
    ]


def _references(names: dict[int, str], values: tuple[Any, ...]) -> list[Any]:
    return [None if id is None else {"id": id, "name": names.get(id)} for id in values]


def _values(write: Callable[[Any], Any], values: tuple[Any, ...]) -> list[Any]:
    return [None if value is None else write(value) for value in values]


def _writer(field: Field) -> Callable[[Any], Any]:
    if isinstance(field, TranslatedField):
        return lambda value: {"text": str(value), **value.by_language}
    if isinstance(field, DateTimeField):
        return _moment
    if isinstance(field, DateField):
        return date.isoformat
    if isinstance(field, MoneyField):
        return lambda value: str(as_money(value))
    if isinstance(field, ScaledField):
        return str
    return _plain


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
