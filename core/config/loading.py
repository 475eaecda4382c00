"""Read the settings: config.ini, overridden by KARVON_SECTION__KEY in the environment.

A `<var>` in `[database] url` stands for `[paths] var`, `<host>` and `<port>` in `[server] base_url`
for those of `[server]`. Relative paths, that of a SQLite file too, are relative to ROOT.
"""

import configparser
import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from core.config.sections import Settings
from core.config.values import ROOT
from core.errors import ConfigError

PREFIX = "KARVON_"
TEST_PREFIX = "KARVON_TEST_"  # what the test suite alone reads
_SQLITE = "sqlite:///"

_SECTIONS: dict[str, Any] = {each.name: each.default_factory for each in fields(Settings)[:-1]}


@dataclass(frozen=True)
class _Given:
    """One value as somebody wrote it, and the place to name when it cannot be used."""

    section: str
    key: str
    raw: str
    place: str
    cure: str


def load_settings(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; without `path` from ROOT/config.ini, which may then be missing.

    `environ` (default: the process's) wins over the file; an empty variable counts as unset.
    Raises ConfigError, one sentence that names the place and the cure, for what is unknown or bad.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, dict[str, Any]] = {section: {} for section in _SECTIONS}
    found = list(_in_environment(environ))
    others = {(each.section, each.key): each.raw for each in found if _is_of_addon(each)}
    for given in (*_in_file(path), *(each for each in found if not _is_of_addon(each))):
        values[given.section][given.key] = _read(given)
    sections = {name: _SECTIONS[name](**values[name]) for name in _SECTIONS}
    return _resolved(Settings(**sections, given=others))


def _is_of_addon(given: _Given) -> bool:
    near = difflib.get_close_matches(given.section, _SECTIONS, n=1, cutoff=0.8)
    return bool(given.key) and not near


def _in_file(path: Path | None) -> Iterator[_Given]:
    if path is None:
        path = ROOT / "config.ini"
        if not path.exists():
            return
    parser = _parsed(path)
    for section in parser.sections():
        for key, raw in parser.items(section):
            place = f"{path}: [{section}] {key}"
            yield _Given(section, key, raw.strip(), place, "correct or remove that line")


def _parsed(path: Path) -> configparser.RawConfigParser:
    # With an empty name no section lends its values to the others.
    parser = configparser.RawConfigParser(default_section="")
    try:
        parser.read_string(path.read_text(encoding="utf-8-sig"), source=str(path))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); name another file.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 text; save it as UTF-8.") from None
    except configparser.Error as error:
        reason = " ".join(error.message.split())
        raise ConfigError(f"{path} is no settings file ({reason}); correct that line.") from None
    return parser


def without_instance(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without the instance that it names, for whoever starts another one."""
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith(PREFIX) or name.startswith(TEST_PREFIX)
    }


def _in_environment(environ: Mapping[str, str]) -> Iterator[_Given]:
    for name, raw in sorted(environ.items()):
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX) and raw.strip():
            section, _, key = name.removeprefix(PREFIX).lower().partition("__")
            cure = "correct or unset that variable"
            yield _Given(section, key, raw.strip(), f"the environment: {name}", cure)


def _read(given: _Given) -> Any:
    if given.section not in _SECTIONS:
        known = [f"[{section}]" for section in _SECTIONS]
        guess = _guess(f"[{given.section}]", known)
        raise ConfigError(f"{given.place}: there is no section [{given.section}]; {guess}")
    readers = {each.name: each.metadata["read"] for each in fields(_SECTIONS[given.section])}
    if given.key not in readers:
        guess = _guess(given.key, list(readers))
        raise ConfigError(f"{given.place}: [{given.section}] has no such setting; {guess}")
    try:
        return readers[given.key](given.raw)
    except ValueError as error:  # its text is what was expected; a value may hold a password
        raise ConfigError(f"{given.place} must be {error}; {given.cure}.") from None


def _guess(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]}?" if near else f"it knows {', '.join(known)}."


def _resolved(settings: Settings) -> Settings:
    var, server = settings.paths.var, settings.server
    url = settings.database.url.replace("<var>", str(var))
    if url.startswith(_SQLITE) and url != f"{_SQLITE}:memory:":
        url = f"{_SQLITE}{ROOT / url.removeprefix(_SQLITE)}"
    base = server.base_url.replace("<host>", _reachable(server.host))
    base = base.replace("<port>", str(server.port))
    return replace(
        settings,
        database=replace(settings.database, url=url),
        server=replace(server, base_url=base),
    )


def _reachable(host: str) -> str:
    # What a browser on this machine types for it.
    if host in {"0.0.0.0", "::"}:  # noqa: S104 (compared, not listened on)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
