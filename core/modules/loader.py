"""Bring addons into the running program, in the order of their needs."""

import importlib
import importlib.util
import logging
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from core.access.limits import FieldLimit
from core.access.lines import ADMIN, Access, Role, Rule
from core.access.policy import Policy
from core.data.actor import system
from core.data.model import Model
from core.errors import ManifestError
from core.modules.declared import (
    Column,
    ColumnMark,
    Declarations,
    Declared,
    DeclaringMark,
    Extend,
    Marked,
    Menu,
    Tables,
    column_of,
)
from core.modules.discovery import PACKAGE, Found
from core.modules.manifest import Manifest
from core.modules.registry import Registry, using

log = logging.getLogger("karvon.modules")


PARTS = (
    *("events", "models", "permissions", "views"),
    *("hooks", "documents", "jobs", "settings"),
)
VALUES: dict[type, str] = {
    Role: "roles",
    Access: "access",
    Rule: "rules",
    FieldLimit: "limits",
    Menu: "menus",
    Extend: "extensions",
}


def load(
    found: Found,
    installed: Iterable[str],
    enabled: Iterable[str],
    kernel: Iterable[str] = (),
    tables: Tables | None = None,
) -> Registry:
    """The registry of the `enabled` addons on top of the core's own modules (`kernel`).

    The models of every installed addon are imported, so that its columns on the models of others
    are known before anything is served; only the enabled ones take part. An addon that cannot be
    imported, or an enabled one whose tables are not among `tables` (None: not asked), is set aside
    with its dependents and named in `registry.broken`.
    """
    broken = dict(found.broken)
    if tables is not None:
        take_purged_off(Model, tables)
    own = declarations(importlib.import_module(name) for name in kernel)
    shown = {view.model for view in own.views}
    parts: dict[str, Declarations] = {}
    wanted = set(enabled)
    loaded: dict[str, Manifest] = {}
    for manifest in found.ordered(set(installed) | wanted):
        if unmet := [name for name in manifest.needs if name in broken]:
            broken[manifest.name] = f"{manifest.name} depends on {unmet[0]}, which is quarantined."
            continue
        try:
            declared = _declared_by(manifest, wanted)
            is_ready = _has_tables(declared, tables, manifest.name in wanted)
            _apply(declared, tables)
            if is_ready:
                _check(declared, shown)
        except (Exception, SystemExit) as error:
            log.exception("The addon %s is quarantined", manifest.name)
            said = isinstance(error, ManifestError)
            broken[manifest.name] = str(error) if said else f"{type(error).__name__}: {error}"
            continue
        if manifest.name in wanted:
            loaded[manifest.name] = manifest
            shown |= {view.model for view in declared.views}
            parts[manifest.name] = declared
    if tables is not None:
        _ask_tables(own, parts, loaded, broken)
        _ask_own(own, parts, loaded, broken)
    return Registry.of(loaded, [own, *parts.values()], broken)


def _ask_tables(
    own: Declarations,
    parts: dict[str, Declarations],
    loaded: dict[str, Manifest],
    broken: dict[str, str],
) -> None:
    """Add to each addon what its functions declare by the rows of its tables; they may look at all
    that modules declare. An addon of which one fails is set aside.
    """
    asked = {n: found for n, part in parts.items() if (found := _declaring(part))}
    if not asked:
        return
    with using(Registry.of(loaded, [own, *parts.values()], broken)):
        for name, functions in asked.items():
            try:
                with system(f"{name} declares what its tables say"):
                    for value in [value for function in functions for value in function()]:
                        _collect(parts[name], value)
                _apply(parts[name])
            except Exception as error:
                log.exception("The addon %s is quarantined", name)
                broken[name] = f"{type(error).__name__}: {error}"
                del parts[name], loaded[name]


def _ask_own(
    own: Declarations,
    parts: dict[str, Declarations],
    loaded: dict[str, Manifest],
    broken: dict[str, str],
) -> None:
    """Add to the core what its functions declare by its tables; they may look at everything."""
    with using(Registry.of(loaded, [own, *parts.values()], broken)), system("the core declares"):
        for value in [value for function in _declaring(own) for value in function()]:
            _collect(own, value)


def _declaring(part: Declarations) -> list[Any]:
    return [each.function for each in part.marked if isinstance(each.mark, DeclaringMark)]


