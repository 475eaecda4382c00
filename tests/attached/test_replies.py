"""Answers to our mails: a comment of whoever got the mail, once, and of nobody else."""

import os
import subprocess
import sys
import time
from email.message import EmailMessage

import pytest

from core.access.models import User, UserRole
from core.attached.models import Comment
from core.attached.replies import LARGEST, said_in, take_in
from core.background import choices
from core.background.mail.models import Letter
from core.background.notices import notify
from core.config import ROOT, without_instance
from core.errors import UserError
from core.testing.ports import HOST, free_port

ADDRESS = "Dilnoza@example.uz"


@pytest.fixture
def reader(working, as_role, outbox, run_jobs):
    """A user who got a mail about a contact."""
    browser = as_role("contacts.manager")
    User.update(email=ADDRESS).where(User.id == browser.user.id).execute()
    contact = working.model("contacts.contact").create(name="Bahor Market")
    choices.choose(browser.user.id, {("core.told", "mail")})
    notify(browser.user, "Look", contact)
    run_jobs()
    browser.contact = contact
    browser.got = outbox.mails[0]["Message-ID"]
    return browser


def answer(reader, text="Koʻrdim", sender=ADDRESS, id="<1@example.uz>", **headers):
    lines = {"From": sender, "Message_ID": id, "In_Reply_To": reader.got, **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in lines.items())
    kind = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    return f"{head}{kind}\n{text}".encode()


def comments():
    return list(Comment.select(Comment.author, Comment.record, Comment.text).tuples())


def test_an_answer_becomes_a_comment_of_its_sender_once(reader):
    raw = answer(reader, "Koʻrdim.\n\nOn Monday Karvon\n<k@example.uz> wrote:\n> Look\n")
    assert take_in(raw) is True
    assert take_in(raw) is False
    assert comments() == [(reader.user.id, reader.contact.id, "Koʻrdim.")]


def test_an_answer_in_a_long_thread_finds_its_record(reader):
    raw = answer(reader, In_Reply_To="<9@example.uz>", References=f"{reader.got} <9@example.uz>")
    assert take_in(raw) is True
    assert [text for _user, _record, text in comments()] == ["Koʻrdim"]


@pytest.mark.parametrize(
    "headers",
    [
        {"sender": "botir@example.uz"},
        {"sender": f"{ADDRESS}, botir@example.uz"},
        {"In_Reply_To": "<guessed@127.0.0.1>"},
        {"In_Reply_To": ""},
    ],
)
def test_an_answer_of_somebody_else_is_refused(reader, headers):
    with pytest.raises(UserError):
        take_in(answer(reader, **headers))
    assert comments() == []
    assert Letter.select().count() == 1


def test_whoever_may_not_see_the_record_any_more_cannot_answer(reader):
    UserRole.delete().where(UserRole.user == reader.user.id).execute()
    with pytest.raises(UserError, match="gone"):
        take_in(answer(reader))
    User.update(is_active=False).where(User.id == reader.user.id).execute()
    with pytest.raises(UserError):
        take_in(answer(reader))
    assert comments() == []


def test_machines_do_not_talk_to_each_other(reader):
    assert take_in(answer(reader, Auto_Submitted="auto-replied")) is False
    assert comments() == []


@pytest.mark.parametrize("raw", [b"", b"\0\xff", b"From: \n\n", b"x" * (LARGEST + 1)])
def test_what_is_no_mail_of_ours_is_refused_in_a_sentence(reader, raw):
    with pytest.raises(UserError):
        take_in(raw)
    assert comments() == []


def test_a_page_becomes_text(reader):
    raw = answer(reader, "<p>Ha &amp; <b>yoʻq</b></p><script>x()</script>")
    assert take_in(raw.replace(b"text/plain", b"text/html")) is True
    assert [text for _user, _record, text in comments()] == ["Ha & yoʻq"]


def test_the_verb_takes_a_mail_from_its_standard_input(reader, migrated_url, tmp_path):
    instance = {"KARVON_DATABASE__URL": migrated_url, "KARVON_PATHS__VAR": str(tmp_path)}
    environ = {**without_instance(os.environ), **instance}
    words = [sys.executable, "-m", "core.cli", "mail"]
    for said in ("The comment is written.\n", "Nothing to do.\n"):
        done = subprocess.run(
            words, input=answer(reader), env=environ, cwd=ROOT, capture_output=True, check=False
        )
        assert (done.stderr.decode(), done.stdout.decode()) == ("", said)
    assert [text for _user, _record, text in comments()] == ["Koʻrdim"]
    refused = subprocess.run(
        words,
        input=answer(reader, sender="a@b.uz", id="<2@b.uz>"),
        env=environ,
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert refused.returncode == 65
    assert "another address" in refused.stderr.decode()


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://nobody@{HOST}:%s/away",
        "sqlite:////nowhere/at/all.db",
        "sqlite:///<var>/empty.db",
    ],
)
def test_a_mail_is_kept_by_the_mail_server_while_the_database_cannot_take_it(empty_shell, url):
    done = empty_shell.run("mail", KARVON_DATABASE__URL=url.replace("%s", str(free_port())))
    assert (done.returncode, done.stdout) == (75, "")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "subtype"),
    [("-" * 200_000 + "x", "plain"), ("<br" * 200_000, "html"), ("<div>" * 200_000, "html")],
)
def test_a_mail_that_is_made_to_be_slow_is_read_at_once(text, subtype):
    mail = EmailMessage()
    mail.set_content(text, subtype=subtype)
    begun = time.process_time()
    said_in(mail)
    assert time.process_time() - begun < 2


def test_a_line_that_a_mail_program_draws_ends_the_answer():
    mail = EmailMessage()
    mail.set_content("Ha\n\n-----Original Message-----\nLook")
    assert said_in(mail) == "Ha"
