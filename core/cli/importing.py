"""The verb import: brings records from files into the database, all of them or none."""

import sys
from pathlib import Path

import click

from core.cli.main import Options
from core.cli.opening import opened
from core.exchange.importing import Outcome, import_file, import_plan

PROGRESS_EVERY = 10_000  # rows


@click.command("import")
@click.argument("words", nargs=-1, required=True, metavar="ADDON.MODEL FILE | FOLDER")
@click.option("--plan", type=click.Path(path_type=Path), help="Steps for the files of a folder.")
@click.option("--map", "map_", type=click.Path(path_type=Path), help="Which column goes where.")
@click.option("--dry-run", is_flag=True, help="Do everything, then keep nothing of it.")
@click.pass_obj
def command(
    options: Options, words: tuple[str, ...], plan: Path | None, map_: Path | None, dry_run: bool
) -> int:
    """Import records from FILE into ADDON.MODEL, or the files of a FOLDER by a plan.

    Records that are there already, by their key, are changed where they differ. When anything is
    wrong, all of it is told and nothing is changed. docs/import.md explains maps and plans.
    """
    _check_words(words, plan, map_)
    with opened(options) as instance, instance.acting("import"):
        if plan:
            outcome = import_plan(plan, Path(words[0]), dry_run=dry_run, progress=_progress)
        else:
            outcome = import_file(
                words[0], Path(words[1]), map_, dry_run=dry_run, progress=_progress
            )
    return _tell(outcome, dry_run)


def _check_words(words: tuple[str, ...], plan: Path | None, map_: Path | None) -> None:
    if plan and (len(words) != 1 or map_):
        raise click.UsageError("Say: import --plan PLAN.toml FOLDER")
    if not plan and len(words) != 2:
        raise click.UsageError(
            "Say: import ADDON.MODEL FILE [--map MAP.toml], or import --plan PLAN.toml FOLDER"
        )


def _progress(step: str, rows: int) -> None:
    if rows and rows % PROGRESS_EVERY == 0 and sys.stderr.isatty():
        click.echo(f"{step}: {rows:,} rows", err=True)


def _tell(outcome: Outcome, dry_run: bool) -> int:
    """Print what was done, or all that is wrong; the exit status."""
    problems = outcome.problems
    if problems:
        for problem in problems.shown:
            click.echo(str(problem), err=True)
        if more := problems.count - len(problems.shown):
            more_than = "more than " if problems.is_full else ""
            click.echo(f"There are {more_than}{more:,} more problems like these.", err=True)
        click.echo("Nothing was changed: correct the above and import again.", err=True)
        return 1
    for done in outcome.done:
        click.echo(
            f"{done.step}: {done.created:,} created, {done.changed:,} changed,"
            f" {done.unchanged:,} unchanged"
        )
    if dry_run:
        click.echo("This was a dry run: nothing was kept.")
    return 0
