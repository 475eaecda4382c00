"""How the text of one setting is read; what does not fit raises ValueError that says what would."""

import ipaddress
import re
import zoneinfo
from collections.abc import Callable
from pathlib import Path

from core.i18n import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent.parent
LOG_FORMATS = ("text", "json")
MEGABYTE = 2**20


def path(raw: str) -> Path:
    if not raw:
        raise ValueError("a folder")
    return ROOT / Path(raw).expanduser()


def names(raw: str) -> tuple[str, ...]:
    return tuple(name for name in re.split(r"[,\s]+", raw) if name)


def folders(raw: str) -> tuple[Path, ...]:
    found = tuple(path(part.strip()) for part in re.split(r"[,\n]", raw) if part.strip())
    for folder in found:
        if not folder.is_dir():
            raise ValueError(f"folders that are there, and {folder} is none")
    return found


def whole(least: int, most: int = 1_000_000) -> Callable[[str], int]:
    def read(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", raw) or not least <= int(raw) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(raw)

    return read


def matching(pattern: str, expected: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if not re.fullmatch(pattern, raw):
            raise ValueError(expected)
        return raw

    return read


host = matching(r"[0-9A-Za-z.:_-]+", "a host name or an IP address without brackets or port")
database_url = matching(
    r"(?s)(sqlite:///|postgres(ql)?://).+", "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
)
bucket = matching(
    r"(s3://[a-z0-9.-]+(/[^?#\s]*)?(\?[^#\s]*)?)?",
    "s3://BUCKET/FOLDER, where needed with ?endpoint=https://HOST&region=NAME",
)
mail_server = matching(
    r"(smtps?://([^@/?#\s]+@)?([0-9A-Za-z._-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?)?",
    "smtp://HOST or smtps://USER:PASSWORD@HOST:PORT",
)
redis_server = matching(
    r"(rediss?://([^@/?#\s]*@)?([0-9A-Za-z._-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?(/[0-9]{0,3})?)?",
    "redis://HOST:PORT or rediss://USER:PASSWORD@HOST:PORT/NUMBER",
)
mailbox = matching(
    r"(imaps?://[^@/?#\s]+@([0-9A-Za-z._-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?(/[^?#\s\"\\]*)?)?",
    "imaps://USER:PASSWORD@HOST or imaps://USER:PASSWORD@HOST:PORT/FOLDER",
)
sender = matching(r"([^@<>\s]+@[^@<>\s]+)?", "an e-mail address such as karvon@example.uz")


def servers(raw: str) -> tuple[str, ...]:
    """Names of hosts, addresses and networks."""
    found = names(raw.lower())
    for each in found:
        if "/" in each:
            try:
                ipaddress.ip_network(each)
            except ValueError:
                raise ValueError("hosts, addresses or networks such as 10.0.0.0/8") from None
        elif not re.fullmatch(r"[0-9a-z._:-]+", each):
            raise ValueError("hosts, addresses or networks such as 10.0.0.0/8")
    return found


def base_url(raw: str) -> str:
    if not re.fullmatch(r"https?://[^/?#\s]+(/[^?#\s]*)?", raw):
        raise ValueError("an address that begins with http:// or https://")
    return raw.rstrip("/")


def size(raw: str) -> int:
    found = re.fullmatch(r"([1-9][0-9]{0,4}) ?(KB|MB|GB)", raw, re.IGNORECASE)
    if found is None:
        raise ValueError("a size such as 25 MB")
    return int(found[1]) * {"KB": 1024, "MB": MEGABYTE, "GB": 1024 * MEGABYTE}[found[2].upper()]


def log_format(raw: str) -> str:
    if raw not in LOG_FORMATS:
        raise ValueError(f"one of {', '.join(LOG_FORMATS)}")
    return raw


def language(raw: str) -> str:
    if raw not in LANGUAGES:
        raise ValueError(f"one of {', '.join(LANGUAGES)}")
    return raw


def zone(raw: str) -> str:
    try:
        zoneinfo.ZoneInfo(raw)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise ValueError("the name of a time zone, as Asia/Tashkent") from None
    return raw
