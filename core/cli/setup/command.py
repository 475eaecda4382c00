"""Run the programs that set-up needs, quietly; what they said is shown only when they fail."""

import subprocess
import sys
from collections.abc import Mapping, Sequence

from core.errors import KarvonError

SHOWN_LINES = 15


class SetupError(KarvonError):
    """The checkout could not be set up; the text says what to do."""


def say(text: str) -> None:
    """Tell a person at the terminal how set-up goes; stdout belongs to the verb."""
    print(f"karvon set-up: {text}", file=sys.stderr, flush=True)


def run(
    words: Sequence[str],
    *,
    cwd: str,
    failing: str,
    environ: Mapping[str, str] | None = None,
    lock: int | None = None,
) -> None:
    """Run a program without a terminal; SetupError(failing) when it cannot or does not succeed.

    `lock` is a descriptor that the program inherits: see core.cli.setup.lock.
    """
    try:
        done = subprocess.run(  # noqa: S603 - words of our own, no shell
            list(words),
            cwd=cwd,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=() if lock is None else (lock,),
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise SetupError(f"{failing} ({words[0]}: {error.strerror})") from error
    if done.returncode:
        for line in done.stdout.splitlines()[-SHOWN_LINES:]:
            print(f"  | {line}", file=sys.stderr)
        raise SetupError(failing)
