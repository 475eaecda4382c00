"""What the warehouse does outside requests."""

from addons.warehouse.events import running_low, wanted_level
from addons.warehouse.models import Item
from addons.warehouse.stock import on_hand
from core.api import job


@job(at="08:00", key="warehouse.check_levels")
def check_levels() -> int:
    """Tell of every item that is running low; answers how many there are."""
    items = list(Item.select().where(Item.archived_at.is_null()))
    left = on_hand(item.id for item in items)
    low = [item for item in items if left[item.id] < wanted_level(item)]
    for item in low:
        running_low(item=item)
    return len(low)
