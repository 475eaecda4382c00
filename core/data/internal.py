"""The base of the kernel's own books, and the names of tables."""

import re

import peewee

from core.data.database import db


def table_name(model: type[peewee.Model]) -> str:
    """addons.sales.models.OrderLine -> sales_order_line; core.access.models.User -> core_user."""
    path = model.__module__.split(".")
    owner = path[1] if path[0] == "addons" else path[0]
    return f"{owner}_{snake_case(model.__name__)}"


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Internal(peewee.Model):
    """A row of the kernel's own books (sessions, tokens, throttle, state of addons).

    It carries no rule and asks for no actor, because access itself stands on it; it is never
    registered, so that no view, export or API can name it.
    """

    class Meta:
        database = db
        table_function = table_name
