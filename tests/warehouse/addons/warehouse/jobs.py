"""What the warehouse does outside requests."""

from addons.warehouse.events import running_low
from addons.warehouse.models import Move
from addons.warehouse.settings import WarehouseSettings
from addons.warehouse.stock import low_items
from core.api import UserError, _, http, job, progress


@job(at="08:00", key="warehouse.check_levels")
def check_levels() -> int:
    """Tell of every item that is running low; answers how many there are."""
    low = low_items()
    for number, (item, _left) in enumerate(low):
        progress(number, len(low), item.name)
        running_low(item=item)
    return len(low)


@job(attempts=3, title=_("The carrier’s price"))
def price_of(move: int) -> str:
    """Ask the carrier what it takes to bring a move; a carrier that is away is asked again."""
    settings = WarehouseSettings.get()
    if not settings.carrier_url:
        raise UserError(_("Set the address of the carrier’s price list first."))
    planned = Move.get_by_id(move)
    wanted = {"what": planned.item.name, "quantity": str(planned.quantity)}
    key = {"Authorization": f"Bearer {settings.carrier_key}"}
    answer = http.post(settings.carrier_url, json=wanted, headers=key)
    if not answer.is_ok:
        raise UserError(_("The carrier names no price (%(status)s).", status=answer.status))
    return str(answer.json()["price"])
