"""Make sure that run.py goes on in the checkout's own .venv; needs only the standard library.

The way through here is walked at every start, so it imports next to nothing: all that
installs is imported only when a stamp is out of date.
"""

import os
import sys

from core.cli.setup import stamp

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
TEST_VERBS = frozenset({"test"})
OPTIONS_WITH_A_VALUE = frozenset({"--config", "--lang"})


def ensure(argv: list[str], root: str = ROOT) -> None:
    """Return when running in `.venv` with current stamps, else set up and start anew in there.

    Ends the process with one sentence on stderr when set-up cannot be done.
    """
    level = "test" if verb_of(argv) in TEST_VERBS else "run"
    inside = stamp.is_inside(root)
    if not _is_ready(root, level, inside):
        _set_up(root, level)
    elif inside:
        return
    python = os.path.join(root, ".venv", "bin", "python")
    os.execv(python, [python, *sys.orig_argv[1:]])  # noqa: S606 - our own interpreter, no shell


def verb_of(argv: list[str]) -> str:
    """The first word that is neither an option nor an option's value, or ""."""
    words = iter(argv)
    for word in words:
        if word in OPTIONS_WITH_A_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def _is_ready(root: str, level: str, inside: bool) -> bool:
    if inside and stamp.is_of_another_python(root):
        return False
    return all(stamp.is_current(root, part, level) for part in stamp.PARTS)


def _set_up(root: str, level: str) -> None:
    from core.cli.setup.install import install
    from core.errors import KarvonError

    try:
        install(root, level)
    except KarvonError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.stderr.write("\nSet-up was interrupted; the same command takes it up again.\n")
        sys.exit(130)
