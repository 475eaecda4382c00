"""The verb person: hands out all that is held of somebody as one file, or erases it."""

import sys
from pathlib import Path

import click

from core.cli.main import Options
from core.cli.opening import opened
from core.data.model import Model
from core.errors import UserError
from core.i18n import _
from core.modules.registry import Registry
from core.personal.archive import write_archive
from core.personal.declared import has_people, models_of_people
from core.personal.erasing import erase, preview
from core.personal.handing import tell_handed_out
from core.personal.outside import out_of_reach
from core.personal.person import Person


@click.group("person")
def command() -> None:
    """Hand out, or erase, what is held of a person."""


@command.command("export")
@click.argument("model")
@click.argument("number", metavar="ID", type=int)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def export(options: Options, model: str, number: int, file: Path) -> None:
    """Write all that is held of the record ID of ADDON.MODEL into the zip FILE."""
    with opened(options) as instance, instance.acting("person") as registry:
        record = _found(registry, model, number)
        with file.open("wb") as to:
            file.chmod(0o600)
            write_archive(Person(record), to)
        tell_handed_out(record)
    click.echo(str(file))


@command.command("erase")
@click.argument("model")
@click.argument("number", metavar="ID", type=int)
@click.option("--reason", required=True, help="Why: the history keeps it. Do not name the person.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase_person(options: Options, model: str, number: int, reason: str, yes: bool) -> int:
    """Erase the personal values of the record ID of ADDON.MODEL, for good; its row stays."""
    with opened(options) as instance, instance.acting("person") as registry:
        record = _found(registry, model, number)
        shown = preview(record)
        for title, count in shown.held:
            print(f"{count:>10}  {title}")
        for kept in (*shown.kept, *out_of_reach(instance.settings.paths.var, record)):
            print(f"{kept.count:>10}  {_('stays')}: {kept.title}. {kept.why}")
        asked = f"Erase all of this of {model} {number} for good?"
        if not yes and not (sys.stdin.isatty() and click.confirm(asked)):
            click.echo(f"Nothing was changed; say --yes to erase {model} {number}.", err=True)
            return 1
        erase(record, reason)
    print(f"Erased {model} {number}.")
    return 0


def _found(registry: Registry, name: str, number: int) -> Model:
    model = registry.model(name)
    if not has_people(model):
        known = ", ".join(sorted(n for n, m in registry.by_name.items() if m in models_of_people()))
        raise UserError(_("%(name)s holds no people; these do: %(known)s.", name=name, known=known))
    record: Model | None = model.get_or_none(model.id == number)
    if record is None:
        raise UserError(_("There is no %(name)s %(number)s.", name=name, number=number))
    return record
