"""The verb addon: lists, enables, disables, purges, checks, translates and makes addons."""

import json
import sys
from pathlib import Path

import click

from core.background.files.kept import AllKept
from core.catalogues import CORE, missing, update
from core.cli.main import Options
from core.cli.opening import opened
from core.config import ROOT, load_settings
from core.errors import KarvonError
from core.i18n import _
from core.modules import lifecycle, purging, updates
from core.modules.checks import check_addon, checked, untranslated
from core.modules.discovery import discover
from core.modules.lifecycle import Status
from core.modules.scaffold import make_addon
from core.modules.wheels import make_wheel
from core.web.app import KERNEL
from core.web.checks import faults_declared, what_it_adds
from core.web.instance import Instance
from core.web.trial import faults_of_tables

SHOWN = ("name", "title", "version", "state", "depends", "dependents", "error")


@click.group("addon")
def command() -> None:
    """List, enable, disable, check, translate and make addons."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON list and nothing else.")
@click.pass_obj
def list_addons(options: Options, as_json: bool) -> None:
    """List every addon that lies in the folders or was installed once, with its state."""
    with opened(options) as instance:
        statuses = _statuses(instance)
    if as_json:
        shown = [{key: getattr(status, key) for key in SHOWN} for status in statuses]
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for status in statuses:
        reason = f"  {status.error}" if status.error else ""
        print(f"{status.name:<16} {status.version:<8} {status.state:<15} {status.title}{reason}")


def _statuses(instance: Instance) -> list[Status]:
    instance.require_migrated()
    return lifecycle.statuses(instance.found(), instance.registry().broken)


@command.command()
@click.argument("name")
@click.pass_obj
def enable(options: Options, name: str) -> None:
    """Switch NAME on, and what it needs; running servers follow with their next request."""
    with opened(options) as instance, instance.acting("cli"):
        changed = lifecycle.enable(instance.found(), name)
    print(f"Enabled: {', '.join(changed)}." if changed else f"{name} is enabled already.")


@command.command()
@click.argument("name")
@click.option("--with-dependents", is_flag=True, help="Switch off, too, what needs it.")
@click.pass_obj
def disable(options: Options, name: str, with_dependents: bool) -> None:
    """Switch NAME off; every row stays."""
    with opened(options) as instance, instance.acting("cli"):
        changed = lifecycle.disable(instance.found(), name, with_dependents)
    print(f"Disabled: {', '.join(changed)}." if changed else f"{name} is not enabled.")


@command.command()
@click.argument("name")
@click.argument("migration")
@click.pass_obj
def downgrade(options: Options, name: str, migration: str) -> None:
    """Undo what NAME's migrations did after MIGRATION, so that an older folder fits its tables."""
    with opened(options) as instance, instance.acting("cli"):
        undone = updates.downgrade(instance.found(), instance.settings.paths.var, name, migration)
    for each in undone:
        print(f"Undone: {each}")
    print(f"Put the older folder of {name} in its place, then run `python3 run.py migrate`.")


@command.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def purge(options: Options, name: str, yes: bool) -> int:
    """Take NAME out of the database, into one archive that `addon restore` brings back."""
    with opened(options) as instance, instance.acting("cli"):
        found = instance.found()
        for title, rows in purging.kept(found, name).counts():
            print(f"{rows:>10}  {title}")
        if not yes and not (sys.stdin.isatty() and click.confirm(f"Purge all of {name}?")):
            click.echo(f"Nothing was changed; say --yes to purge {name}.", err=True)
            return 1
        archive = purging.purge(found, instance.settings.paths.var, name, AllKept())
    print(f"Purged {name}; bring it back: python3 run.py addon restore {archive}")
    return 0


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def restore(options: Options, file: Path) -> None:
    """Install the addon of the archive FILE anew, with every row that it had."""
    with opened(options) as instance, instance.acting("cli"):
        name = purging.restore(instance.found(), instance.settings.paths.var, file, AllKept())
    print(f"Restored {name}; switch it on: python3 run.py addon enable {name}")


@command.command()
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=ROOT / "addons",
    help="Another folder than addons/; name it in [addons] path.",
)
@click.pass_obj
def new(options: Options, name: str, into: Path) -> None:
    """Make the addon NAME, which works as it is: a model with its list, roles, texts and tests."""
    found = discover((*load_settings(options.config).addons.path, into.resolve()))
    folder = make_addon(name, into, found)
    print(f"Made {folder}; switch it on: python3 run.py addon enable {name}")


@command.command()
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def check(options: Options, path: Path | None) -> int:
    """Check the addon in the folder PATH, or every one, for what would go wrong later."""
    folders = load_settings(options.config).addons.path
    found = discover((*folders, path.resolve().parent) if path else folders)
    names = [path.resolve().name] if path else [*found.manifests, *found.broken]
    faults = [
        fault for name in names for fault in check_addon(found, name, KERNEL, faults_declared)
    ]
    registry = checked(found, names, KERNEL)
    for name in [name for name in names if name in registry.addons]:
        faults += faults_of_tables(found, name, checked(found, [name], KERNEL))
    faults += found.unused
    for said in (*faults, *untranslated(found, names)):
        click.echo(said, err=True)
    for line in (line for name in sorted(names) for line in what_it_adds(registry, name)):
        print(line)
    if not faults:
        print(f"Nothing is wrong with {', '.join(sorted(names))}.")
    return 1 if faults else 0


@command.command()
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("dist"),
    help="The folder for the wheel, by default dist/.",
)
@click.pass_obj
def wheel(options: Options, name: str, into: Path) -> None:
    """Pack NAME into a wheel: pip installs it, and Karvon finds it by its entry point."""
    found = discover(load_settings(options.config).addons.path)
    lifecycle.require_sound(found, name)
    print(make_wheel(found.manifests[name], into))


@command.command()
@click.argument("name")
@click.pass_obj
def translate(options: Options, name: str) -> None:
    """Bring the catalogues of NAME up to date: new texts empty, gone ones out; core is one too."""
    found = discover(load_settings(options.config).addons.path)
    if name != "core" and name not in found.manifests:
        known = ", ".join(["core", *sorted(found.manifests)])
        unknown = _("There is no addon %(name)s; there are %(known)s.", name=name, known=known)
        raise KarvonError(found.broken.get(name) or unknown)
    folder = CORE if name == "core" else found.manifests[name].path
    for file in update(folder):
        print(f"Changed {file}")
    for language, texts in missing(folder).items():
        print(f"{language}: {len(texts)} texts wait to be translated")
