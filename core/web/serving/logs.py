"""What a server writes on its console: one line an event, whatever the event holds."""

import logging
import sys
from typing import Any

FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"
CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord("\t"): "\\t",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


class OneLine(logging.Formatter):
    """Write a new line as its escape and the like, so that nobody can forge a line of the log;
    the lines of a traceback are set in.
    """

    def __init__(self) -> None:
        super().__init__(FORMAT)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        return super().formatMessage(record).translate(CONTROLS)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        traceback = super().formatException(ei)
        lines = traceback.split("\n")
        return "\n".join(f"  | {line.translate(CONTROLS)}" for line in lines)


def log_to_console(level: int = logging.WARNING) -> None:
    """Send every log of the process to stderr, from `level` upwards."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
