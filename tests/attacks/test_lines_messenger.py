"""The server as a messenger: papers fetch nothing, and no address leads into our own network."""

import pytest

from core.background import http as client
from core.background.reachable import use_http
from core.config import Http
from core.errors import UserError
from core.modules.registry import full_name
from core.paper.limits import Limits
from core.paper.printer import Printer
from core.paper.wire import Paper
from tests.attacks.addresses import addresses
from tests.attacks.answers import said
from tests.attacks.reading import PAPERS
from tests.attacks.ruling import ADMIN
from tests.attacks.sending import unchanged
from tests.attacks.test_messenger import INSIDE
from tests.paper.conftest import reader_of, text_of

SECRET = "SECRET-WORD"
NAMES = ("localhost", "LOCALHOST.")


@pytest.fixture(scope="module")
def printer(tmp_path_factory):
    made = Printer(tmp_path_factory.mktemp("paper") / "run", Limits(cpu=1, wall=10, megabytes=256))
    yield made
    made.stop()


def fetching(file):
    """A template that asks for a file of the server in every way, and for another server."""
    return f"""<link rel=attachment href="file://{file}">
    <link rel=stylesheet href="file://{file}"><style>@import "file://{file}";
    @font-face {{ font-family: x; src: url(file://{file}) }}</style>
    <a rel=attachment href="file://{file}">x</a><a rel=attachment href="data:,{SECRET}">y</a>
    <img src="http://127.0.0.1:9/x.png"><object data="file://{file}"></object><p>ok"""


def papers(target):
    """Every paper of an own record of every screen."""
    for address in (each for each in addresses(target) if each.does in PAPERS):
        for path in address.at(target.ids(address.model, "own")[0]):
            answer = target.get(ADMIN, path)
            if answer.status_code == 200:
                yield answer.get_data()


def test_attack_34_a_paper_fetches_nothing(target, printer, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    source = {"t.html": fetching(secret)}
    body = printer.print(Paper("t.html", source, {}, created="2026-01-01T00:00:00Z"))
    assert "ok" in text_of(body)

    def printed(here):
        for each in (body, *papers(here)):
            if list(reader_of(each).attachments) or b"EmbeddedFile" in each:
                yield "a paper carries a file"
            if SECRET in text_of(each):
                yield "a paper tells what a file of the server holds"

    assert target.holes(printed) == []


def test_attack_35_no_address_leads_into_our_own_network(target):
    use_http(Http())
    event = f"{full_name(target.views[-1].model)} created"

    def sent(here):
        for host in INSIDE:
            url = f"http://{host}:9/"
            for ask in (client.get, client.check_url):
                with pytest.raises(UserError, match="within this network"):
                    ask(url)
            forms = {
                "/webhooks/new": {"title": "A", "events": [event], "url": url, "conditions": ""},
                "/studio/rule/new": {
                    **{"name": "A", "records": "contacts.contact", "event": "created"},
                    **{"actions-lines": "1", "actions-0-kind": "webhook"},
                    **{"actions-0-to": "author", "actions-0-subject": url, "actions-0-text": "x"},
                },
            }
            if host in NAMES:  # which is looked up when the rule calls it, out of a transaction
                del forms["/studio/rule/new"]
            for path, form in forms.items():
                form["user"] = str(here.people[ADMIN])
                answers = []

                def send(path=path, form=form, answers=answers):
                    answers.append(here.send(ADMIN, "POST", path, data=form))

                yield from unchanged(here, f"{url} at {path}", send)
                if answers[0].status_code != 422 or "root:" in said(answers[0]):
                    yield f"{path} takes {url}: {answers[0].status_code}"

    assert target.holes(sent) == []
