"""The first records of each value of something, as a calendar shows them of each day."""

from typing import Any

import peewee
from peewee import SQL, Field, fn

from core.data.rows import fetched
from core.exchange.selection import Selection


def first_of_each(
    selection: Selection, key: Any, most: int, *columns: Field
) -> list[tuple[Any, ...]]:
    """(id, key, number of records with this key, *columns) of the first `most` records of each key
    in the order of the list, key by key, by one query.
    """
    model = selection.model
    place = fn.ROW_NUMBER().over(partition_by=[key], order_by=selection.order())
    number = fn.COUNT(SQL("*")).over(partition_by=[key])
    named = [field.alias(f"c{n}") for n, field in enumerate(columns)]
    first = (model.id, key.alias("key"), number.alias("number"))
    query = model.select(*first, *named, place.alias("place"))
    some = query.where(*selection.first, *selection.rest).alias("some")
    wanted = [SQL(f'"{name}"') for name in ("id", "key", "number")]
    wanted += [SQL(f'"c{n}"') for n in range(len(columns))]
    found = peewee.Select((some,), wanted).where(SQL('"place"') <= most)
    as_they_are = (model.id,) * len(first)
    return fetched(found.order_by(SQL('"key"'), SQL('"place"')), (*as_they_are, *columns))
