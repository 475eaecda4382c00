"""The verb test: runs the suite, every word after it goes to pytest as it is."""

import os
import sys

import click

from core.config import ROOT, without_instance


class Verbatim(click.Command):
    """A command whose words click does not read: not even --help or --."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.args = list(args)
        return []


@click.command("test", cls=Verbatim)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Run the test suite in the checkout, which makes its own instances; does not return."""
    words = [sys.executable, "-m", "pytest", *ctx.args]
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(sys.executable, words, without_instance(os.environ))  # noqa: S606 - no shell
