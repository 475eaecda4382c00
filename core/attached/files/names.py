"""Names of files, made harmless: for pages, headers and the folders of who downloads them."""

import unicodedata
from pathlib import PurePosixPath

LONGEST = 200  # letters; the column holds 255
NAMELESS = "file"
# Line ends, NUL, and the marks by which "gpj.exe" is written to read "exe.jpg".
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_TELLING = '<>:"|?*'


def clean_name(sent: str | None) -> str:
    """The last part of a path, in one line, without what a folder or a header cannot hold."""
    last = (sent or "").replace("\\", "/").rpartition("/")[2]
    seen = "".join(
        " " if unicodedata.category(sign) in _UNSEEN or sign in _TELLING else sign for sign in last
    )
    name = unicodedata.normalize("NFC", " ".join(seen.split())).strip(". ")
    return _cut(name) or NAMELESS


def _cut(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    ending = PurePosixPath(name).suffix
    ending = ending if len(ending) <= 16 else ""
    return name[: LONGEST - len(ending)].rstrip() + ending
