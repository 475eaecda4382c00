"""Links that let somebody in once: asked for, mailed, opened, used, and dead."""

import logging
import re
from statistics import median
from time import process_time

import pytest

from core.access.accounts import create_user, disable_user
from core.access.factors.models import OneTimeLink
from core.access.links import INVITATION, RESET, new_link, use_link
from core.access.login import set_password
from core.access.models import Credential, Session, User
from core.access.secrets import password_fits
from core.background.jobs.models import Job
from core.background.links import ask_reset
from core.data.actor import system
from core.modules.registry import using
from core.testing.instances import BASE_URL, browser_for
from core.testing.ports import HOST
from core.testing.sites import whole_database
from core.web.links import PER_ADDRESS, PER_NAME
from core.web.requests import LANGUAGE_COOKIE
from core.web.serving.logs import OneLine, OneObject
from tests.web.entering import PASSWORD

NEW = "qirmizi olma daraxti"
TOO_MANY = "Wait a quarter of an hour"


@pytest.fixture
def malika(working):
    made = create_user("malika", PASSWORD, name="Malika", roles=("core.staff",))
    User.update(email="Malika@example.uz", language="en").where(User.id == made.id).execute()
    return User.get_by_id(made.id)


@pytest.fixture
def client(client):
    client.client.set_cookie(LANGUAGE_COOKIE, "en", domain=HOST)
    return client


@pytest.fixture
def mailed(outbox, run_jobs):
    """Make `mailed()`: the path of the link in the mail that is sent now."""

    def send():
        run_jobs()
        return re.search(r"http://127\.0\.0\.1:8000(/link/\S+)", outbox.text()).group(1)

    return send


def kept_hash(user):
    return Credential.get(Credential.user == user.id).password_hash


def choose(browser, path, password=NEW, again=None):
    return browser.post(path, {"password": password, "again": again or password})


@pytest.mark.attack(43)
def test_a_reset_link_sets_a_password_once_and_ends_every_session(malika, app, client, mailed):
    elsewhere = browser_for(app, malika)
    assert elsewhere.get("/").status_code == 200
    assert client.post("/forgot", {"name": "malika"}).status_code == 200
    path = mailed()
    assert client.get(path).status_code == 200
    answer = choose(client, path)
    assert (answer.status_code, answer.location) == (303, "/login?done=password")
    assert "Your new password is set" in client.get(answer.location).text
    assert password_fits(NEW, kept_hash(malika))
    assert elsewhere.get("/").status_code == 302
    assert Session.select().count() == 0
    assert choose(client, path, "boshqa uzun soʻzlar").status_code == 404
    assert client.get(path).status_code == 404
    assert password_fits(NEW, kept_hash(malika))


@pytest.mark.attack(43)
def test_a_reset_link_lasts_thirty_minutes(malika, client, clock):
    path = f"/link/{new_link(malika, RESET)}"
    clock.forward(minutes=29)
    assert client.get(path).status_code == 200
    clock.forward(minutes=2)
    assert client.get(path).status_code == 404
    assert choose(client, path).status_code == 404
    assert password_fits(PASSWORD, kept_hash(malika))


def _change_email(user):
    User.update(email="other@example.uz").where(User.id == user.id).execute()


@pytest.mark.attack(43)
@pytest.mark.parametrize(
    "change",
    [
        _change_email,
        lambda user: set_password(user.id, "boshqa uzun soʻzlar"),
        lambda user: new_link(user, RESET),
        lambda user: disable_user(user),
        lambda user: (disable_user(user), user.change({"is_active": True})),
        lambda user: [user.change({"email": each}) for each in ("b@example.uz", user.email)],
    ],
    ids=["email", "password", "newer", "disabled", "enabled again", "email and back"],
)
def test_a_reset_link_dies_with_a_change(malika, client, change):
    path = f"/link/{new_link(malika, RESET)}"
    before = kept_hash(malika)
    assert client.get(path).status_code == 200
    change(malika)
    between = kept_hash(malika)
    assert client.get(path).status_code == 404
    assert choose(client, path).status_code == 404
    assert kept_hash(malika) == between
    assert (before == between) == (change.__name__ == "_change_email" or between == before)


@pytest.mark.attack(43)
def test_the_key_of_a_link_stands_nowhere_but_in_the_mail(malika, client, mailed, caplog):
    with caplog.at_level(logging.DEBUG):
        client.post("/forgot", {"name": "malika"})
        key = mailed().removeprefix("/link/")
        client.get(f"/link/{key}")
        everything = str(whole_database())
    assert OneTimeLink.select().count() == 1
    assert len(key) > 40
    assert key not in everything
    assert OneTimeLink.get().digest != key
    written = [OneLine().format(record) for record in caplog.records]
    assert key not in str(written)


