"""The verb doctor: looks the instance over."""

import click

from core.attached import leaving
from core.background import doctor as beside
from core.cli.main import Options
from core.cli.opening import opened
from core.modules import doctor


@click.command("doctor")
@click.pass_obj
def command(options: Options) -> int:
    """Check database, history, search, addons, files, jobs, mail, Redis, rights of files and the
    disk; 1 when something is wrong.
    """
    with opened(options) as instance, instance.acting("cli") as registry:
        found, var = instance.found(), instance.settings.paths.var
        faults = [
            *doctor.faults(found, registry.broken, var),
            *beside.faults(registry),
            *leaving.faults(),
        ]
    for fault in faults:
        click.echo(fault, err=True)
    if not faults:
        print("Nothing is wrong.")
    return 1 if faults else 0
