"""What a server writes on its console: one line an event, whatever the event holds."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

from core.access.links import ADDRESS
from core.config import Logs
from core.data.history import current_request

FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"
CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord("\t"): "\\t",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}

KEYS = re.compile(rf"({ADDRESS})[\w%-]+")


def without_keys(text: str) -> str:
    """The text without the keys of one-time links, which let in whoever reads them."""
    return KEYS.sub(r"\1…", text)


class OneLine(logging.Formatter):
    """Write a new line as its escape and the like, so that nobody can forge a line of the log;
    the lines of a traceback are set in.
    """

    def __init__(self) -> None:
        super().__init__(FORMAT)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        return without_keys(super().formatMessage(record)).translate(CONTROLS)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        traceback = super().formatException(ei)
        lines = without_keys(traceback).split("\n")
        return "\n".join(f"  | {line.translate(CONTROLS)}" for line in lines)


class OneObject(logging.Formatter):
    """Write an event as one JSON object: `time` (UTC), `level`, `process`, `logger`, `message`, and
    where there are any `request`, whose name the history and the error page carry too, and
    `exception`.
    """

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": record.process,
            "logger": record.name,
            "message": without_keys(record.getMessage()),
        }
        if request := current_request():
            said["request"] = request
        if record.exc_info:
            said["exception"] = without_keys(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=True)


def log_to_console(logs: Logs, level: int = logging.WARNING) -> None:
    """Send every log of the process to stderr, from `level` upwards."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneObject() if logs.format == "json" else OneLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
