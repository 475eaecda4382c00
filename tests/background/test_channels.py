"""Notices beside the bell: as each user chose, after quiet hours, while they may see."""

from datetime import timedelta

import pytest

from core.access.actors import actors_of
from core.access.models import User, UserRole
from core.background import choices
from core.background.jobs.models import Job
from core.background.notices import Notice, notify
from core.data.fields import now
from core.formats import local_time
from core.i18n import speaking


@pytest.fixture
def contact(working):
    return working.model("contacts.contact").create(name="Bahor Market")


@pytest.fixture
def reader(contact, as_role, outbox):
    browser = as_role("contacts.manager", language="ru")
    User.update(email="dilnoza@example.uz").where(User.id == browser.user.id).execute()
    choices.choose(browser.user.id, {("core.told", "app"), ("core.told", "mail")})
    return browser


def minute_of_the_day():
    local = local_time(now(), "Asia/Tashkent")
    return local.hour * 60 + local.minute


def test_a_notice_comes_by_mail_with_the_record_and_a_way_to_it(reader, contact, outbox, run_jobs):
    notice = notify(reader.user, "Look", contact)
    run_jobs()
    [mail] = outbox.mails
    assert (mail["Subject"], mail["To"].addresses[0].addr_spec) == (
        "Look: Bahor Market",
        "dilnoza@example.uz",
    )
    assert f"http://127.0.0.1:8000/notices/{notice.id}\n" in outbox.text()
    assert "http://127.0.0.1:8000/notices/choices" in outbox.text()
    answer = reader.get(f"/notices/{notice.id}")
    assert (answer.status_code, answer.location) == (303, f"/contacts/contact/{contact.id}")
    assert Notice.get_by_id(notice.id).read_at is None


def test_each_kind_goes_by_the_channels_that_its_reader_chose(reader, contact, outbox, run_jobs):
    choices.choose(reader.user.id, {("core.told", "mail"), ("core.commented", "app")})
    alone = notify(reader.user, "Told", contact)
    notify(reader.user, "Commented", contact, "core.commented")
    assert notify(reader.user, "Mentioned", contact, "core.mentioned") is None
    run_jobs()
    assert [mail["Subject"] for mail in outbox.mails] == ["Told: Bahor Market"]
    shown = reader.get("/notices").text
    assert "Commented" in shown
    assert "Told" not in shown
    assert reader.get(f"/notices/{alone.id}").status_code == 303


def test_the_page_of_choices_offers_mail_where_there_is_a_server(reader):
    assert 'value="core.told mail" checked' in reader.get("/notices/choices").text


def test_without_a_mail_server_mail_is_not_offered_and_choices_are_kept(contact, as_role):
    browser = as_role("contacts.manager")
    assert 'value="core.told mail"' not in browser.get("/notices/choices").text
    assert notify(browser.user, "Look", contact, "core.mentioned") is not None
    assert Job.select().count() == 0


def test_quiet_hours_hold_a_mail_back_until_they_end(reader, contact, outbox, run_jobs):
    minute = minute_of_the_day()
    choices.keep_quiet(reader.user.id, (minute - 60) % 1440, (minute + 60) % 1440)
    notify(reader.user, "Look", contact)
    run_jobs()
    assert len(outbox) == 0
    assert Notice.select().count() == 1
    [waiting] = Job.select().where(Job.state == "queued")
    assert timedelta(minutes=55) < waiting.not_before - now() < timedelta(minutes=65)
    choices.keep_quiet(reader.user.id, None, None)
    Job.update(not_before=now()).where(Job.state == "queued").execute()
    run_jobs()
    assert len(outbox) == 1


def test_what_was_read_meanwhile_is_not_mailed(reader, contact, outbox, run_jobs):
    notice = notify(reader.user, "Look", contact)
    reader.post(f"/notices/{notice.id}/read")
    run_jobs()
    assert len(outbox) == 0


@pytest.mark.attack(12)
def test_a_record_that_went_out_of_reach_is_not_mailed(reader, contact, outbox, run_jobs):
    notice = notify(reader.user, "Maxfiy gap", contact)
    UserRole.delete().where(UserRole.user == reader.user.id).execute()
    run_jobs()
    assert len(outbox) == 0
    assert reader.get(f"/notices/{notice.id}").status_code == 404


def test_nobody_who_was_disabled_gets_a_mail(reader, contact, outbox, run_jobs):
    notify(reader.user, "Look", contact)
    User.update(is_active=False).where(User.id == reader.user.id).execute()
    run_jobs()
    assert len(outbox) == 0


def test_the_notice_of_another_leads_nowhere(reader, contact, as_role):
    notice = notify(reader.user, "Look", contact)
    assert as_role("contacts.manager").get(f"/notices/{notice.id}").status_code == 404


def test_who_chose_no_zone_has_that_of_the_instance(reader, contact, acting, as_role):
    far = as_role("contacts.manager").user
    User.update(zone="America/New_York").where(User.id == far.id).execute()
    with acting(far), speaking("en", "America/New_York"):
        assert actors_of([reader.user.id])[reader.user.id].zone == "Asia/Tashkent"
