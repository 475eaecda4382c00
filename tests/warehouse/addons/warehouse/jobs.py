"""What the warehouse does outside requests."""

from addons.warehouse.events import running_low
from addons.warehouse.stock import low_items
from core.api import job


@job(at="08:00", key="warehouse.check_levels")
def check_levels() -> int:
    """Tell of every item that is running low; answers how many there are."""
    low = low_items()
    for item, _left in low:
        running_low(item=item)
    return len(low)
