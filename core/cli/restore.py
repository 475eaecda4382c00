"""The verb restore: makes an instance anew from a backup."""

from pathlib import Path

import click

from core.access.sessions import forget_all_logins
from core.cli.main import Options
from core.cli.opening import opened
from core.data.actor import system
from core.data.audit import note
from core.modules import backups, lifecycle
from core.modules.backup_heads import compare_restored


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def command(options: Options, file: Path) -> None:
    """Fill an empty instance with the backup FILE: users, tokens and settings work afterwards, and
    everybody logs in anew.
    """
    with opened(options) as instance:
        about = backups.restore(instance.settings.paths.var, file)
        doubt = compare_restored(about)
        if lifecycle.is_migrated():
            with system("cli"):
                forget_all_logins()
                told = [("file", None, file.name), ("made_at", None, about["made_at"])]
                note("restore_backup", ("core_history", 0), told)
        print(f"Restored the backup of {about['made_at']}")
        if doubt:
            click.echo(doubt, err=True)
