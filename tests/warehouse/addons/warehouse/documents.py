"""The papers of the warehouse."""

from typing import Any

from addons.contacts.models import Contact
from addons.warehouse.models import Move
from addons.warehouse.settings import KeeperSettings
from core.api import _, document, document_data


@document(Move, "warehouse/waybill.html", title=_("Waybill"))
def waybill(move: Move) -> dict[str, Any]:
    """What travels with the goods."""
    return {
        "number": move.id,
        "day": move.day,
        "direction": dict(Move.direction.choices)[move.direction],
        "contact": move.contact.name if move.contact else "",
        "signed": KeeperSettings.get().signature,
        "lines": [
            {
                "item": move.item.name,
                "sku": move.item.sku,
                "quantity": move.quantity,
                "unit": dict(type(move.item).unit.choices)[move.item.unit],
            }
        ],
    }


@document_data(Contact)
def receiving(contact: Contact) -> dict[str, Any]:
    """When goods may be brought, for every paper about a contact."""
    return {"hours": contact.warehouse_hours}
