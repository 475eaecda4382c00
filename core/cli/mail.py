"""The verb mail: takes in one mail, as the mail server of the machine hands it over."""

import sys

import click

from core.attached.replies import LARGEST, take_in
from core.cli.main import Options
from core.cli.opening import opened


@click.command("mail")
@click.pass_obj
def command(options: Options) -> int:
    """Take in one mail (RFC 822) from the standard input.

    The answer of a user to a mail of ours becomes a comment on its record, as far as the user may
    read it. A mail that came before, or that a machine wrote, changes nothing.
    """
    raw = sys.stdin.buffer.read(LARGEST + 1)
    with opened(options) as instance, instance.acting("a mail came in"):
        taken = take_in(raw)
    click.echo("The comment is written." if taken else "Nothing to do.")
    return 0
