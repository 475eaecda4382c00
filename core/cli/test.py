"""The verb test: runs the suite, every word after it goes to pytest as it is."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from core.config import ROOT, without_instance

# A file's tests stay in one process: they share what is costly to set up. The files come in the
# order of tests/conftest.py, else those with the fewest tests, which are the slowest, come last.
WHOLE_SUITE = (
    *("-n", "auto", "--maxprocesses", "4"),
    *("--dist", "loadfile", "--no-loadscope-reorder"),
)


class Verbatim(click.Command):
    """A command whose words click does not read: not even --help or --."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.args = list(args)
        return []


@click.command("test", cls=Verbatim)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Run the test suite in the checkout, which makes its own instances; does not return."""
    os.chdir(ROOT)
    # Named, for pytest looks beside the tests, and those of an addon may lie elsewhere.
    ours = ("-c", str(ROOT / "pyproject.toml"))
    words = [sys.executable, "-m", "pytest", *ours, *workers(ctx.args), *ctx.args]
    sys.stdout.flush()
    os.execve(sys.executable, words, without_instance(os.environ))  # noqa: S606 - no shell


def workers(args: Sequence[str]) -> tuple[str, ...]:
    """Words of pytest for one process per core, when `args` name no path: the whole suite runs.

    They stand before the user's own, so that `-n 0` and the like overrule them.
    """
    named = any(Path(word.partition("::")[0]).exists() for word in args)
    return () if named else WHOLE_SUITE
