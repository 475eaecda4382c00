"""What a content is, by what is in it: never by what its sender or its name says."""

import re
from codecs import getincrementaldecoder

import filetype

HEAD = 64 * 1024  # bytes from the beginning that tell what a content is
BINARY = "application/octet-stream"
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SHOWN = PICTURES | {"application/pdf"}  # what a browser may show where it stands
PDF_WITHIN = 1024  # a PDF reader takes a file whose mark stands anywhere in these

_LONGEST = 16  # bytes of a mark that may lie across two chunks
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|script|svg|iframe|object|embed|meta|link|style|form|base)[\s>/]",
    re.IGNORECASE,
)
_SVG = re.compile(r"<svg[\s>/]", re.IGNORECASE)
_CONTROLS = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_BEGINNINGS = (
    ("begin:vcard", "text/vcard"),
    ("begin:vcalendar", "text/calendar"),
    ("<?xml", "application/xml"),
)
_SEPARATORS = ",;\t|"


class Looker:
    """Looks at a content while it passes by in chunks."""

    def __init__(self) -> None:
        self.head = b""
        self.has_markup = False
        self._tail = b""

    def look(self, chunk: bytes) -> None:
        if len(self.head) < HEAD:
            self.head += chunk[: HEAD - len(self.head)]
        seen = self._tail + chunk
        self.has_markup = self.has_markup or _MARKUP.search(seen) is not None
        self._tail = seen[-_LONGEST:]

    @property
    def type(self) -> str:
        """Its media type; of what could pass for two kinds at once, that of mere bytes."""
        found = filetype.guess_mime(self.head)  # type: ignore[no-untyped-call]
        if found is None:
            return self._text()
        if found in SHOWN and (self.has_markup or self.head.find(b"%PDF-", 1, PDF_WITHIN) >= 0):
            return BINARY
        return str(found)

    def _text(self) -> str:
        text = _decoded(self.head)
        if text is None:
            return BINARY
        if self.has_markup:
            return "image/svg+xml" if _SVG.search(text) else "text/html"
        start = text[:32].lstrip("\ufeff \t\r\n").lower()
        for beginning, kind in _BEGINNINGS:
            if start.startswith(beginning):
                return kind
        return "text/csv" if _is_table(text) else "text/plain"


def _decoded(head: bytes) -> str | None:
    """The text that the bytes are; None when they are none."""
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        return None if _CONTROLS.search(text) else text
    return None


def _is_table(text: str) -> bool:
    """Whether every line is cut as often as the first by one separator."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    if len(lines) < 2:
        return False
    whole = lines[:-1] if len(lines) == 20 else lines
    return any(
        len({line.count(sign) for line in whole} - {0}) == 1 and all(sign in line for line in whole)
        for sign in _SEPARATORS
    )
