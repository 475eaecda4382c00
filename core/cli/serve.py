"""The verb serve: serves the instance that config.ini and the environment name."""

from dataclasses import replace

import click

from core.access.accounts import new_setup_code, nobody_yet
from core.cli.main import Options
from core.cli.opening import opened
from core.cli.worker import workers_beside
from core.config import load_settings
from core.web.serving.server import listen, serve


@click.command("serve")
@click.option("--workers", type=click.IntRange(1, 512), help="Processes; without it [server].")
@click.option("--debug", is_flag=True, help="One process that reports every request here.")
@click.pass_obj
def command(options: Options, workers: int | None, debug: bool) -> None:
    """Serve by config.ini until a TERM or Ctrl-C."""
    settings = load_settings(options.config)
    if workers:
        settings = replace(settings, server=replace(settings.server, workers=workers))
    with opened(options, settings) as instance:
        instance.require_migrated()
        listener = listen(settings.server.host, settings.server.port)
        code = new_setup_code() if nobody_yet() else ""
    print(f"Karvon serves {settings.server.base_url}", flush=True)
    if code:
        print(f"Nobody can log in yet: open {settings.server.base_url}/setup", flush=True)
        print(f"The code that it asks for, once: {code}", flush=True)
    serve(settings, listener, workers_beside(options, settings), debug)
