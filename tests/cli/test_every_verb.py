"""Every verb that run.py lists can be called."""

import click
import pytest

from core.cli.main import VERBS, verbs


@pytest.mark.parametrize("name", VERBS)
def test_a_listed_verb_loads_and_explains_itself(name):
    with click.Context(verbs) as context:
        command = verbs.get_command(context, name)
    assert isinstance(command, click.Command)
    assert command.name == name
    assert name == "test" or (command.help or "").strip().endswith(".")
