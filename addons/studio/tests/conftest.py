"""What the tests of the studio share: designers, the fields and rules that they make."""

import re
from functools import partial

import pytest

from core.access.accounts import create_token
from core.data.actor import system
from core.modules.registry import using

TEXT = {"name": "Mijoz kodi", "records": "contacts.contact", "kind": "text"}
RULE = {"name": "Yangi mijoz", "records": "contacts.contact", "event": "created"}
LINES = ("watched", "conditions", "actions")


@pytest.fixture
def design(as_role, instance, browser_of):
    """Make fields by the form; answers a browser of an app that knows them."""
    designer = as_role("studio.designer", "contacts.manager")

    def make(**values):
        answer = designer.post("/studio/custom_field/new", {**TEXT, **values})
        assert answer.status_code == 303, alerts(answer)
        return browser_of(instance, "contacts.manager", "studio.designer")

    make.designer = designer
    return make


@pytest.fixture
def automate(as_role, instance, browser_of):
    """Make rules by the form, lines as `actions=[{…}]`; answers a browser of an app that hears."""
    designer = as_role("studio.designer", "contacts.manager")

    def make(by=designer, **values):
        answer = by.post("/studio/rule/new", form_of({**RULE, **values}))
        assert answer.status_code == 303, alerts(answer)
        make.url = answer.location
        return browser_of(instance, "contacts.manager")

    make.designer = designer
    return make


def alerts(answer):
    """What a page says that went wrong."""
    return re.findall(r'role="alert"[^>]*>(.*)', answer.text)


def form_of(values):
    """A form with lines as a browser sends it."""
    sent = {f"{part}-lines": "1" for part in LINES}
    for name, value in values.items():
        if name not in LINES:
            sent[name] = value
            continue
        for number, line in enumerate(value):
            sent |= {f"{name}-{number}-{inner}": text for inner, text in line.items()}
    return sent


@pytest.fixture
def work(instance, run_jobs):
    """Make `work()`: do the jobs that wait, with the addons as they are declared now."""

    def do():
        with using(instance.registry()), system("a test works"):
            return run_jobs()

    return do


@pytest.fixture
def program_of(instance, browser_of):
    """Make `program_of("contacts.manager")`: what sends requests with a token of a new user."""

    def make(*roles):
        browser = browser_of(instance, *roles)
        with using(instance.registry()), system("a test makes a token"):
            return partial(browser.as_program, create_token(browser.user))

    return make


@pytest.fixture
def rule_form():
    """Make `rule_form({…})`: what a browser sends for a rule that is like ours but for that."""
    return lambda other: form_of({**RULE, **other})
