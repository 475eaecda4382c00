"""Rules: what happens by itself when a record is made or changed, or its day is near."""

import json
import socket
from datetime import timedelta

import pytest

from addons.studio.models import Run
from core.access.models import User, UserRole
from core.background.jobs.models import Job
from core.data.actor import system
from core.data.fields import now
from core.formats import today
from core.modules.registry import using

LIST = "/contacts/contact/"
NOTICE = {"kind": "notice", "to": "author", "text": "Yangi: {{ record.name }}, {{ record.city }}"}
FROM_BUXORO = {"field": "contacts.contact.city", "operator": "is", "value": "Buxoro"}
CITY = {"kind": "field", "field": "contacts.contact.city", "text": "Navoiy"}


def test_a_new_record_that_fits_brings_a_notice_to_the_author(automate, work):
    browser = automate(conditions=[FROM_BUXORO], actions=[NOTICE])
    browser.post(f"{LIST}new", {"name": "Bahor", "city": "Buxoro"})
    browser.post(f"{LIST}new", {"name": "Kuz", "city": "Navoiy"})
    work()
    notices = automate.designer.get("/notices").text
    assert "Yangi: Bahor, Buxoro" in notices
    assert "Kuz" not in notices
    log = automate.designer.get("/studio/run/").text
    assert "Bahor" in log
    assert "Kuz" not in log


def test_a_change_wakes_a_rule_only_when_it_is_of_a_field_that_is_watched(automate, work):
    watched = [{"field": "contacts.contact.city"}]
    fill = {"kind": "field", "field": "contacts.contact.region", "text": "{{ record.city }} v."}
    browser = automate(event="changed", watched=watched, actions=[fill])
    url = browser.post(f"{LIST}new", {"name": "Bahor"}).location
    browser.post(f"{url}/edit", {"version": "1", "job": "savdo"})
    assert work() == 0
    browser.post(f"{url}/edit", {"version": "2", "city": "Buxoro"})
    work()
    assert "Buxoro v." in browser.get(url).text
    assert work() == 0


def test_rules_that_wake_each_other_come_to_an_end(automate, work, browser_of, instance):
    automate(event="changed", actions=[{**CITY, "text": "{{ record.region }}a"}])
    region = {"kind": "field", "field": "contacts.contact.region", "text": "{{ record.city }}b"}
    browser = automate(event="changed", name="Ikkinchi", actions=[region])
    url = browser.post(f"{LIST}new", {"name": "Bahor"}).location
    browser.post(f"{url}/edit", {"version": "1", "city": "x"})
    assert work() < 10
    assert work() == 0


def test_a_rule_does_nothing_that_its_author_may_not(automate, work, as_role):
    own = as_role("studio.designer", "contacts.own")
    browser = automate(by=own, actions=[CITY])
    url = browser.post(f"{LIST}new", {"name": "Bahor", "city": "Buxoro"}).location
    work()
    page = browser.get(url).text
    assert "Buxoro" in page
    assert "Navoiy" not in page


def test_who_saves_a_rule_of_another_gives_it_their_own_rights(automate, work, as_role):
    browser = automate(actions=[CITY])
    own = as_role("studio.designer", "contacts.own")
    answer = own.post(f"{automate.url}/edit", {"version": "1", "name": "Mening qoidam"})
    assert answer.status_code == 303
    url = browser.post(f"{LIST}new", {"name": "Bahor", "city": "Buxoro"}).location
    work()
    assert "Navoiy" not in browser.get(url).text


def test_a_mail_goes_to_the_address_that_stands_in_the_record(automate, work, outbox):
    mail = {
        **{"kind": "mail", "to": "address", "subject": "Salom, {{ record.name }}"},
        "text": "Shahar: {{ record.city }}",
    }
    browser = automate(actions=[mail])
    sent = {"name": "Bahor & Co", "emails-lines": "1", "emails-0-address": "bahor@example.uz"}
    browser.post(f"{LIST}new", {**sent, "city": "Buxoro"})
    work()
    (letter,) = outbox.mails
    assert letter["To"] == "bahor@example.uz"
    assert letter["Subject"] == "Salom, Bahor & Co"


