"""What the warehouse computes for lists, and where it listens."""

from typing import Any

from addons.contacts.models import Contact
from addons.warehouse.events import move_booked, move_booking, running_low, wanted_level
from addons.warehouse.models import Item, Move
from addons.warehouse.permissions import manager
from addons.warehouse.settings import WarehouseSettings
from addons.warehouse.stock import on_hand
from core.api import (
    Confirm,
    UserError,
    _,
    answer,
    archived,
    button,
    column,
    created,
    on,
    transition,
    updated,
)


@column(Item, _("On hand"))
def stock(items: list[Any]) -> dict[int, str]:
    """How much there is of each."""
    return {id: f"{left.normalize():f}" for id, left in on_hand(item.id for item in items).items()}


@button(Move, _("Book"), states=("planned",))
@transition("planned", to="done", before=move_booking)
def book(move: Move) -> None:
    """What was planned has come or gone."""


@on(move_booking)
def doubt_what_is_not_there(move: Move) -> None:
    """More goes out than there is: who decides what is kept may say that it does."""
    left = on_hand([move.item_id])[move.item_id]
    is_short = move.direction == "out" and left < move.quantity
    if is_short and WarehouseSettings.get().ask_when_short:
        text = _("Only %(left)s of %(item)s are left.", left=f"{left:f}", item=move.item.name)
        raise Confirm(text, role=manager)


@on(created(Move))
def book_what_came_done(record: Move) -> None:
    if record.state == "done":
        move_booked(move=record)


@on(updated(Move))
def book_what_was_done(record: Move, changes: dict[str, tuple[Any, Any]]) -> None:
    if changes.get("state", ("", ""))[1] == "done":
        move_booked(move=record)


@on(archived(Item))
def keep_what_is_left(record: Item) -> None:
    """An item goes only when its shelf is empty."""
    if on_hand([record.id])[record.id]:
        raise UserError(
            _("There is some of %(item)s left: book it out, then archive it.", item=record.name)
        )


@on(archived(Contact))
def forget_plans(record: Contact) -> None:
    """Nothing comes from or goes to somebody who was archived."""
    Move.update(contact=None).where(Move.contact == record.id, Move.state == "planned").execute()


@on(move_booked)
def warn_when_low(move: Move) -> None:
    if on_hand([move.item_id])[move.item_id] < wanted_level(move.item):
        running_low(item=move.item)


@answer(wanted_level)
def reorder_level(item: Item) -> Any:
    """What the item itself says, when no other addon knows better."""
    return item.reorder_level
