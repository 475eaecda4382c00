"""The verb backup: writes the whole instance into one file."""

from pathlib import Path

import click

from core.cli.main import Options
from core.cli.opening import opened
from core.data.actor import system
from core.data.audit import note
from core.modules import backups


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def command(options: Options, file: Path) -> None:
    """Write database, kept files and secrets into FILE, while the instance goes on working.

    It is a tar that only you may read, gzipped when FILE ends in .gz.
    """
    with opened(options) as instance:
        instance.require_migrated()
        backups.back_up(instance.settings.paths.var, file)
        with system("cli"):
            note("back_up", ("core_history", 0), [("file", None, file.name)])
    print(f"Wrote {file}")