def test_a_call_takes_what_the_author_sees_to_another_program(automate, work, http):
    hook = {"kind": "webhook", "subject": http.url, "text": "Yangi: {{ record.name }}"}
    browser = automate(actions=[hook])
    browser.post(f"{LIST}new", {"name": "Bahor", "city": "Buxoro"})
    work()
    (call,) = http.sent
    sent = json.loads(call.body)
    assert sent["text"] == "Yangi: Bahor"
    assert sent["record"]["city"] == "Buxoro"


def test_the_book_of_jobs_and_the_log_hold_no_address_of_a_call_and_nothing_of_the_record(
    automate, work, http
):
    hook = {"kind": "webhook", "subject": f"{http.url}/bot777:secret", "text": "{{ record.name }}"}
    browser = automate(actions=[hook])
    browser.post(f"{LIST}new", {"name": "Bahor", "city": "Buxoro"})
    work()
    assert http.sent[0].path.endswith("bot777:secret")
    with system("a test looks at what is kept"):
        kept = [str(row) for row in Job.select(Job.arguments, Job.result).tuples()]
        kept += [text for (text,) in Run.select(Run.text).tuples()]
    assert "Call of http://127.0.0.1" in kept[-1]
    assert not [text for text in kept if "777" in text or "Bahor" in text]


def test_a_call_tells_nothing_more_once_its_author_may_not_see_the_record(
    automate, http, work, instance
):
    browser = automate(actions=[{"kind": "webhook", "subject": http.url}])
    browser.post(f"{LIST}new", {"name": "Bahor"})
    http.will_answer(500, b"")
    work()
    assert len(http.sent) == 1
    with using(instance.registry()), system("the author may see contacts no more"):
        UserRole.delete().where(UserRole.user == automate.designer.user.id).execute()
        Job.update(not_before=now() - timedelta(hours=1)).where(Job.state == "queued").execute()
    work()
    assert len(http.sent) == 1


def test_a_dry_run_says_what_would_be_done_and_does_nothing(automate, work):
    browser = automate(conditions=[FROM_BUXORO], actions=[CITY, NOTICE])
    automate.designer.post(f"{automate.url}/buttons/pause")
    url = browser.post(f"{LIST}new", {"name": "Bahor", "city": "Buxoro"}).location
    page = automate.designer.get(f"{automate.url}/tabs/try").text
    assert "City becomes “Navoiy”" in page
    assert "Yangi: Bahor, Buxoro" in page
    work()
    assert "Buxoro" in browser.get(url).text
    assert "Yangi" not in automate.designer.get("/notices").text


def test_a_paused_rule_rests_and_goes_on(automate, work, browser_of, instance):
    browser = automate(actions=[NOTICE])
    automate.designer.post(f"{automate.url}/buttons/pause")
    browser.post(f"{LIST}new", {"name": "Bahor"})
    assert work() == 0
    automate.designer.post(f"{automate.url}/buttons/resume")
    browser = browser_of(instance, "contacts.manager")
    browser.post(f"{LIST}new", {"name": "Kuz"})
    assert work() == 1


def test_a_rule_that_only_fails_is_paused_and_tells_its_author(automate, work):
    wrong = {"kind": "field", "field": "contacts.contact.birthday", "text": "{{ record.name }}"}
    browser = automate(actions=[CITY, wrong])
    for number in range(10):
        browser.post(f"{LIST}new", {"name": f"Mijoz {number}", "city": "Buxoro"})
    work()
    page = automate.designer.get(automate.url).text
    assert "Paused" in page
    assert "no date" in page
    assert "was paused" in automate.designer.get("/notices").text
    assert "Navoiy" not in browser.get(LIST).text  # what one failed at is undone as a whole


