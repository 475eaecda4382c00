"""Settings of addons: declared as a class, typed in on a page or given by the environment."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from peewee import Field

from core.access.models import User
from core.access.permissions import staff
from core.access.sealing import seal, unseal
from core.data import history
from core.data.actor import Actor, current_user_id
from core.data.fields import (
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    ScaledField,
    TextField,
)
from core.data.history import Change
from core.data.internal import Internal
from core.errors import ManifestError
from core.i18n import Text, _
from core.modules.declared import Declared
from core.modules.registry import Registry, addon_of

KINDS = (CharField, TextField, IntegerField, BooleanField, ScaledField)
HIDDEN = '"•••"'  # what the history has for the value of a secret
Given = Mapping[tuple[str, str], Any]

_given: dict[tuple[str, str], Any] = {}


class Setting(Internal):
    """One value: of all, or of one user. It is JSON as in the history; of a secret it is sealed."""

    addon = CharField(max_length=64)
    name = CharField(max_length=64)
    user = ForeignKeyField(User, null=True, on_delete="CASCADE", backref="+")
    value = TextField()

    class Meta:
        indexes = ((("addon", "name", "user"), True),)
        of_addon = "addon"


class SecretField(CharField):
    """A password or a token of another service: kept sealed, shown to nobody."""

    def __init__(self, title: Text, **options: Any) -> None:
        super().__init__(**{"max_length": 1024, "default": "", "verbose_name": title, **options})


class Settings(Declared):
    """What an addon lets people set: its class attributes are fields with a name for people and a
    default. `per_user` gives each user values of their own; `title` stands above them.
    """

    title: Text = _("Settings")
    per_user = False
    fields: ClassVar[dict[str, Field]] = {}

    def __init_subclass__(cls) -> None:
        cls.fields = {n: value for n, value in vars(cls).items() if isinstance(value, Field)}
        for name, field in cls.fields.items():
            if not isinstance(field, KINDS) or isinstance(field, ForeignKeyField):
                raise ManifestError(f"{cls.__name__}.{name} is of a kind that cannot be set.")
            if name in vars(Settings) or field.verbose_name is None:
                raise ManifestError(f"{cls.__name__}.{name} needs another name or a verbose_name.")

    @classmethod
    def get(cls) -> Self:
        """The values as they are now: the environment's, those that were set, the defaults."""
        found = cls()
        vars(found).update(values_of(cls))
        return found


def addon_settings(registry: Registry, per_user: bool) -> dict[str, list[type[Settings]]]:
    """The classes of settings of the enabled addons, by addon: for all, or for each user."""
    found: dict[str, list[type[Settings]]] = {}
    for declared in registry.classes_of(Settings):
        if declared.per_user is per_user:
            found.setdefault(addon_of(declared), []).append(declared)
    return found


def own_settings(registry: Registry, actor: Actor | None) -> list[type[Settings]]:
    """The classes of settings that a user has values of their own for."""
    if actor is None or actor.id is None or not (actor.is_admin or staff.name in actor.roles):
        return []
    return [one for each in addon_settings(registry, per_user=True).values() for one in each]


def use_given(given: Given) -> None:
    """Take {(addon, name): value} of the environment: they win over what is set."""
    _given.clear()
    _given.update(given)


def given_names(declared: type[Settings]) -> frozenset[str]:
    """The settings that the environment decides, so that nobody can set them."""
    if declared.per_user:
        return frozenset()
    addon = addon_of(declared)
    return frozenset(name for name in declared.fields if (addon, name) in _given)


def values_of(declared: type[Settings]) -> dict[str, Any]:
    """{name: value} for whoever acts."""
    addon = addon_of(declared)
    kept = {row.name: row.value for row in _rows(declared)}
    values = {
        name: _read(field, kept[name], _place(declared, name)) if name in kept else _default(field)
        for name, field in declared.fields.items()
    }
    return values | {name: _given[addon, name] for name in given_names(declared)}


def secrets_set(declared: type[Settings]) -> frozenset[str]:
    """The secrets that have a value; what it is takes no part."""
    fields = declared.fields
    kept = {r.name for r in _rows(declared) if r.value and r.name in fields}
    secret = {name for name, field in fields.items() if isinstance(field, SecretField)}
    return frozenset(secret & (kept | given_names(declared)))


def keep(declared: type[Settings], values: Mapping[str, Any]) -> list[str]:
    """Set values for all, or for the user who acts; answers the names of those that changed. The
    history is told of each, without what a secret holds.
    """
    rows = {row.name: row for row in _rows(declared)}
    changed = []
    for name, field in declared.fields.items():
        if name in values and name not in given_names(declared):
            change = _secret if isinstance(field, SecretField) else _plain
            if _keep_one(
                declared, name, rows.get(name), change(declared, name, rows, values[name])
            ):
                changed.append(name)
    return changed


def _plain(
    declared: type[Settings], name: str, rows: Mapping[str, Setting], value: Any
) -> tuple[Any, ...]:
    """What stands, what is to stand, and how the history tells both."""
    field = declared.fields[name]
    new = history.stored_text(field, field.db_value(value))
    default = history.stored_text(field, field.db_value(_default(field)))
    old = rows[name].value if name in rows else default
    return old, new, old, new


def _secret(
    declared: type[Settings], name: str, rows: Mapping[str, Setting], value: Any
) -> tuple[Any, ...]:
    old = rows[name].value if name in rows else ""
    new = seal(value, _place(declared, name)) if value else ""
    return old, new, HIDDEN if old else None, HIDDEN if new else None


def _keep_one(
    declared: type[Settings], name: str, row: Setting | None, change: tuple[Any, ...]
) -> bool:
    old, new, *told = change
    if old == new:
        return False
    addon, action = addon_of(declared), history.UPDATE if row else history.CREATE
    if row is None:
        user = current_user_id() if declared.per_user else None
        row = Setting.create(addon=addon, name=name, user=user, value=new)
    else:
        Setting.update(value=new).where(Setting.id == row.id).execute()
    values = [(f"{addon}.{name}"[:64], *told)]
    history.write(Setting, Setting, [Change(action, row.id, row.id, values)])
    return True


def _rows(declared: type[Settings]) -> list[Setting]:
    mine = Setting.user.is_null()
    if declared.per_user:
        mine = Setting.user == (current_user_id() or 0)
    return list(Setting.select().where(Setting.addon == addon_of(declared), mine))


def _place(declared: type[Settings], name: str) -> str:
    place = f"{addon_of(declared)}.{name}"
    return f"{place} {current_user_id()}" if declared.per_user else place


def _read(field: Field, stored: str, place: str) -> Any:
    if isinstance(field, SecretField):
        return unseal(stored, place) if stored else ""
    return history.value_of(field, stored)


def _default(field: Field) -> Any:
    default = field.default() if callable(field.default) else field.default
    # A number is written like one that is stored: Decimal, whatever the addon wrote.
    return field.python_value(field.db_value(default)) if default is not None else default