def take_purged_off(model: type[Model], tables: Tables) -> None:
    """Take those columns off the classes whose addon was purged: the database has them no more."""
    known = tables.get(model._meta.table_name, ())
    for name, column in list(model._meta.fields.items()):
        if hasattr(column, "extension") and column.column_name not in known:
            model._meta.remove_field(name)
    for child in model.__subclasses__():
        take_purged_off(child, tables)


def _declared_by(manifest: Manifest, enabled: set[str]) -> Declarations:
    parts = list(PARTS) if manifest.name in enabled else ["models"]
    if manifest.name in enabled:
        parts += [f"with_{name}" for name in sorted(enabled - {manifest.name})]
    package = f"{PACKAGE}.{manifest.name}"
    names = [f"{package}.{part}" for part in parts]
    return declarations(
        importlib.import_module(name) for name in names if importlib.util.find_spec(name)
    )


def _apply(declared: Declarations, tables: Tables | None = None) -> None:
    for extension in declared.extensions:
        extension.apply(tables)


def _has_tables(declared: Declarations, tables: Tables | None, is_wanted: bool) -> bool:
    """Whether the migrations of the addon made all that it asks for, before its columns are added.
    Raises for one that is to be served; another one may wait for its update.
    """
    if tables is None:
        return True
    wanted = [(model, name) for model in declared.models for name in _own_columns(model)]
    wanted += [
        (e.model, column_of(n, c)) for e in declared.extensions for n, c in e.columns.items()
    ]
    for model, missing in wanted:
        table = model._meta.table_name
        if missing not in tables.get(table, ()):
            if not is_wanted:
                return False
            raise ManifestError(
                f"The table {table} lacks the column {missing}: no migration makes it."
            )
    return True


def _own_columns(model: type[Model]) -> list[str]:
    fields = model._meta.sorted_fields
    return [field.column_name for field in fields if not hasattr(field, "extension")]


def _check(declared: Declarations, shown: set[type[Model]]) -> None:
    """Raise what would otherwise stop the app of all addons from being built. `shown` are the
    models that have a screen already.
    """
    Policy(declared.roles, declared.access, declared.rules)
    computed = {column.name for column in declared.columns}
    for line in declared.access:
        model = line.model
        unknown = [n for n in line.except_fields if n not in computed and not hasattr(model, n)]
        if unknown:
            raise ManifestError(f"{model.__name__} has no {', '.join(unknown)} to hide.")
    for marked in declared.marked:
        marked.mark.check(marked)
    for view in declared.views:
        if view.model in shown:
            raise ManifestError(f"{view.model.__name__} has a screen already: extend that one.")
        view()


def declarations(modules: Iterable[ModuleType]) -> Declarations:
    """Collect what the modules themselves declare; what they only imported is skipped."""
    result = Declarations()
    seen: set[int] = set()
    for module in modules:
        for value in _values_of(module):
            if id(value) not in seen and _is_its_own(module, value):
                seen.add(id(value))
                _collect(result, value)
    return result


def _values_of(module: ModuleType) -> list[Any]:
    values: list[Any] = []
    for value in vars(module).values():
        if isinstance(value, (list, tuple)):
            values += value
        else:
            values.append(value)
    return values


def _is_its_own(module: ModuleType, value: Any) -> bool:
    """Whether a value is declared here. Classes and functions say where they stand; roles and menus
    are imported by neighbours and belong to the addon they are named after.
    """
    if isinstance(value, (Role, Menu)):
        owner = module.__name__.split(".")[1 if module.__name__.startswith(f"{PACKAGE}.") else 0]
        return value.name.split(".")[0] == owner or value.name == ADMIN
    if type(value) in VALUES or isinstance(value, Declared):
        return True
    return getattr(value, "__module__", None) == module.__name__


def _collect(result: Declarations, value: Any) -> None:
    if (kind := VALUES.get(type(value))) is not None:
        getattr(result, kind).append(value)
    elif isinstance(value, Declared):
        result.declared.append(value)
    elif isinstance(value, type) and issubclass(value, Model):
        result.models.append(value)
    elif isinstance(value, type) and getattr(value, "is_screen", False):
        result.views.append(value)
    elif isinstance(value, type) and issubclass(value, Declared):
        result.declared.append(value)
    _collect_marks(result, value)


def _collect_marks(result: Declarations, value: Any) -> None:
    for mark in getattr(value, "marks", ()):
        if isinstance(mark, ColumnMark):
            result.columns.append(Column(mark.model, mark.title, value.__name__, value))
        else:
            result.marked.append(Marked(mark, value))
