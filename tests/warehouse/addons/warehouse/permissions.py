"""Who may do what in the warehouse."""

from addons.warehouse.models import Category, Item, Move
from core.api import Access, Role, _, staff

user = Role("warehouse.user", _("Warehouse: keeps the stock"), implies=(staff,))
manager = Role("warehouse.manager", _("Warehouse: decides what is kept"), implies=(user,))

access = [
    Access(Category, user, "r"),
    Access(Category, manager, "crudx"),
    Access(Item, user, "r"),
    Access(Item, manager, "crudx"),
    Access(Move, user, "cru"),
    Access(Move, manager, "crudx"),
]
