"""The reference names every verb with its words, every role, event, question and slot.

`python -m tests.contracts.test_reference` writes it anew.
"""

import re
import sys

import click
import pytest

from core.access.lines import ADMIN
from core.cli.main import VERBS, verbs
from core.config import ROOT
from core.i18n import speaking
from core.modules.checks import checked
from core.modules.discovery import discover
from core.modules.events import Event, Hook
from core.modules.slots import PLACES
from core.web.app import KERNEL

FILE = ROOT / "docs/reference.md"
BEGIN = """# Reference

What the command line takes, and what the core and the addons of the tree declare. This page is
written by `python -m tests.contracts.test_reference`, and the suite compares. The names of
`core.api` stand in [addons.md](addons.md), the API in [api.md](api.md), the settings in
[operations.md](operations.md).
"""


def commands():
    """(words, command) of everything that can be called."""
    found = []
    with click.Context(verbs) as context:
        for name in VERBS:
            command = verbs.get_command(context, name)
            if isinstance(command, click.Group):
                found += [(f"{name} {word}", each) for word, each in command.commands.items()]
            else:
                found.append((name, command))
    return found


def usage(words, command):
    """The words of a verb as they are typed: `addon enable NAME`."""
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    with click.Context(command, info_name=words) as context:
        return " ".join([words, *(each.make_metavar(context) for each in arguments)])


def options(command):
    return [p for p in command.params if isinstance(p, click.Option) and not p.hidden]


def said_of_verbs():
    yield "## Verbs\n\n`python3 run.py VERB`; before the verb stand:\n"
    yield from map(said_of_option, options(verbs))
    for words, command in commands():
        yield f"\n### `{usage(words, command)}`\n\n{' '.join((command.help or '').split())}\n"
        yield from map(said_of_option, options(command))


def said_of_option(option):
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    return f"- {names}: {' '.join((option.help or '').split())}"


def registry():
    found = discover()
    return checked(found, found.manifests, KERNEL)


def said_of_roles(declared):
    yield "\n## Roles\n\n| Role | What it is | Implies |\n|---|---|---|"
    for role in sorted(declared.roles, key=lambda role: role.name):
        implied = ", ".join(f"`{each.name}`" for each in role.implies)
        yield f"| `{role.name}` | {role.title} | {implied or '–'} |"


def named(declared, kind):
    """{addon.word: what is declared} in the modules of the addons."""
    found = {}
    for module_name, module in sorted(sys.modules.items()):
        path = module_name.split(".")
        if path[0] == "addons" and len(path) == 3 and path[1] in declared.addons:
            for word, value in vars(module).items():
                if isinstance(value, kind) and value in declared.all_of(kind):
                    found.setdefault(value, f"{path[1]}.{word}")
    return {name: value for value, name in found.items()}


def said_of_events(declared):
    yield "\n## Events\n"
    yield "Of every model `created`, `updated`, `archived` and `restored` are sent.\n"
    yield "| Event | When | With |\n|---|---|---|"
    for name, event in sorted(named(declared, Event).items()):
        given = ", ".join(f"`{n}`: {kind.__name__}" for n, kind in event.signature.items())
        yield f"| `{name}` | {event.text} | {given} |"
    questions = sorted(declared.all_of(Hook), key=lambda hook: hook.name)
    yield "\n## Questions\n"
    yield "\n".join(f"- `{hook.name}`" for hook in questions) or "The addons of the tree ask none."


def page():
    declared = registry()
    with speaking("en"):
        lines = [*said_of_verbs(), *said_of_roles(declared), *said_of_events(declared)]
    return re.sub(r"\n{3,}", "\n\n", BEGIN + "\n" + "\n".join(lines) + "\n")


def test_the_reference_says_what_the_code_does():
    assert FILE.read_text("utf-8") == page(), "run `python -m tests.contracts.test_reference`"


@pytest.mark.parametrize(("words", "command"), commands(), ids=lambda value: str(value))
def test_every_verb_and_every_word_of_it_is_explained(words, command):
    assert words == "test" or (command.help or "").strip().endswith(".")
    assert [option.name for option in options(command) if not option.help] == []


def test_every_verb_is_told_of_in_the_guides():
    guides = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    told = "\n".join(file.read_text("utf-8") for file in guides if file != FILE)
    assert [name for name in VERBS if not re.search(rf"`(?:python3 run\.py )?{name}\b", told)] == []


def test_roles_events_and_slots_are_explained():
    declared = registry()
    assert ADMIN in {role.name for role in declared.roles}
    assert [name for name, event in named(declared, Event).items() if not event.text] == []
    assert len(named(declared, Event)) == len(declared.all_of(Event))
    table = (ROOT / "docs/addons.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z.]+)` \| .* \| .* \|$", table, re.MULTILINE)) == {*PLACES}


if __name__ == "__main__":
    FILE.write_text(page(), "utf-8")
