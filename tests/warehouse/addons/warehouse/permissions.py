"""Who may do what in the warehouse."""

from typing import Any

from addons.warehouse.models import Category, Item, Move
from core.api import OWN, Access, Role, Rule, _, portal, staff

user = Role("warehouse.user", _("Warehouse: keeps the stock"), implies=(staff,))
manager = Role("warehouse.manager", _("Warehouse: decides what is kept"), implies=(user,))
driver = Role("warehouse.driver", _("Warehouse: drives goods"), implies=(staff,))

access = [
    Access(Category, user, "r"),
    Access(Category, user, "cu", scope=OWN),
    Access(Category, manager, "crudx"),
    Access(Item, user, "r"),
    Access(Item, manager, "crudx"),
    Access(Move, user, "cru"),
    Access(Move, manager, "crudx"),
    Access(Item, driver, "r"),
    Access(Move, driver, "r"),
    Access(Move, portal, "r"),
]


def what_is_planned(move: Any, actor: Any) -> Any:
    """A driver sees what is still to be driven; who keeps the stock too sees all of it."""
    return move.state == "planned"


def what_is_theirs(move: Any, actor: Any) -> Any:
    """A customer sees what comes from them or goes to them."""
    return move.contact == actor.contact_id


rules = [Rule(Move, driver, what_is_planned), Rule(Move, portal, what_is_theirs)]
