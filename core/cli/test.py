"""The verb test: runs the suite, every word after it goes to pytest as it is."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]


class Verbatim(click.Command):
    """A command whose words click does not read: not even --help or --."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.args = list(args)
        return []


@click.command("test", cls=Verbatim)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Run the test suite in the checkout; does not return."""
    words = [sys.executable, "-m", "pytest", *ctx.args]
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(sys.executable, words, without_instance(os.environ))  # noqa: S606 - no shell


def without_instance(environ: Mapping[str, str]) -> dict[str, str]:
    """Give the environment without the instance that it names; the suite makes its own."""
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith("KARVON_") or name.startswith("KARVON_TEST_")
    }
