"""Stamps: for which lock files, and how far, a part of the checkout has been set up.

A stamp is a text file of lines "level digest". Level "test" contains all of level "run".
The stamp of the Python part also names the Python's version ("version 3.11") and the folder
("place /srv/karvon"), because a .venv works for no other.
"""

import hashlib
import os
import sys

PARTS = ("python", "screen")
# What set-up makes for each part.
FOLDERS = {"python": (".venv",), "screen": ("node_modules", ".assets")}
PLACES = {"python": ".venv/stamp", "screen": ".assets/stamp"}
_SCREEN = ("package.json", "package-lock.json", "core/cli/setup/screen.py")
LOCKS = {
    ("python", "run"): ("requirements.txt",),
    ("python", "test"): ("requirements-test.txt",),
    ("screen", "run"): _SCREEN,
    ("screen", "test"): _SCREEN,
}


def this_version() -> str:
    """The running Python's version as "3.11"; packages are bound to no more than that."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def wanted(root: str, part: str, level: str) -> str:
    """The digest that the part's stamp must hold for the lock files as they are now."""
    digest = hashlib.sha256(f"{part} {level}\n".encode())
    for name in LOCKS[part, level]:
        with open(os.path.join(root, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def read(root: str, part: str) -> dict[str, str]:
    """The stamp's lines as a dictionary; empty where there is no stamp."""
    try:
        with open(
            os.path.join(root, PLACES[part]), encoding="utf-8", errors="surrogateescape"
        ) as file:
            pairs = [line.split(" ", 1) for line in file.read().splitlines()]
    except OSError:
        return {}
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def is_current(root: str, part: str, level: str) -> bool:
    lines = read(root, part)
    if part == "python" and lines.get("place") != os.path.realpath(root):
        return False
    return lines.get(level) == wanted(root, part, level)


def is_inside(root: str) -> bool:
    """Whether this very process runs on the Python of the checkout's `.venv`."""
    try:
        return os.path.samefile(sys.prefix, os.path.join(root, ".venv"))
    except OSError:
        return False


def is_of_another_python(root: str) -> bool:
    """Say, from inside `.venv`, whether the system has replaced the Python behind it since."""
    return read(root, "python").get("version") != this_version()


def is_of_this_place(root: str, lines: dict[str, str]) -> bool:
    """Whether a .venv with such a stamp may be filled further by the running Python."""
    return (lines.get("version"), lines.get("place")) == (this_version(), os.path.realpath(root))


def drop(root: str, part: str) -> None:
    """Take the stamp away before the part is touched, so that no half work looks whole."""
    try:
        os.unlink(os.path.join(root, PLACES[part]))
    except FileNotFoundError:
        return


def keep(root: str, part: str, lines: dict[str, str]) -> None:
    """Write the stamp in one step."""
    place = os.path.join(root, PLACES[part])
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place + ".new", "w", encoding="utf-8", errors="surrogateescape") as file:
        file.writelines(f"{key} {value}\n" for key, value in lines.items())
    os.replace(place + ".new", place)


def lines_for(root: str, part: str, level: str) -> dict[str, str]:
    """The lines of a part that has just been set up to `level` by this Python."""
    levels = ("run", "test") if level == "test" else ("run",)
    lines = {name: wanted(root, part, name) for name in levels}
    if part == "python":
        lines |= {"version": this_version(), "place": os.path.realpath(root)}
    return lines
