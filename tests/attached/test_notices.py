"""Notices: written in the words of their reader, shown while they may see what it is about."""

import threading
from contextvars import copy_context
from datetime import timedelta

import pytest

from core.access.models import UserRole
from core.background import choices
from core.background.notices import Notice, notify
from core.data.actor import current_actor
from core.data.database import release, transaction
from core.data.fields import now
from core.errors import KarvonError
from core.i18n import _

LIST = "/contacts/contact/"


@pytest.fixture
def contact(working):
    return working.model("contacts.contact").create(name="Bahor Market")


def test_a_notice_is_in_the_language_of_its_reader(contact, as_role):
    browser = as_role("contacts.manager", language="ru")
    notify(browser.user.id, _("%(who)s commented", who="Aziz"), contact, "core.commented")
    assert Notice.get().text == "Комментарий: Aziz"


def test_the_bell_counts_and_opening_leads_to_the_record(contact, as_role):
    browser = as_role("contacts.manager")
    notice = notify(browser.user, "Look here", contact)
    shown = browser.get("/notices").text
    assert '<span class="kv-count" aria-hidden="true">1</span>' in shown
    assert "Look here" in shown
    assert "Bahor Market" in shown
    answer = browser.post(f"/notices/{notice.id}/open")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}{contact.id}")
    assert "kv-count" not in browser.get("/notices").text


def test_two_windows_may_save_the_choices_at_once(working, as_role):
    user, wanted = as_role("contacts.manager").user.id, {("core.told", "mail")}
    failed = []

    def save():
        try:
            choices.choose(user, wanted)
            choices.keep_quiet(user, 60, 120)
        except Exception as error:
            failed.append(error)
        finally:
            release()

    second = threading.Thread(target=copy_context().run, args=(save,))
    with transaction():
        choices.choose(user, wanted)
        choices.keep_quiet(user, 0, 120)
        second.start()
        second.join(0.5)  # it waits for the first
    second.join(30)
    assert failed == []
    assert choices.quiet_hours(user) == (60, 120)
    chosen = choices.choices_of(user)["core.told"]
    assert (chosen["app"], chosen.get("mail", True)) == (False, True)


def test_all_are_marked_as_read_together_and_only_ones_own(contact, as_role):
    browser, other = as_role("contacts.manager"), as_role("contacts.manager")
    mine, others = notify(browser.user, "A", contact), notify(other.user, "B", contact)
    assert browser.post(f"/notices/{others.id}/read").status_code == 404
    assert browser.post(f"/notices/{others.id}/open").status_code == 404
    browser.post("/notices/read")
    assert Notice.get_by_id(mine.id).read_at is not None
    assert Notice.get_by_id(others.id).read_at is None


@pytest.mark.attack(12)
def test_a_notice_about_a_record_that_went_out_of_reach_is_gone(contact, as_role):
    browser = as_role("contacts.manager")
    notice = notify(browser.user, "Maxfiy gap", contact)
    UserRole.delete().where(UserRole.user == browser.user.id).execute()
    shown = browser.get("/notices").text
    assert "Maxfiy gap" not in shown
    assert "kv-count" not in shown
    assert browser.post(f"/notices/{notice.id}/open").status_code == 404
    assert notify(browser.user, "Again", contact) is None


def test_a_kind_that_nobody_declared_is_named(contact, as_role):
    with pytest.raises(KarvonError, match=r"core\.mentioned"):
        notify(as_role("contacts.manager").user, "A", contact, "core.wrong")


def test_each_user_chooses_what_comes_and_when_it_is_quiet(contact, as_role):
    browser = as_role("contacts.manager")
    sent = {"wanted": ["core.mentioned app"], "begins": "22:00", "ends": "07:30"}
    assert browser.post("/notices/choices", sent).status_code == 303
    shown = browser.get("/notices/choices").text
    assert 'value="core.mentioned app" checked' in shown
    assert 'value="core.commented app">' in shown
    assert notify(browser.user, "A", contact, "core.commented") is None
    assert notify(browser.user, "B", contact, "core.mentioned") is not None
    for wrong in ({"begins": "25:00", "ends": "07:00"}, {"begins": "22:00"}):
        assert browser.post("/notices/choices", wrong).status_code == 400
    assert choices.quiet_hours(browser.user.id) == (22 * 60, 7 * 60 + 30)


@pytest.mark.parametrize(
    ("begins", "ends", "hour", "quiet"),
    [
        (22, 7, 23, True),
        (22, 7, 6, True),
        (22, 7, 7, False),
        (13, 14, 13, True),
        (13, 14, 9, False),
    ],
)
def test_quiet_hours_are_those_of_the_readers_clock(
    working, as_role, acting, begins, ends, hour, quiet
):
    user = as_role("contacts.manager").user
    choices.keep_quiet(user.id, begins * 60, ends * 60)
    with acting(user):
        reader = current_actor()
    # Tashkent is five hours ahead of UTC all year.
    moment = now().replace(hour=(hour - 5) % 24, minute=10)
    until = choices.quiet_until(reader, moment)
    assert (until is not None) is quiet
    if until is not None:
        assert (until.hour, until.minute) == ((ends - 5) % 24, 0)
        assert timedelta(0) < until - moment < timedelta(hours=9)
