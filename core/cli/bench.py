"""The verb bench: measures what must stay fast, on a database of its own."""

import click

from core.bench.figures import FIGURES, Figure
from core.bench.report import FORM, HEAD, Line, as_json, as_text, measured
from core.cli.main import Options
from core.config import load_settings
from core.errors import UserError
from core.i18n import _


@click.command("bench")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON list instead of a table.")
@click.option("--check", is_flag=True, help="Exit with 1 when a target is missed.")
@click.option(
    "--rows",
    type=click.IntRange(100, 10_000_000),
    help="Measure on so many contacts instead of each figure's own number.",
)
@click.pass_obj
def command(
    options: Options, names: tuple[str, ...], is_json: bool, check: bool, rows: int | None
) -> int:
    """Measure the figures, or those that are named. The data is made once under var/bench."""
    figures = chosen(names)
    settings = load_settings(options.config)
    lines: list[Line] = []
    if not is_json:
        click.echo(FORM.format(*HEAD))
    for line in measured(figures, settings, rows, lambda text: click.echo(text, err=True)):
        lines.append(line)
        if not is_json:
            click.echo(as_text(line))
    if is_json:
        click.echo(as_json(lines))
    missed = [line.name for line in lines if not line.ok]
    if check and missed:
        click.echo(f"Missed: {', '.join(missed)}", err=is_json)
        return 1
    return 0


def chosen(names: tuple[str, ...]) -> list[Figure]:
    """The figures called so, or all of them; raises `UserError` naming those there are."""
    known = {figure.name: figure for figure in FIGURES}
    if unknown := [name for name in names if name not in known]:
        raise UserError(
            _(
                "There is no figure %(unknown)s; the figures are %(known)s.",
                unknown=", ".join(unknown),
                known=", ".join(known),
            )
        )
    return [figure for name, figure in known.items() if not names or name in names]
