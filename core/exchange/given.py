"""Read what the environment gives for the settings of addons: KARVON_<ADDON>__<NAME>."""

from collections.abc import Container, Mapping
from typing import Any

from core.errors import ConfigError
from core.exchange.cells import reader
from core.exchange.problems import Unfit
from core.modules.registry import Registry
from core.modules.settings import SecretField, addon_settings


def read_given(
    registry: Registry, known: Container[str], given: Mapping[tuple[str, str], str]
) -> dict[tuple[str, str], Any]:
    """{(addon, name): value}. Raises `ConfigError`, which never tells a value, for what no addon
    of `known` has; those that are off are passed over.
    """
    declared = addon_settings(registry, per_user=False)
    values: dict[tuple[str, str], Any] = {}
    for (addon, name), text in given.items():
        variable = f"the environment: KARVON_{addon.upper()}__{name.upper()}"
        if addon not in known:
            raise ConfigError(f"{variable}: there is no section [{addon}] and no such addon.")
        if addon not in registry.addons:
            continue
        fields = [e.fields[name] for e in declared.get(addon, ()) if name in e.fields]
        if not fields:
            raise ConfigError(f"{variable}: the addon {addon} has no such setting; unset it.")
        values[addon, name] = _value(fields[0], text, variable)
    return values


def _value(field: Any, text: str, variable: str) -> Any:
    read = reader(field)
    if read is None or isinstance(field, SecretField):
        return text
    try:
        return read(text)
    except Unfit as error:
        raise ConfigError(f"{variable} cannot be used: {error}") from None
