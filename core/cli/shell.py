"""The verb shell: Python inside the instance."""

import code
from typing import Any

import click

from core.cli.main import Options
from core.cli.opening import opened
from core.data.database import db


@click.command("shell")
@click.option("--run", "text", help="Run this text instead of asking for lines.")
@click.pass_obj
def command(options: Options, text: str | None) -> None:
    """Open Python as the system, with `registry`, `db`, `instance` and every model by its name."""
    with opened(options) as instance, instance.acting("cli") as registry:
        names: dict[str, Any] = {model.__name__: model for model in registry.models}
        names |= {"registry": registry, "db": db, "instance": instance}
        if text is not None:
            exec(text, names)  # noqa: S102 - whoever may run verbs may run Python
            return
        code.interact(f"Karvon: {', '.join(sorted(names))}", local=names, exitmsg="")