def test_a_rule_whose_author_left_is_paused(automate, work, instance, as_role):
    other = as_role("studio.designer")
    browser = automate(actions=[NOTICE])
    with using(instance.registry()), system("somebody leaves"):
        author = automate.designer.user.id
        User.update(is_active=False).where(User.id == author).execute()
    browser.post(f"{LIST}new", {"name": "Bahor"})
    assert work() == 0
    assert "cannot log in any more" in other.get(automate.url).text
    assert "was paused" in other.get("/notices").text


def test_a_day_that_is_near_is_told_once_for_each_record(automate, work, instance):
    day = {"event": "date", "day_field": "contacts.contact.birthday", "days": "-3", "hour": "0"}
    automate(**day, actions=[NOTICE])
    registry = instance.registry()
    soon = today() + timedelta(days=3)
    with using(registry), system("a test"):
        contact = registry.model("contacts.contact")
        contact.create(name="Bahor", city="Buxoro", birthday=soon)
        contact.create(name="Kuz", birthday=soon + timedelta(days=9))
        look = next(m for m in registry.marked if m.name == "studio.look_at_days").function
        look()
    assert work() == 1
    with using(registry), system("a test"):
        look()
    assert work() == 0
    notices = automate.designer.get("/notices").text
    assert "Yangi: Bahor, Buxoro" in notices
    assert "Kuz" not in notices


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"records": "studio.rule"}, "Choose the records"),
        ({"event": "date"}, "Choose the day"),
        ({"actions": [{"kind": "notice", "text": "x"}]}, "Choose whom the rule tells"),
        ({"actions": [{**NOTICE, "to": "user:x"}]}, "Choose whom the rule tells"),
        ({"actions": [{"kind": "mail", "to": "author", "text": "x"}]}, "a subject and a text"),
        ({"actions": [{**NOTICE, "text": "{% for x in record %}{% endfor %}"}]}, "cannot stand"),
        ({"actions": [{**NOTICE, "text": "{{ record.__class__() }}"}]}, "cannot stand"),
        ({"actions": [{**NOTICE, "text": "{{ 9 ** 9999999 }}"}]}, "cannot stand"),
        ({"conditions": [{**FROM_BUXORO, "field": "core.user.login"}]}, "Choose a field"),
        (
            {
                "conditions": [
                    {**FROM_BUXORO, "operator": "contains", "field": "contacts.contact.birthday"}
                ]
            },
            "works on texts",
        ),
        (
            {"conditions": [{**FROM_BUXORO, "field": "contacts.contact.status", "value": "x"}]},
            "none of the choices",
        ),
    ],
)
def test_what_is_no_rule_is_refused_in_a_sentence(wrong, said, automate, rule_form):
    answer = automate.designer.post("/studio/rule/new", rule_form(wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert "Yangi mijoz" not in automate.designer.get("/studio/rule/").text


def test_no_name_is_looked_up_while_others_wait(automate, monkeypatch):
    asked = []
    found = socket.getaddrinfo

    def look_up(host, *others, **options):
        if options.get("flags") != socket.AI_NUMERICHOST:
            asked.append(host)
        return found(host, *others, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    automate(actions=[{"kind": "webhook", "subject": "https://slow.example.uz", "text": "x"}])
    assert "slow.example.uz" not in asked


@pytest.mark.attack(35)
@pytest.mark.parametrize("host", ["127.0.0.1", "0177.0.0.1", "2130706433", "[::ffff:a9fe:a9fe]"])
def test_a_call_into_our_own_network_is_refused_at_once(automate, rule_form, host):
    call = {"kind": "webhook", "subject": f"http://{host}/", "text": "x"}
    answer = automate.designer.post("/studio/rule/new", rule_form({"actions": [call]}))
    assert answer.status_code in (400, 422)
