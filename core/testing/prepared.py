"""A Python that has imported Karvon, of which verbs are forked: the imports take longest of a verb.

Each verb is a process of its own still, with an environment of its own; it opens the instance, the
addons and the database itself. Servers are started from nothing, as in real life.
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from select import select
from typing import Any

from core.cli.main import main
from core.config import ROOT, without_instance

LONGEST = 60.0  # seconds that a verb may take
STARTING = "PYTHON"  # what begins so is read when Python starts


class Prepared:
    """The process that forks; it ends with its standard input."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "core.testing.prepared"],
            cwd=ROOT,
            env=without_instance(os.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the tests
        )

    def run(
        self, words: Sequence[str], environ: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        """Run a verb to its end, without a terminal."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
            asked = {"words": words, "environ": dict(environ), "out": out.name, "err": err.name}
            self.process.stdin.write(json.dumps(asked).encode() + b"\n")
            self.process.stdin.flush()
            if not select([self.process.stdout], (), (), LONGEST)[0]:
                self.close()
                _prepared.cache_clear()
                raise subprocess.TimeoutExpired(list(words), LONGEST)
            status = int(self.process.stdout.readline())
            said = [file.read().decode() for file in (out, err)]
        return subprocess.CompletedProcess(list(words), status, *said)

    def close(self) -> None:
        """End it, and the verb that it waits for."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


@cache
def _prepared() -> Prepared:
    made = Prepared()
    atexit.register(made.close)
    return made


def run(words: Sequence[str], environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a verb in an environment that differs from ours in nothing that Python itself reads."""
    return _prepared().run(words, environ)


def fits(environ: Mapping[str, str]) -> bool:
    """Whether a Python that started in our environment is as good as one started in this."""
    mine, other = (
        {k: v for k, v in e.items() if k.startswith(STARTING)} for e in (os.environ, environ)
    )
    return mine == other


def fork() -> int:
    """Fork a verb for each line of the standard input and write how it ended; in the fork, answer
    the verb's own status.
    """
    import_module("core.cli.opening")
    gc.freeze()  # nobody looks through what is shared, for that would copy it
    while line := sys.stdin.buffer.readline():
        child = os.fork()
        if child == 0:
            return _be(json.loads(line))
        _child, status = os.waitpid(child, 0)
        sys.stdout.buffer.write(b"%d\n" % os.waitstatus_to_exitcode(status))
        sys.stdout.buffer.flush()
    return 0


def _be(asked: dict[str, Any]) -> int:
    for number, (path, mode) in enumerate(
        ((os.devnull, os.O_RDONLY), (asked["out"], os.O_WRONLY), (asked["err"], os.O_WRONLY))
    ):
        os.dup2(os.open(path, mode), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    os.environ.clear()
    os.environ.update(asked["environ"])
    return main(asked["words"])


if __name__ == "__main__":
    sys.exit(fork())