@pytest.mark.attack(43)
@pytest.mark.parametrize("formatter", [OneLine, OneObject])
def test_a_log_line_about_a_link_keeps_its_key_to_itself(formatter):
    try:
        raise ValueError("/link/geheim-KEY_1 broke")
    except ValueError as error:
        trouble = (ValueError, error, error.__traceback__)
    said = "Exception on %s [POST]"
    record = logging.LogRecord("a", 40, "b", 1, said, ("/link/geheim-KEY_1",), trouble)
    line = formatter().format(record)
    assert "geheim" not in line.replace('raise ValueError("/link/geheim', "")
    assert "[POST]" in line


@pytest.mark.attack(41)
def test_known_and_unknown_get_the_same_answer_to_a_reset(malika, client, run_jobs, outbox):
    create_user("token-only", name="No password")
    names = ("malika", "MALIKA@example.uz", "nobody", "no@example.uz", "token-only")
    answers = [client.post("/forgot", {"name": name}) for name in names]
    bodies = {re.sub(r'(content|value)="[^"]*"', "", answer.text) for answer in answers}
    assert ({answer.status_code for answer in answers}, len(bodies)) == ({200}, 1)
    assert [row.name for row in Job.select()] == ["core.background.links.mail_resets"] * 5
    run_jobs()
    assert [mail["To"].addresses[0].addr_spec for mail in outbox.mails] == ["Malika@example.uz"] * 2


@pytest.mark.attack(41)
def test_known_and_unknown_take_alike_to_ask_for_a_reset(malika):
    def spent(name):
        costs = []
        for _ in range(15):
            begun = process_time()
            ask_reset(name)
            costs.append(process_time() - begun)
        return median(costs)

    spent("warm")
    assert 0.4 < spent("malika") / spent("nobody") < 2.5


def test_resets_are_throttled_by_name_and_by_address(malika, client, outbox):
    for name in ("malika", "nobody"):
        for _ in range(PER_NAME):
            assert client.post("/forgot", {"name": name}).status_code == 200
    assert TOO_MANY in client.post("/forgot", {"name": "another"}).text
    assert PER_ADDRESS == 2 * PER_NAME
    client.client.environ_base["REMOTE_ADDR"] = "10.0.0.9"
    assert client.post("/forgot", {"name": "malika"}).status_code == 429
    assert client.post("/forgot", {"name": "another"}).status_code == 200


@pytest.mark.attack(37)
@pytest.mark.parametrize("purpose", [RESET, INVITATION])
def test_opening_a_link_changes_nothing_for_its_button_posts(malika, client, purpose):
    path = f"/link/{new_link(malika, purpose)}"
    before = whole_database()
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
    assert '<form method="post">' in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert whole_database() == before


@pytest.mark.attack(36)
def test_a_link_is_used_with_a_csrf_token_only(malika, client):
    path = f"/link/{new_link(malika, RESET)}"
    for token in ("", "stale"):
        form = {"password": NEW, "again": NEW, "csrf_token": token}
        assert client.client.post(path, data=form, base_url=BASE_URL).status_code == 400
    assert password_fits(PASSWORD, kept_hash(malika))


def test_the_form_of_a_link_may_come_without_an_origin_from_the_same_site_only(malika, client):
    path = f"/link/{new_link(malika, RESET)}"
    form = {"password": NEW, "again": NEW, "csrf_token": client.csrf_token()}
    for site in ("cross-site", "same-site", "none", ""):
        headers = {"Origin": "null", **({"Sec-Fetch-Site": site} if site else {})}
        answer = client.client.post(path, data=form, base_url=BASE_URL, headers=headers)
        assert answer.status_code == 400, site
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    answer = client.client.post(path, data=form, base_url=BASE_URL, headers=headers)
    assert answer.status_code == 303


@pytest.mark.attack(44)
def test_the_address_in_a_mail_is_the_configured_one_whatever_the_host_says(malika, client, mailed):
    form = {"name": "malika", "csrf_token": client.csrf_token()}
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    answer = client.client.post("/forgot", data=form, base_url=BASE_URL, headers=evil)
    assert (answer.status_code, Job.select().count()) == (400, 0)
    odd = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    client.client.post("/forgot", data=form, base_url=BASE_URL, headers=odd)
    assert mailed().startswith("/link/")


def test_a_weak_or_mistyped_password_leaves_the_link_good(malika, client):
    path = f"/link/{new_link(malika, RESET)}"
    for password, again, said in (
        ("qisqa", "qisqa", "too short"),
        ("malika-malika", "malika-malika", "your own name"),
        (NEW, NEW + "x", "not the same"),
    ):
        answer = choose(client, path, password, again)
        assert (answer.status_code, said in answer.text) == (400, True)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert choose(client, path).status_code == 303


def test_of_two_who_use_a_link_at_once_one_sets_the_password(malika):
    key = new_link(malika, RESET)
    assert [use_link(key), use_link(key)] == [True, False]


def test_without_a_mail_server_the_page_says_whom_to_ask(malika, client):
    assert "ask an administrator" in client.get("/forgot").text
    assert client.post("/forgot", {"name": "malika"}).status_code == 200
    with using(client.client.application.extensions["registry"]), system("a test"):
        assert Job.select().count() == 0
