"""Papers of records: what stands on them, who may print, and what stops a broken template."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.data.database import transaction
from core.errors import KarvonError
from core.paper.faults import PaperError
from tests.paper.conftest import paper, reader_of, text_of

SHEET = "/contacts/contact/{id}/print/sheet.pdf"


def test_the_same_paper_gives_the_same_bytes(printer):
    one = paper("<p>{{ a }}", {"a": "Oʻzbekiston ‘ўқғҳ’"})
    assert printer.print(one) == printer.print(one)


@pytest.mark.attack(27)
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x\n{{ order.foo }}", "t.html, line 2: there is no order.foo."),
        ("{{ nobody }}", "t.html, line 1: there is no nobody."),
        ("{{ order.name.__class__.__mro__ }}", "there is no order.name.__class__."),
        ("{{ ''['__class__'] }}", "there is no"),
        ("{{ order|attr('__class__') }}", "no valid template"),
        ("{{ self.__init__.__globals__ }}", "t.html, line 1"),
        ("{{ range.__globals__ }}", "t.html, line 1"),
        ("{{ '{0.__class__}'.format(order) }}", "there is no"),
        ("{% include '/etc/passwd' %}", "there is no template /etc/passwd."),
        ("{% if %}", "t.html, line 1: this is no valid template"),
        ("{{ 1 / 0 }}", "line 1: this cannot be printed"),
    ],
)
def test_a_template_that_reaches_too_far_gets_one_sentence(printer, source, said):
    with pytest.raises(PaperError) as error:
        printer.print(paper(source, {"order": {"name": "A"}}))
    assert said in str(error.value)


@pytest.mark.attack(28)
@pytest.mark.parametrize("call", ["delete_instance()", "select()", "password_hash", "pop('name')"])
def test_data_has_no_methods(printer, call):
    with pytest.raises(PaperError, match=r"there is no order\."):
        printer.print(paper("{{ order." + call + " }}", {"order": {"name": "A"}}))


@pytest.mark.attack(29)
@pytest.mark.parametrize(
    ("bomb", "said"),
    [
        ("{{ 9 ** (9 ** 9) }}", "takes too long"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "long"),
        ("{{ 'a' * 10 ** 11 }}", "too much memory"),
        ("{{ 'a'|center(10 ** 10) }}", "too much memory"),
    ],
)
def test_a_bomb_goes_off_alone(printer, bomb, said):
    with pytest.raises(PaperError, match=said):
        printer.print(paper(bomb))
    assert printer.print(paper("<p>ok")).startswith(b"%PDF")


@pytest.mark.attack(34)
def test_a_paper_fetches_nothing(printer, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET-WORD")
    source = f"""<link rel=attachment href="file://{secret}">
    <link rel=stylesheet href="file://{secret}">
    <style>@import "file://{secret}";
    @font-face {{ font-family: x; src: url(file://{secret}) }}</style>
    <a rel=attachment href="file://{secret}">x</a><a rel=attachment href="data:,SECRET-WORD">y</a>
    <img src="http://127.0.0.1:9/x.png"><object data="file://{secret}"></object><p>ok"""
    body = printer.print(paper(source))
    reader = reader_of(body)
    assert "ok" in text_of(body)
    assert list(reader.attachments) == []
    assert b"EmbeddedFile" not in body
    assert "SECRET-WORD" not in text_of(body)


def test_a_killed_server_is_started_again(printer):
    printer.print(paper("<p>ok"))
    printer.server.kill()
    assert printer.print(paper("<p>again")).startswith(b"%PDF")


def test_eight_papers_are_printed_at_once(printer):
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda n: printer.print(paper(f"<p>paper {n}")), range(8)))
    assert [text_of(body).strip() for body in bodies] == [f"paper {n}" for n in range(8)]


def test_nothing_is_printed_within_a_transaction(working, printer):
    with transaction(), pytest.raises(KarvonError, match="outside"):
        printer.print(paper("x"))


@pytest.mark.requirement("S8")
def test_a_sheet_says_what_the_page_says(contact, as_role):
    manager = as_role("contacts.manager")
    answer = manager.get(SHEET.format(id=contact.id))
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    text = text_of(answer.data)
    for word in ("Bahor Market", "Buxoro", "+998 90 123 45 01", "bahor@example.uz", "Ulgurji"):
        assert word in text
    assert SHEET.format(id=contact.id) in manager.get(f"/contacts/contact/{contact.id}").text


@pytest.mark.parametrize(
    ("language", "word"),
    [("uz", "Shahar"), ("uz-Cyrl", "Шаҳар"), ("ru", "Город"), ("en", "City")],
)
def test_a_sheet_speaks_the_language_of_its_reader(contact, as_role, language, word):
    answer = as_role("contacts.manager", language=language).get(SHEET.format(id=contact.id))
    assert word in text_of(answer.data)


@pytest.mark.attack(9)
@pytest.mark.parametrize("name", ["sheet", "contacts.letter"])
def test_a_foreign_record_is_not_printed(contact, as_role, name):
    answer = as_role("contacts.own").get(f"/contacts/contact/{contact.id}/print/{name}.pdf")
    never = as_role("contacts.own").get(f"/contacts/contact/999999/print/{name}.pdf")
    assert answer.status_code == never.status_code == 404


def test_a_document_that_nobody_declared_is_not_there(contact, as_role):
    answer = as_role("contacts.manager").get(f"/contacts/contact/{contact.id}/print/x.y.pdf")
    assert answer.status_code == 404
