"""The verb migrate: makes the database, or brings it up to date."""

import click

from core.cli.main import Options
from core.cli.opening import opened


@click.command("migrate")
@click.pass_obj
def command(options: Options) -> None:
    """Make or upgrade the database of the instance."""
    with opened(options) as instance:
        done = instance.migrate()
    for name in done:
        print(name)
    if not done:
        print("The database is up to date.")
