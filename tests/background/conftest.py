"""An addon with jobs of every kind, on both databases."""

import pytest

from core.data.actor import system
from core.modules import lifecycle
from core.modules.registry import using

JOBS = """
from addons.contacts.models import Contact
from core.background.jobs.running import progress
from core.api import job
from core.data.actor import current_actor
from core.errors import UserError
from core.i18n import current_language

seen = []

@job()
def note(word):
    actor = current_actor()
    seen.append((word, actor.name, actor.is_system, current_language()))
    return {"word": word}

@job(attempts=3)
def stumble():
    seen.append("stumbled")
    raise ValueError("a stone")

@job(attempts=3)
def refuse():
    raise UserError("Give it a name first.")

@job(key=lambda name: "add " + name)
def add(name):
    Contact.create(name=name)

@job(key="half")
def half():
    Contact.create(name="Half done")
    raise ValueError("a stone")

@job()
def long():
    progress(1, 3, "one")
    seen.append("went on")

@job(every="5 minutes")
def tick():
    seen.append(("tick", current_actor().reason))

@job(at="09:00")
def morning():
    seen.append("morning")
"""


class Works:
    """The functions of the addon, and what they saw."""

    def __init__(self, registry, name):
        self.registry = registry
        self.name = name
        marked = [each for each in registry.marked if each.name.startswith(f"{name}.")]
        vars(self).update(vars_of := marked[0].function.__globals__)
        self.seen = vars_of["seen"]


@pytest.fixture
def works(instance, open_at, write_addon, addon_folder, migrated_url):
    name = write_addon("works", depends=("contacts",), jobs=JOBS)
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    lifecycle.enable(opened.found(), name)
    with using(opened.registry()) as registry, system("a test"):
        assert registry.broken == {}
        made = Works(registry, name)
        made.instance = opened
        yield made
