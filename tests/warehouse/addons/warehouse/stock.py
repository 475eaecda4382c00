"""How much of each item there is: what came less what went."""

from collections.abc import Iterable
from decimal import Decimal

from addons.warehouse.models import Move
from core.api import among, fetched


def on_hand(items: Iterable[int]) -> dict[int, Decimal]:
    """{id of an item: quantity}, from the moves that are done."""
    found = dict.fromkeys(items, Decimal(0))
    columns = (Move.item, Move.direction, Move.quantity)
    query = Move.select(*columns).where(among(Move.item, found), Move.state == "done")
    for item, direction, quantity in fetched(query, columns):
        found[item] += quantity if direction == "in" else -quantity
    return found
