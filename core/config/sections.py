"""Every setting of an instance with its default, a section of config.ini each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.config.values import (
    MEGABYTE,
    ROOT,
    base_url,
    bucket,
    database_url,
    folders,
    host,
    language,
    log_format,
    mail_server,
    mailbox,
    names,
    path,
    redis_server,
    sender,
    servers,
    size,
    whole,
    zone,
)


@dataclass(frozen=True)
class Paths:
    """Where a run writes: database, files, backups, secrets, logs."""

    var: Path = field(default=ROOT / "var", metadata={"read": path})


@dataclass(frozen=True)
class Database:
    """The database, and how many connections a process keeps."""

    url: str = field(default="sqlite:///<var>/karvon.db", metadata={"read": database_url})
    pool: int = field(default=8, metadata={"read": whole(1, 1000)})


@dataclass(frozen=True)
class Server:
    """What the web server listens on; `proxies` counts the trusted X-Forwarded-* hops before it."""

    host: str = field(default="127.0.0.1", metadata={"read": host})
    port: int = field(default=8000, metadata={"read": whole(0, 65535)})
    workers: int = field(default=1, metadata={"read": whole(1, 512)})
    threads: int = field(default=32, metadata={"read": whole(1, 1000)})
    base_url: str = field(default="http://<host>:<port>", metadata={"read": base_url})
    proxies: int = field(default=0, metadata={"read": whole(0, 10)})


@dataclass(frozen=True)
class Addons:
    """Folders with further addons, and those enabled in a database that has none (`*`: all)."""

    path: tuple[Path, ...] = field(default=(), metadata={"read": folders})
    start: tuple[str, ...] = field(default=("*",), metadata={"read": names})


@dataclass(frozen=True)
class Locale:
    """The language and the time zone of those who chose none."""

    language: str = field(default="uz", metadata={"read": language})
    zone: str = field(default="Asia/Tashkent", metadata={"read": zone})


@dataclass(frozen=True)
class Sessions:
    """How long a login lasts: without a request, and at most; how long a device is remembered,
    which 0 forbids; and the roles whose holders must have a second factor.
    """

    idle_hours: int = field(default=8, metadata={"read": whole(1, 8760)})
    days: int = field(default=7, metadata={"read": whole(1, 366)})
    remember_days: int = field(default=30, metadata={"read": whole(0, 366)})
    factor_for: tuple[str, ...] = field(default=(), metadata={"read": names})


@dataclass(frozen=True)
class Background:
    """How many workers a server starts beside itself, for work outside requests."""

    workers: int = field(default=1, metadata={"read": whole(0, 64)})


@dataclass(frozen=True)
class Files:
    """Where the contents of files are kept (under var/ unless `s3` names a bucket), and how many
    bytes one file may have.
    """

    s3: str = field(default="", metadata={"read": bucket})
    s3_key: str = field(default="", metadata={"read": str}, repr=False)
    s3_secret: str = field(default="", metadata={"read": str}, repr=False)
    limit: int = field(default=25 * MEGABYTE, metadata={"read": size})


@dataclass(frozen=True)
class Logs:
    """How events are written on the console: `text` for people, `json` for collectors."""

    format: str = field(default="text", metadata={"read": log_format})


@dataclass(frozen=True)
class Mail:
    """The server that takes our mails (without one none are sent), whom they come from, and the
    mailbox from which answers are fetched.
    """

    url: str = field(default="", metadata={"read": mail_server}, repr=False)
    sender: str = field(default="", metadata={"read": sender})
    inbox: str = field(default="", metadata={"read": mailbox}, repr=False)


@dataclass(frozen=True)
class Http:
    """The servers within the own network that addons and webhooks may ask all the same."""

    allow: tuple[str, ...] = field(default=(), metadata={"read": servers})


@dataclass(frozen=True)
class Redis:
    """The Redis that all processes share; without one the database serves for what it does."""

    url: str = field(default="", metadata={"read": redis_server}, repr=False)


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
    logs: Logs = field(default_factory=Logs)
    mail: Mail = field(default_factory=Mail)
    http: Http = field(default_factory=Http)
    redis: Redis = field(default_factory=Redis)
    # {(addon, name): text} of KARVON_ADDON__NAME; whether there are such is for the addons to say.
    given: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)
