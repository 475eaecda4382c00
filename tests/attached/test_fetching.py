"""Mails are fetched from a real mailbox over IMAP, each once, and marked when they are kept."""

import logging
from dataclasses import replace

import pytest

from core.access.models import User
from core.attached import fetching
from core.attached.fetching import fetch_mails
from core.attached.models import Comment
from core.background import choices
from core.background.doctor import faults
from core.background.mail.server import post, use_mail
from core.background.notices import notify
from core.config import load_settings
from core.errors import Busy, ConfigError
from core.testing.instances import BASE_URL
from core.testing.ports import free_port

ADDRESS = "dilnoza@example.uz"


@pytest.fixture
def answer(working, as_role, outbox, run_jobs):
    """Make `answer(text)`: the answer of a user to a mail about a contact."""
    user = as_role("contacts.manager").user
    User.update(email=ADDRESS).where(User.id == user.id).execute()
    choices.choose(user.id, {("core.told", "mail")})
    notify(user, "Look", working.model("contacts.contact").create(name="Bahor Market"))
    run_jobs()
    got = outbox.mails[0]["Message-ID"]

    def write(text, id="<1@example.uz>", sender=ADDRESS):
        head = f"From: {sender}\r\nMessage-ID: {id}\r\nIn-Reply-To: {got}\r\n"
        return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()

    return write


def comments():
    return [row.text for row in Comment.select().order_by(Comment.id)]


def use_inbox(url):
    use_mail(replace(post().server, inbox=url), BASE_URL)


def test_an_answer_is_fetched_once_and_marked_as_seen(answer, mailbox):
    mailbox.put(answer("Koʻrdim"))
    assert fetch_mails() == 1
    assert comments() == ["Koʻrdim"]
    assert mailbox.flags() == [{"\\Seen"}]
    assert fetch_mails() == 0
    mailbox.put(answer("Koʻrdim"))  # the same mail, brought twice
    assert fetch_mails() == 0
    assert comments() == ["Koʻrdim"]


def test_the_clock_fetches_without_holding_a_transaction(answer, mailbox, run_jobs, working):
    mailbox.put(answer("Koʻrdim"))
    fetch_mails.later()
    run_jobs()
    assert comments() == ["Koʻrdim"]


def test_what_is_refused_is_flagged_and_holds_up_no_others(answer, mailbox, caplog):
    mailbox.put(answer("Forged", sender="evil@example.com"))
    mailbox.put(b"\xff\xfe no mail at all")
    mailbox.put(answer("Koʻrdim", id="<2@example.uz>"))
    with caplog.at_level(logging.WARNING, "karvon.background"):
        assert fetch_mails() == 1
    assert comments() == ["Koʻrdim"]
    assert mailbox.flags() == [{"\\Seen", "\\Flagged"}] * 2 + [{"\\Seen"}]
    assert "another address" in caplog.text


def test_a_mail_that_is_too_large_is_not_read(answer, mailbox, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 100)
    mailbox.put(answer("x" * 200))
    assert fetch_mails() == 0
    assert mailbox.flags() == [{"\\Seen", "\\Flagged"}]


def test_a_mail_waits_in_the_mailbox_while_the_database_is_busy(answer, mailbox, monkeypatch):
    def busy(raw):
        raise Busy("others write")

    mailbox.put(answer("Koʻrdim"))
    with monkeypatch.context() as patched:
        patched.setattr(fetching, "take_in", busy)
        with pytest.raises(Busy):
            fetch_mails()
    assert mailbox.flags() == [set()]
    assert fetch_mails() == 1


def test_a_mailbox_is_read_on_this_machine_without_encryption_too(answer, mailbox):
    use_inbox(mailbox.plain_url)
    mailbox.put(answer("Koʻrdim"))
    assert fetch_mails() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda url, box: url.replace("secret", "wrong"), "AUTHENTICATIONFAILED"),
        (lambda url, box: f"{url}/Nowhere", "Nowhere"),
        (lambda url, box: url.replace(str(box.encrypted), str(free_port())), "refused"),
        (lambda url, box: url.replace("localhost", "127.0.0.1"), "certificate"),
    ],
)
def test_trouble_is_one_sentence_without_the_password(
    answer, mailbox, working, caplog, change, said
):
    use_inbox(change(mailbox.url, mailbox))
    text = fetch_mails()
    assert "cannot be read" in text
    assert said in text
    assert "secret" not in text
    assert text in caplog.text
    [fault] = [fault for fault in faults(working) if "mailbox" in fault]
    assert fault.endswith("Correct [mail] inbox.")


def test_a_mailbox_that_can_be_read_is_no_fault_and_none_is_none(answer, mailbox, working):
    assert not [fault for fault in faults(working) if "inbox" in fault]
    use_inbox("")
    assert fetch_mails() == 0


@pytest.mark.parametrize("value", ["imaps://example.uz", "pop3://a:b@example.uz", "imap://"])
def test_a_mailbox_that_cannot_be_one_is_named(value):
    with pytest.raises(ConfigError, match="KARVON_MAIL__INBOX must be"):
        load_settings(None, {"KARVON_MAIL__INBOX": value})
