"""The verb mail: takes in one mail, as the mail server of the machine hands it over."""

import sys

import click
import peewee

from core.attached.replies import LARGEST, take_in
from core.cli.main import Options
from core.cli.opening import opened
from core.errors import KarvonError, NotAllowed, UserError

# As mail servers know them (sysexits.h): EX_DATAERR, EX_TEMPFAIL.
NEVER, LATER = 65, 75


@click.command("mail")
@click.pass_obj
def command(options: Options) -> int:
    """Take in one mail (RFC 822) from the standard input.

    The answer of a user to a mail of ours becomes a comment on its record, as far as the user may
    read it. A mail that came before, or that a machine wrote, changes nothing. Ends with 75 where
    the mail server should try again later, and with 65 where it should send the mail back.
    """
    raw = sys.stdin.buffer.read(LARGEST + 1)
    try:
        with opened(options) as instance, instance.acting("a mail came in"):
            taken = take_in(raw)
    except (UserError, NotAllowed) as error:
        click.echo(str(error), err=True)
        return NEVER
    except (KarvonError, peewee.PeeweeException, OSError) as error:
        # The sender must not get back what Karvon cannot take just now.
        click.echo(" ".join(str(error).split()), err=True)
        return LATER
    click.echo("The comment is written." if taken else "Nothing to do.")
    return 0
