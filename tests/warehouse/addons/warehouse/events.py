"""What the warehouse tells other addons, and what it asks them."""

from addons.warehouse.models import Item, Move
from core.api import Event, Hook, NoticeKind, _

move_booking = Event("Before a planned move is booked; a doubt is asked.", move=Move)
move_booked = Event("A move was booked.", move=Move)
running_low = Event("Less of an item is left than its reorder level.", item=Item)

low = NoticeKind("warehouse.low", _("An item that you keep runs low"), once=True)

# Asked with an item; the first addon that knows better than its reorder level answers.
wanted_level = Hook("warehouse.wanted_level", first=True)
