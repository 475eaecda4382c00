"""The screens of the warehouse."""

from typing import Any

from addons.contacts.models import Contact
from addons.warehouse.models import Category, Item, Move
from core.api import After, Before, FormTab, Menu, ModelView, Tab, Tile, ViewExtension, _

warehouse_menu = Menu("warehouse", _("Warehouse"), icon="box", after="contacts")


class ItemView(ModelView):
    """What is kept in stock."""

    model = Item
    menu = warehouse_menu
    position = 10
    title = _("Items")
    icon = "box"
    placeholder = _("Name or code")
    column_list = ("name", "sku", "stock", "unit", "price", "reorder_level")
    column_filters = ("unit",)
    column_totals = ("price",)
    new_title = _("New item")
    details_sections = (
        (_("Item"), ("sku", "unit", "category", "price", "reorder_level", "stock", "counted_at")),
        (_("Note"), ("note",)),
        (_("Description"), ("description",)),
    )
    form_columns = ("name", "sku", "unit", "category", "price", "currency")
    quick_columns = ("name", "sku", "unit")
    form_title = _("Item")
    form_tabs = (
        FormTab("stock", _("Stock"), ("reorder_level", "note")),
        FormTab("description", _("Description"), ("description",)),
    )
    related = ((_("Moves"), "moves"),)
    scripts = ("warehouse/scan.js",)


class CategoryView(ModelView):
    """The kinds of goods."""

    model = Category
    menu = warehouse_menu
    position = 30
    title = _("Categories")
    icon = "tag"
    on_home = False
    column_list = ("name",)
    column_filters = ("name",)
    new_title = _("New category")
    form_columns = ("name",)


class MoveView(ModelView):
    """What comes and goes."""

    model = Move
    menu = warehouse_menu
    position = 20
    title = _("Moves")
    icon = "repeat"
    column_list = ("item", "direction", "quantity", "contact", "day", "state")
    column_filters = ("direction", "state", "item", "contact")
    column_totals = ("quantity",)
    board_by = "state"
    board_fields = ("direction", "quantity", "contact", "day")
    calendar_by = "day"
    state_tones = {"state": {"planned": "is-info", "done": "is-ok"}}
    new_title = _("New move")
    tiles = (Tile(_("Planned moves"), "repeat", {"state": "planned"}),)


def moves_of(contact: Contact) -> dict[str, Any]:
    """The last moves from and to a contact that the reader may see."""
    moves = Move.select().where(Move.contact == contact.id)
    return {"moves": list(moves.order_by(Move.id.desc()).limit(20))}


class ContactReceiving(ViewExtension):
    """When a contact takes goods, on the screens of contacts."""

    model = Contact
    column_list = After("city", "warehouse_hours")
    column_filters = Before("owner", "warehouse_hours")
    board_fields = After("city", "warehouse_hours")
    form_columns = After("address", "warehouse_hours")
    details = After("address", "warehouse_hours")
    tabs = (Tab("goods", _("Goods"), "warehouse/contact.html", moves_of),)
