"""The lines of records, made equal to what they should be: what is right already keeps its id."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import peewee

from core.data.money import settled

Lines = list[dict[str, Any]]


def part_named(model: Any, name: str) -> Any | None:
    """The foreign key by which lines called `name` hang on a record of `model`, if there are any:
    `part_named(Contact, "telephones")` is `Telephone.contact`.
    """
    accessor = getattr(model, name, None)
    key = getattr(accessor, "field", None)
    if not isinstance(accessor, peewee.BackrefAccessor) or key is None:
        return None
    return key if getattr(key.model._meta, "part_of", None) == key.name else None


def split_parts(model: Any, row: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Lines]]:
    """The row's own {field: value}, and its {name of the lines: [{field: value}]}."""
    parts = {
        name: value
        for name, value in row.items()
        if isinstance(value, list) and part_named(model, name)
    }
    return {name: value for name, value in row.items() if name not in parts}, parts


def set_parts(key: Any, wanted: dict[int, Lines], new: Iterable[int] = ()) -> set[int]:
    """Make the lines of each record, by its id, equal to the wanted ones; answers the ids of the
    records where something had to be done. Those in `new` have no lines yet.

    Only the fields that the wanted lines name are compared. A line that is wanted twice stands
    twice; the order in which lines were made does not matter.
    """
    part = key.model
    wanted = {id: [settled(part, line) for line in lines] for id, lines in wanted.items()}
    names = sorted({name for lines in wanted.values() for line in lines for name in line})
    fields = [part._meta.combined[name] for name in names]
    standing = _standing(key, fields, set(wanted) - set(new))
    missing: list[dict[str, Any]] = []
    surplus: list[int] = []
    for owner, lines in wanted.items():
        have = standing[owner]
        for line in lines:
            ids = have.get(_value(fields, names, line))
            if ids:
                ids.pop(0)
            else:
                missing.append({**line, key.name: owner})
        surplus += [id for ids in have.values() for id in ids]
    changed = {line[key.name] for line in missing}
    if surplus:
        gone = part.select(key).where(part.id.in_(surplus)).tuples()
        changed |= {owner for (owner,) in gone}
        part.delete().where(part.id.in_(surplus)).execute()
    part.create_many(missing)
    return changed


def _standing(
    key: Any, fields: list[Any], owners: set[int]
) -> dict[int, dict[tuple[Any, ...], list[int]]]:
    """{owner: {stored values: ids of the lines that hold them}}."""
    found: dict[int, dict[tuple[Any, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    if not owners:
        return found
    part = key.model
    rows = part.select(key, part.id, *fields).where(key.in_(sorted(owners))).order_by(part.id)
    for owner, id, *values in rows.tuples():
        stored = [field.db_value(value) for field, value in zip(fields, values, strict=True)]
        found[owner][tuple(stored)].append(id)
    return found


def _value(fields: list[Any], names: list[str], line: dict[str, Any]) -> tuple[Any, ...]:
    """What would be stored for the line: what it leaves out is the field's default."""
    values = []
    for field, name in zip(fields, names, strict=True):
        default = field.default() if callable(field.default) else field.default
        values.append(field.db_value(line.get(name, default)))
    return tuple(values)
