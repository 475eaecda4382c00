"""Tables of records, and those as CSV that is sent while it is made."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Field, ForeignKeyField

from core.data.translated import IN_LANGUAGES, TranslatedField
from core.exchange.exports.cells import (
    Cells,
    as_text,
    as_texts,
    cells_for_people,
    cells_for_programs,
    cells_in,
    may_be_formulas,
    plain_texts,
)
from core.exchange.exports.gathering import Batch, Gathering
from core.exchange.plan import key_of
from core.exchange.shapes import can_be_typed
from core.i18n import LANGUAGE_NAMES
from core.modules.registry import current_registry

MARK = "\ufeff"  # by which Excel knows that a CSV file is UTF-8
QUOTE = '"'
QUOTED = ',"\r\n'  # the signs for which a cell stands between quotes


@dataclass(frozen=True)
class Table:
    """A header, and what turns the values of each column into its cells: of a field by its name,
    or by "name@uz" in one of its languages.
    """

    header: list[str]
    cells: dict[str, Cells]

    def columns(self, batch: Batch) -> list[Sequence[Any]]:
        """The cells of some records, column by column."""
        return [cells(_values(batch, name)) for name, cells in self.cells.items()]


def _values(batch: Batch, name: str) -> list[Any]:
    return batch.values[name if name in batch.values else name.partition("@")[0]]


def table_for_people(gathering: Gathering, titles: dict[str, Any]) -> Table:
    """The columns as the list shows them: `titles` above, states and references by their names."""
    header: list[str] = []
    cells: dict[str, Cells] = {}
    for name in gathering.names:
        field = gathering.fields.get(name)
        if isinstance(field, TranslatedField):
            cells |= _in_languages(name)
            header += [f"{titles[name]} ({LANGUAGE_NAMES[each]})" for each in IN_LANGUAGES]
        else:
            cells[name] = as_texts if field is None else cells_for_people(field)
            header.append(str(titles[name]))
    return Table(header, cells)


def _in_languages(name: str) -> dict[str, Cells]:
    return {f"{name}@{each}": cells_in(each) for each in IN_LANGUAGES}


def names_for_programs(model: Any) -> list[str]:
    """The fields of a model that an import reads, those that name the record first."""
    fields = current_registry().open_fields(model)
    names = [name for name, field in fields.items() if _can_be_read_again(field)]
    key = key_of(model)
    return sorted(names, key=lambda name: key is None or name != key.name)


def _can_be_read_again(field: Field) -> bool:
    if isinstance(field, ForeignKeyField):
        return key_of(field.rel_model) is not None
    return can_be_typed(field)


def table_for_programs(gathering: Gathering) -> Table:
    """The columns as an import without a map reads them: fields by their names, references by the
    keys of their records.
    """
    cells: dict[str, Cells] = {}
    for name, field in gathering.fields.items():
        if isinstance(field, TranslatedField):
            cells |= _in_languages(name)
        else:
            is_key = isinstance(field, ForeignKeyField)
            cells[name] = cells_for_programs(field, key_of(field.rel_model) if is_key else None)
    return Table(list(cells), cells)


def csv_texts(table: Table, batches: Iterable[Batch]) -> Iterator[bytes]:
    """The pieces of a CSV file in UTF-8. No text in it can be taken for a formula."""
    yield (MARK + _rows([[title] for title in table.header])).encode()
    for batch in batches:
        yield _rows(table.columns(batch)).encode()


def _rows(columns: Sequence[Sequence[Any]]) -> str:
    """The rows of some columns. Whole columns are looked at first: few need more than a comma."""
    rows = map(",".join, zip(*map(_column, columns), strict=True))
    return "\r\n".join([*rows, ""])


def _column(values: Sequence[Any]) -> Sequence[str]:
    """The cells of one column: a number is no formula, and stays as it is."""
    kind = next((type(value) for value in values if value is not None), None)
    texts = values if kind is str else as_texts([as_text(value) for value in values])
    together = "\0".join(texts)  # a look at all of them is cheap
    if kind is str and may_be_formulas(together):
        texts = plain_texts(texts)
    if not any(sign in together for sign in QUOTED):
        return texts
    return [_quoted(text) for text in texts]


def _quoted(text: str) -> str:
    if not any(sign in text for sign in QUOTED):
        return text
    return f'"{text.replace(QUOTE, QUOTE * 2)}"'
