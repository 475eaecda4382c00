"""The settings of one instance: config.ini, overridden by KARVON_SECTION__KEY in the environment.

A `<var>` in `[database] url` stands for `[paths] var`, `<host>` and `<port>` in `[server] base_url`
for those of `[server]`. Relative paths, that of a SQLite file too, are relative to ROOT.
"""

import configparser
import difflib
import os
import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from core.errors import ConfigError
from core.i18n import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "KARVON_"
TEST_PREFIX = "KARVON_TEST_"  # what the test suite alone reads
_SQLITE = "sqlite:///"
MEGABYTE = 2**20


def _path(raw: str) -> Path:
    if not raw:
        raise ValueError("a folder")
    return ROOT / Path(raw).expanduser()


def _names(raw: str) -> tuple[str, ...]:
    return tuple(name for name in re.split(r"[,\s]+", raw) if name)


def _folders(raw: str) -> tuple[Path, ...]:
    found = tuple(_path(part.strip()) for part in re.split(r"[,\n]", raw) if part.strip())
    for folder in found:
        if not folder.is_dir():
            raise ValueError(f"folders that are there, and {folder} is none")
    return found


def _whole(least: int, most: int = 1_000_000) -> Callable[[str], int]:
    def read(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", raw) or not least <= int(raw) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(raw)

    return read


def _host(raw: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:_-]+", raw):
        raise ValueError("a host name or an IP address without brackets or port")
    return raw


def _database_url(raw: str) -> str:
    if not re.match(r"sqlite:///.|postgres(ql)?://.", raw):
        raise ValueError("sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
    return raw


def _base_url(raw: str) -> str:
    if not re.fullmatch(r"https?://[^/?#\s]+(/[^?#\s]*)?", raw):
        raise ValueError("an address that begins with http:// or https://")
    return raw.rstrip("/")


def _bucket(raw: str) -> str:
    if raw and not re.fullmatch(r"s3://[a-z0-9.-]+(/[^?#\s]*)?(\?[^#\s]*)?", raw):
        raise ValueError("s3://BUCKET/FOLDER, where needed with ?endpoint=https://HOST&region=NAME")
    return raw


def _size(raw: str) -> int:
    found = re.fullmatch(r"([1-9][0-9]{0,4}) ?(KB|MB|GB)", raw, re.IGNORECASE)
    if found is None:
        raise ValueError("a size such as 25 MB")
    return int(found[1]) * {"KB": 1024, "MB": MEGABYTE, "GB": 1024 * MEGABYTE}[found[2].upper()]


def _language(raw: str) -> str:
    if raw not in LANGUAGES:
        raise ValueError(f"one of {', '.join(LANGUAGES)}")
    return raw


def _zone(raw: str) -> str:
    try:
        zoneinfo.ZoneInfo(raw)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise ValueError("the name of a time zone, as Asia/Tashkent") from None
    return raw


@dataclass(frozen=True)
class Paths:
    """Where a run writes: database, files, backups, secrets, logs."""

    var: Path = field(default=ROOT / "var", metadata={"read": _path})


@dataclass(frozen=True)
class Database:
    """The database, and how many connections a process keeps."""

    url: str = field(default="sqlite:///<var>/karvon.db", metadata={"read": _database_url})
    pool: int = field(default=8, metadata={"read": _whole(1, 1000)})


@dataclass(frozen=True)
class Server:
    """What the web server listens on; `proxies` counts the trusted X-Forwarded-* hops before it."""

    host: str = field(default="127.0.0.1", metadata={"read": _host})
    port: int = field(default=8000, metadata={"read": _whole(0, 65535)})
    workers: int = field(default=1, metadata={"read": _whole(1, 512)})
    threads: int = field(default=32, metadata={"read": _whole(1, 1000)})
    base_url: str = field(default="http://<host>:<port>", metadata={"read": _base_url})
    proxies: int = field(default=0, metadata={"read": _whole(0, 10)})


@dataclass(frozen=True)
class Addons:
    """Folders with further addons, and those enabled in a database that has none (`*`: all)."""

    path: tuple[Path, ...] = field(default=(), metadata={"read": _folders})
    start: tuple[str, ...] = field(default=("*",), metadata={"read": _names})


@dataclass(frozen=True)
class Locale:
    """The language and the time zone of those who chose none."""

    language: str = field(default="uz", metadata={"read": _language})
    zone: str = field(default="Asia/Tashkent", metadata={"read": _zone})


@dataclass(frozen=True)
class Sessions:
    """How long a login lasts: without a request, and at most."""

    idle_hours: int = field(default=8, metadata={"read": _whole(1, 8760)})
    days: int = field(default=7, metadata={"read": _whole(1, 366)})


@dataclass(frozen=True)
class Background:
    """How many workers a server starts beside itself, for work outside requests."""

    workers: int = field(default=1, metadata={"read": _whole(0, 64)})


@dataclass(frozen=True)
class Files:
    """Where the contents of files are kept (under var/ unless `s3` names a bucket), and how many
    bytes one file may have.
    """

    s3: str = field(default="", metadata={"read": _bucket})
    s3_key: str = field(default="", metadata={"read": str}, repr=False)
    s3_secret: str = field(default="", metadata={"read": str}, repr=False)
    limit: int = field(default=25 * MEGABYTE, metadata={"read": _size})


@dataclass(frozen=True)
class Settings:
    """Every setting of the instance, one attribute a section."""

    paths: Paths = field(default_factory=Paths)
    database: Database = field(default_factory=Database)
    server: Server = field(default_factory=Server)
    addons: Addons = field(default_factory=Addons)
    locale: Locale = field(default_factory=Locale)
    sessions: Sessions = field(default_factory=Sessions)
    background: Background = field(default_factory=Background)
    files: Files = field(default_factory=Files)
    # {(addon, name): text} of KARVON_ADDON__NAME; whether there are such is for the addons to say.
    given: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)


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
    return _resolved(Settings(**{n: _SECTIONS[n](**values[n]) for n in _SECTIONS}, given=others))


def _is_of_addon(given: _Given) -> bool:
    return bool(given.key) and not difflib.get_close_matches(given.section, _SECTIONS, 1, 0.8)


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
