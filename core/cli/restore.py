"""The verb restore: makes an instance anew from a backup."""

from pathlib import Path

import click

from core.cli.main import Options
from core.cli.opening import opened
from core.modules import backups


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def command(options: Options, file: Path) -> None:
    """Fill an empty instance with the backup FILE; users, tokens and settings work afterwards."""
    with opened(options) as instance:
        about = backups.restore(instance.settings.paths.var, file)
    print(f"Restored the backup of {about['made_at']}")
