"""Mails out: one job each, in the language of whoever reads them, to a real server."""

import pytest

from core.access.accounts import create_user
from core.access.models import User
from core.background.jobs.models import Job
from core.background.mail.sending import send_mail
from core.background.mail.server import use_mail
from core.config import Mail, load_settings
from core.data.database import transaction
from core.data.fields import now
from core.errors import ConfigError, UserError
from core.i18n import _


@pytest.fixture
def reader(working):
    user = create_user("dilnoza", roles=("contacts.user",))
    values = {"name": "Dilnoza", "email": "dilnoza@example.uz", "language": "ru"}
    User.update(**values).where(User.id == user.id).execute()
    return User.get_by_id(user.id)


def retry_now():
    Job.update(not_before=now()).execute()


def test_a_mail_comes_in_the_language_of_its_reader_with_a_link(reader, outbox, run_jobs):
    said = _("%(who)s commented", who="Aziz")
    id = send_mail(reader, said, said, "/contacts/contact/1", footer="Why")
    assert run_jobs() == 1
    [mail] = outbox.mails
    assert mail["Subject"] == "Комментарий: Aziz"
    assert mail["To"] == "Dilnoza <dilnoza@example.uz>"
    assert mail["From"] == "Karvon <karvon@example.uz>"
    assert (mail["Message-ID"], mail["Content-Language"]) == (id, "ru")
    assert "http://127.0.0.1:8000/contacts/contact/1\n" in outbox.text()
    assert "Why" in outbox.text()


def test_what_is_undone_mails_nothing(reader, outbox, run_jobs):
    with transaction() as undone:
        send_mail(reader, "A", "B")
        undone.rollback()
    assert (run_jobs(), len(outbox)) == (0, 0)


@pytest.mark.attack(25)
def test_a_script_in_a_mail_is_text(reader, outbox, run_jobs):
    send_mail(reader, "A", "<script>alert(1)</script>\nsecond")
    run_jobs()
    page = outbox.text("html")
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>second</p>" in page
    assert "<script>alert(1)</script>\nsecond" in outbox.text()


@pytest.mark.attack(27)
def test_a_template_in_a_subject_stays_text(reader, outbox, run_jobs):
    send_mail(reader, "{{ config }} {% raw %}", "{{ 7 * 7 }}")
    run_jobs()
    assert outbox.mails[0]["Subject"] == "{{ config }} {% raw %}"
    assert "{{ 7 * 7 }}" in outbox.text()


@pytest.mark.parametrize("line", ["\r\n", "\n", "\r", "\u2028", "\0", "\x0b"])
def test_no_subject_or_name_begins_another_header(reader, outbox, run_jobs, line):
    name = f"Dilnoza{line}Bcc: other@example.uz".replace("\0", "")
    User.update(name=name).where(User.id == reader.id).execute()
    send_mail(reader, f"Salom{line}Bcc: other@example.uz", "B")
    run_jobs()
    [mail] = outbox.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Salom Bcc: other@example.uz"
    assert [each.addr_spec for each in mail["To"].addresses] == ["dilnoza@example.uz"]


@pytest.mark.parametrize("address", ["nobody", "a@b@c.uz", "a@example.uz\nBcc: b@example.uz"])
def test_what_is_no_address_is_refused_in_a_sentence(reader, outbox, address):
    with pytest.raises(UserError, match="no e-mail address"):
        send_mail(address, "A", "B")


def test_a_server_that_has_no_time_is_asked_again_with_the_same_mail(reader, outbox, run_jobs):
    outbox.answers.append("451 Later")
    id = send_mail("kuz@example.uz", "A", "B")
    run_jobs()
    assert Job.get().state == "queued"
    assert "451 Later" in Job.get().error
    retry_now()
    run_jobs()
    assert [mail["Message-ID"] for mail in outbox.mails] == [id]


def test_what_a_server_refuses_for_good_is_not_sent_again(reader, outbox, run_jobs):
    outbox.answers.append("550 No such mailbox")
    send_mail(reader, "A", "B")
    run_jobs()
    assert Job.get().state == "failed"
    assert "550 No such mailbox" in Job.get().error


def test_a_server_that_is_away_is_asked_again(reader, outbox, run_jobs):
    use_mail(Mail("smtp://127.0.0.1:1"), "http://127.0.0.1:8000")
    send_mail(reader, "A", "B")
    run_jobs()
    assert Job.get().state == "queued"
    assert "127.0.0.1 could not be reached" in Job.get().error


def test_without_a_server_or_an_address_nothing_is_queued(reader, run_jobs):
    assert send_mail(reader, "A", "B") is None
    assert run_jobs() == 0


def test_a_user_without_an_address_gets_no_mail(reader, outbox, run_jobs):
    User.update(email=None).where(User.id == reader.id).execute()
    assert send_mail(reader, "A", "B") is None
    assert run_jobs() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("URL", "http://example.uz"), ("URL", "smtp://"), ("SENDER", "Karvon <a@example.uz>")],
)
def test_settings_of_mail_that_cannot_be_used_are_named(name, value):
    with pytest.raises(ConfigError, match=f"KARVON_MAIL__{name} must be"):
        load_settings(None, {f"KARVON_MAIL__{name}": value})
