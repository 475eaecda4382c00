"""What is done to addons, told in the history."""

from collections.abc import Iterable, Sequence

from core.data.actor import system
from core.data.audit import Value, note
from core.modules.models import Addon

TABLE = Addon._meta.table_name


def tell_addons(action: str, names: Iterable[str], values: Sequence[Value] = ()) -> None:
    """Tell what was done to these installed addons, each with its version now, in the transaction
    that is open.
    """
    rows = Addon.select(Addon.name, Addon.id, Addon.version).where(Addon.name.in_(list(names)))
    found = {name: (id, version) for name, id, version in rows.tuples()}
    with system("addons are switched"):
        for name in names:
            id, version = found[name]
            told = [("name", None, name), ("version", None, version), *values]
            note(action, (TABLE, id), told)


def tell_core(migrations: list[str]) -> None:
    """Tell that the tables of the core were brought up to date."""
    with system("addons are switched"):
        told = [("name", None, "core"), ("migrations", None, migrations)]
        note("upgrade", (TABLE, 0), told)
