"""How much of each item there is: what came less what went."""

from collections.abc import Iterable
from decimal import Decimal

from addons.warehouse.events import wanted_level
from addons.warehouse.models import Item, Move
from core.api import among, fetched


def on_hand(items: Iterable[int]) -> dict[int, Decimal]:
    """{id of an item: quantity}, from the moves that are done."""
    found = dict.fromkeys(items, Decimal(0))
    columns = (Move.item, Move.direction, Move.quantity)
    query = Move.select(*columns).where(among(Move.item, found), Move.state == "done")
    for item, direction, quantity in fetched(query, columns):
        found[item] += quantity if direction == "in" else -quantity
    return found


def low_items() -> list[tuple[Item, Decimal]]:
    """The items of which less is left than is wanted, each with what is left."""
    items = list(Item.select().where(Item.archived_at.is_null()).order_by(Item.name))
    left = on_hand(item.id for item in items)
    return [(item, left[item.id]) for item in items if left[item.id] < wanted_level(item)]
