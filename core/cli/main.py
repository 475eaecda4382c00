"""Turn the words after run.py into a verb and run it; a verb's module loads when it is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from core.errors import KarvonError
from core.i18n import LANGUAGES, speaking

# Each module holds `command`, a click.Command. The sentence stands here so that the list of
# verbs loads none of them.
VERBS = {
    "demo": ("core.cli.demo", "Make the demo company and serve it."),
    "serve": ("core.cli.serve", "Serve by config.ini."),
    "migrate": ("core.cli.migrate", "Make or upgrade the database."),
    "addon": ("core.cli.addon", "List, enable, disable, check, translate and make addons."),
    "import": ("core.cli.importing", "Import records from files."),
    "export": ("core.cli.exporting", "Export the records of a model into a file."),
    "person": ("core.cli.person", "Hand out, or erase, what is held of a person."),
    "user": ("core.cli.user", "Make, list and disable users; passwords and tokens."),
    "worker": ("core.cli.worker", "Do the work that waits outside requests."),
    "mail": ("core.cli.mail", "Take in one mail from the standard input."),
    "backup": ("core.cli.backup", "Write the whole instance into one file."),
    "restore": ("core.cli.restore", "Make an instance anew from a backup."),
    "shell": ("core.cli.shell", "Open Python inside the instance."),
    "doctor": ("core.cli.doctor", "Look the instance over: 1 when something is wrong."),
    "bench": ("core.cli.bench", "Measure the figures that must stay fast."),
    "test": ("core.cli.test", "Run the test suite; all words go to pytest."),
}


@dataclass(frozen=True)
class Options:
    """What stands before the verb: which instance, and the language to speak."""

    config: Path | None
    language: str


class Verbs(click.Group):
    """The verbs, by name; a group of click that imports a verb only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command = import_module(VERBS[cmd_name][0]).command
        assert isinstance(command, click.Command)  # noqa: S101 - holds by the contract test
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb, and say why it was refused, in the language that stands before it."""
        with speaking(ctx.params["lang"]):
            try:
                return super().invoke(ctx)
            except KarvonError as error:
                click.echo(str(error), err=True)
                return 1

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS:
            ctx.fail(f"There is no verb {args[0]!r}; the verbs are {', '.join(VERBS)}.")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in VERBS.items()])


@click.group(
    cls=Verbs,
    subcommand_metavar="VERB [WORDS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The instance's settings; without it config.ini.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", help="The language to speak.")
@click.pass_context
def verbs(ctx: click.Context, config: Path | None, lang: str) -> None:
    """Karvon: a modular ERP and CRM."""
    ctx.obj = Options(config, lang)


def main(argv: Sequence[str]) -> int:
    """Run one verb and give the exit status: 0 only on success, 1 refused, 2 misspelt."""
    try:
        status: Any = verbs.main(list(argv), prog_name="run.py", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help_text:
        help_text.show()
        return 2
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except OSError as error:
        if error.filename is None:
            raise
        reason = f"{error.filename} cannot be used ({error.strerror})"
        click.echo(f"{reason}: name another place, or make this one ready.", err=True)
        return 1
    return status if isinstance(status, int) else 0
