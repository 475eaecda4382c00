"""What the warehouse computes for lists, and where it listens."""

import hashlib
import hmac
import logging
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from addons.contacts.models import Contact, Email
from addons.warehouse.events import move_booked, move_booking, running_low, wanted_level
from addons.warehouse.jobs import price_of
from addons.warehouse.models import Item, Move
from addons.warehouse.permissions import manager, user
from addons.warehouse.settings import WarehouseSettings
from addons.warehouse.stock import low_items, on_hand
from core.api import (
    PUBLIC,
    Channel,
    Confirm,
    IncomingMail,
    Model,
    Notice,
    Text,
    User,
    UserError,
    WebhookRequest,
    _,
    answer,
    archived,
    button,
    column,
    created,
    endpoint,
    erasing,
    mail_received,
    notify,
    now,
    on,
    page,
    portal,
    send_mail,
    slot,
    tile,
    transition,
    updated,
    webhook,
)

gate = logging.getLogger("warehouse.gate")


@column(Item, _("On hand"))
def stock(items: Sequence[Any]) -> dict[int, str]:
    """How much there is of each."""
    return {id: f"{left.normalize():f}" for id, left in on_hand(item.id for item in items).items()}


@button(Move, _("Book"), states=("planned",))
@transition("planned", to="done", before=move_booking)
def book(move: Move) -> None:
    """What was planned has come or gone."""


@button(Move, _("Ask the carrier’s price"), states=("planned",))
def ask_price(move: Move) -> None:
    """The answer stands on the page of the job."""
    price_of.later(move=move.id)


@button(Item, _("Counted"))
def counted(item: Item) -> None:
    """Somebody went to the shelf and found as many as are written down."""
    item.change({"counted_at": now()})


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


@answer(erasing)
def keep_who_waits(record: Model) -> Text | None:
    """Nobody is erased while goods are planned for them."""
    planned = Move.select().where(Move.contact == record.id, Move.state == "planned")
    if isinstance(record, Contact) and planned.exists():
        return _("Moves are planned for them: book these first.")
    return None


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


@on(running_low)
def tell_its_keeper(item: Item) -> None:
    """Whoever put the item on the shelf hears that it has to be ordered."""
    if item.created_by is not None:
        notify(item.created_by, _("There is little left"), about=item, kind="warehouse.low")


class Gate(Channel):
    """The screen at the gate, which shows the last lines of a log."""

    name = "warehouse.gate"
    title = _("On the screen at the gate")

    def send(self, user: User, notice: Notice, about: Model | None) -> None:
        gate.info("%s: %s %s", user.name, notice.text, about or "")


@answer(wanted_level)
def reorder_level(item: Item) -> Any:
    """What the item itself says, when no other addon knows better."""
    return item.reorder_level


@slot("list.row", model=Item, role=user)
def what_runs_low(items: Sequence[Any]) -> dict[int, Any]:
    """A word after the name of each item that is to be ordered."""
    low = {item.id for item, _left in low_items()}
    return {item.id: _("to be ordered") for item in items if item.id in low}


@slot("details.side", "warehouse/expected.html", model=Contact, role=user)
def expected(contact: Contact) -> dict[str, Any] | None:
    """What is planned to come from or go to a contact."""
    planned = Move.select().where(Move.contact == contact.id, Move.state == "planned")
    moves = list(planned.order_by(Move.day).limit(5))
    return {"moves": moves} if moves else None


@tile(_("Running low"), user)
def running_low_tile() -> tuple[int, str]:
    return len(low_items()), "/warehouse/board"


@page("/warehouse/board", _("Running low"), "warehouse/board.html", user, methods=("GET", "POST"))
def board(form: dict[str, str]) -> dict[str, Any] | None:
    """What is to be ordered; the button of an item plans a move of what lacks."""
    low = low_items()
    if not form:
        return {"low": [(item, f"{left.normalize():f}") for item, left in low]}
    for item, left in low:
        if str(item.id) == form.get("item"):
            Move.create(item=item, direction="in", quantity=wanted_level(item) - left)
    return None


@page("/warehouse/visit", _("When we take goods"), "warehouse/visit.html", PUBLIC)
def visit() -> dict[str, Any]:
    """For drivers, who have no login."""
    return {"hours": WarehouseSettings.get().hours}


@page("/warehouse/mine", _("My deliveries"), "warehouse/mine.html", portal)
def mine() -> dict[str, Any]:
    """For customers with a login: what is planned with them. Their rule leaves the rest out."""
    return {"moves": list(Move.select().where(Move.state == "planned").order_by(Move.day))}


@endpoint("receive", role=user)
def receive(sku: str, quantity: Decimal) -> dict[str, Any]:
    """Some of an item came in: what the terminal sends for each label that it reads."""
    item = Item.get(Item.sku == sku)
    Move.create(item=item, direction="in", quantity=quantity, state="done")
    return {"item": item.name, "on_hand": on_hand([item.id])[item.id]}


def comes_from_the_carrier(request: WebhookRequest) -> bool:
    """Signed with the key that the carrier gave us; without one nobody may call."""
    key = WarehouseSettings.get().carrier_key
    expected = hmac.new(key.encode(), request.body, hashlib.sha256).hexdigest()
    given = request.headers.get("x-signature", "")
    return bool(key) and hmac.compare_digest(expected.encode(), given.encode())


@webhook("/hooks/warehouse/carrier", verify=comes_from_the_carrier, delivery="X-Delivery")
def carrier_reports(request: WebhookRequest) -> dict[str, Any]:
    """The carrier says that what was planned has arrived."""
    said = request.json()
    move = Move.get_or_none(Move.id == said.get("move"), Move.state == "planned")
    if move is None or said.get("status") != "delivered":
        raise UserError(_("There is no planned move of this number: nothing was booked."))
    move.state = "done"
    move.save()
    return {"move": move.id, "state": move.state}


@mail_received("stock")
def goods_announced(mail: IncomingMail) -> Move | None:
    """A supplier whom we know writes “B-1 12” above a mail, and we plan what comes. To our answer
    they answer with the day.
    """
    known = Email.select().where(Email.normal == mail.sender.lower(), Email.normal != "").first()
    if known is None:
        raise UserError(_("Only suppliers whom we know announce goods by mail."))
    if isinstance(mail.about, Move):
        return _on_a_day(mail.about, known, mail.text)
    sku, _space, quantity = mail.subject.partition(" ")
    item = Item.get_or_none(Item.sku == sku)
    if item is None or not quantity.isdecimal():
        raise UserError(_("Write the code of an item and how many come, as “B-1 12”."))
    values = {"item": item, "direction": "in", "quantity": Decimal(quantity)}
    move = Move.create(contact=known.contact_id, **values)
    text = _("Answer with the day on which it comes, as 2026-05-31.")
    send_mail(mail.sender, _("Announced: %(what)s", what=str(move)), text, about=move)
    return move


def _on_a_day(move: Move, known: Email, text: str) -> Move:
    if move.contact_id == known.contact_id and move.state == "planned":
        try:
            move.day = date.fromisoformat(text[:10])
        except ValueError as error:
            raise UserError(_("Begin with a day, as 2026-05-31.")) from error
        move.save()
    return move
