"""The verb worker: does the jobs that wait, until it is told to stop."""

import os
import signal
import sys

import click

from core.background.worker import Worker
from core.cli.main import Options
from core.cli.opening import opened
from core.config import Settings
from core.data.database import close
from core.web.serving.children import Children
from core.web.serving.logs import log_to_console


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.pass_obj
def command(options: Options, once: bool) -> None:
    """Do the jobs of the instance; `serve` and `demo` start such a process themselves."""
    with opened(options) as instance:
        instance.require_migrated()
        log_to_console(instance.settings.logs)
        worker = Worker(instance.registry, instance.settings.locale)
        if once:
            print(worker.once())
            return

        def stop(*_: object) -> None:
            worker.stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        worker.work()
        close()
    sys.stderr.flush()
    os._exit(0)  # a job past the grace would be waited for


def workers_beside(options: Options, settings: Settings) -> Children:
    """The workers that a server of `settings` starts beside itself."""
    config = ["--config", str(options.config.resolve())] if options.config else []
    words = [sys.executable, "-m", "core.cli", *config, "worker"]
    environ = {
        "KARVON_PATHS__VAR": str(settings.paths.var),
        "KARVON_DATABASE__URL": settings.database.url,
        "KARVON_SERVER__HOST": settings.server.host,
        "KARVON_SERVER__PORT": str(settings.server.port),
        "KARVON_SERVER__BASE_URL": settings.server.base_url,
    }
    return Children(words, {**os.environ, **environ}, settings.background.workers)
