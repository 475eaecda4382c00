"""The verb migrate: makes the database, or brings it up to date."""

import click

from core.cli.main import Options
from core.cli.opening import opened
from core.data.batches import told_of_batches


def say_progress(what: str, done: int, total: int) -> None:
    """A line for each batch, on stderr: whoever reads the names of what ran gets only those."""
    click.echo(f"{what} {done}/{total}", err=True)


@click.command("migrate")
@click.pass_obj
def command(options: Options) -> None:
    """Make or upgrade the database of the instance."""
    with opened(options) as instance, told_of_batches(say_progress):
        done = instance.migrate()
    for name in done:
        print(name)
    if not done:
        print("The database is up to date.")
