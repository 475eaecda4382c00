"""Scripts, templates, SQL and formulas in what people write: shown as text, or refused."""

import logging

import pytest

from core.access.models import User
from core.background.jobs.models import Job
from core.background.mail.sending import send_mail
from core.data.actor import system
from core.exchange.uploads.models import Upload
from core.paper.faults import PaperError
from core.paper.limits import Limits
from core.paper.printer import Printer
from core.paper.wire import Paper
from tests.attacks import filing, injecting
from tests.attacks.ruling import ADMIN
from tests.attacks.target import BOOKS, SESSIONS

READING = "core.exchange.uploads.jobs.read_upload"


@pytest.fixture(scope="module")
def printer(tmp_path_factory):
    """A render server that lets no paper take more than a second of work."""
    made = Printer(tmp_path_factory.mktemp("paper") / "run", Limits(cpu=1, wall=10, megabytes=256))
    yield made
    made.stop()


def printed(printer, source):
    data = {"record": {"name": "Bahor"}}
    paper = Paper("t.html", {"t.html": source}, data, created="2026-01-01T00:00:00Z")
    try:
        return printer.print(paper)
    except PaperError:
        return b""


def papers(printer, sources):
    """A check: which of these templates are printed."""

    def check(_target):
        for source in sources:
            if printed(printer, source):
                yield f"{source} is printed"
        if not printed(printer, "<p>{{ record.name }}"):
            yield "the server prints nothing any more"

    return check


def test_attack_25_script_in_a_text_is_shown_and_never_run(target, outbox, run_jobs):
    made = injecting.poisoned(target, injecting.SCRIPT)
    assert target.holes(lambda here: injecting.line_25(here, made), BOOKS) == []
    assert list(injecting.line_25_toasts(target, made)) == []
    with system("a test sends a mail"):
        User.update(email="a@example.uz").where(User.id == target.people[ADMIN]).execute()
        send_mail(User.get_by_id(target.people[ADMIN]), "A", injecting.SCRIPT)
    run_jobs()
    assert not injecting.LIVE.search(outbox.text("html"))
    assert "&lt;script&gt;" in outbox.text("html")


def test_attack_26_formatted_texts_are_stripped(target):
    assert list(injecting.line_26(target)) == []


def test_attack_27_a_template_that_reaches_too_far_is_an_error(target, printer):
    texts = injecting.TEMPLATES
    assert target.holes(lambda here: injecting.templates_refused(here, texts)) == []
    assert target.holes(papers(printer, texts)) == []


def test_attack_28_a_template_calls_no_method(target, printer):
    texts = injecting.METHODS
    assert target.holes(lambda here: injecting.templates_refused(here, texts)) == []
    assert target.holes(papers(printer, (*texts, *injecting.UNDEFINED))) == []


def test_attack_29_a_template_without_an_end_ends_alone(target, printer):
    texts = injecting.BOMBS
    assert target.holes(lambda here: injecting.templates_refused(here, texts)) == []
    assert target.holes(papers(printer, (*texts, "{{ 'a' * 10 ** 11 }}"))) == []


def test_attack_30_signs_of_sql_are_refused_or_plain_text(target):
    assert target.holes(injecting.line_30, BOOKS) == []


def test_attack_31_no_cell_of_a_file_is_computed(target):
    injecting.poisoned(target, *injecting.FORMULAS)
    assert target.holes(injecting.line_31, BOOKS) == []


def test_attack_32_files_that_explode_are_refused_and_long_ones_are_jobs(target):
    assert target.holes(filing.line_32, filing.CONTENTS) == []
    view = next(view for view in target.views if view.list_url == "/contacts/contact/")
    rows = "".join(f"Mijoz {number}\n" for number in range(600_000))
    answer = filing.post_file(
        target, ADMIN, f"{view.list_url}import", "a.csv", f"Name\n{rows}".encode()
    )
    assert answer.status_code == 303
    upload = Upload.select().order_by(Upload.id.desc()).first()
    assert answer.headers["Location"].endswith(f"/{upload.id}")
    assert upload.rows == 0  # which a job will count
    assert Job.select().where(Job.name == READING).count() == 1


def test_attack_33_a_line_of_the_log_cannot_be_forged(target, caplog):
    caplog.set_level(logging.DEBUG)
    evil = "%0d%0aERROR admin logged in%1b[2J"

    def sent(here):
        for path in (f"/x{evil}", f"/apps/x{evil}/disable", f"/contacts/contact/?search={evil}"):
            here.get(ADMIN, path, headers={"User-Agent": "a\tb", "Referer": f"/{evil}"})
        said = [record.getMessage() for record in caplog.records if "karvon" in record.name]
        for line in said:
            if not line.isprintable():
                yield f"the log holds {line!r}"

    assert target.holes(sent, SESSIONS) == []
