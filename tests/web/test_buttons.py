"""Buttons and changes of state: who may press them and when, what objects, what is asked."""

import json
import re

import pytest

from core.access.accounts import create_token
from core.data.actor import system
from core.data.history import CONFIRM, History
from core.data.model import Model
from core.errors import Conflict, NotAllowed, UserError
from core.modules import lifecycle
from core.modules.buttons import buttons_of, press
from core.modules.registry import using
from core.modules.transitions import Questions, Vetoed
from core.testing.instances import BASE_URL
from tests.web.slips import FILES, HOOKS


class Office:
    """An instance with slips, and what a test asks of it."""

    def __init__(self, opened, name, browser_of):
        self.opened, self.name, self.browser_of = opened, name, browser_of
        self.registry = opened.registry()
        self.slip: type[Model] = self.registry.model(f"{name}.slip")

    def browser(self, role):
        return self.browser_of(self.opened, f"{self.name}.{role}")

    def address(self, slip, button):
        return f"/{self.name}/slip/{slip.id}/buttons/{button}"

    def call(self, browser, slip, button, body=None, token=None):
        with using(self.registry), system("a test"):
            token = token or create_token(browser.user)
        return browser.client.post(
            f"/api/v1/{self.name}/slip/{slip.id}/{button}",
            data=json.dumps(body) if body is not None else None,
            headers={"Authorization": f"Bearer {token}"},
            base_url=BASE_URL,
        )

    def state(self, slip):
        return self.slip.get_by_id(slip.id).state


@pytest.fixture
def office(instance, open_at, write_addon, addon_folder, migrated_url, browser_of):
    name = write_addon("slips", **FILES)
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    lifecycle.enable(opened.found(), name)
    made = Office(opened, name, browser_of)
    assert made.registry.broken == {}
    with using(made.registry), system("a test"):
        yield made


def test_a_button_is_shown_where_it_can_be_pressed_and_does_its_work(office):
    slip = office.slip.create(name="One")
    browser = office.browser("user")
    page = browser.get(f"/{office.name}/slip/{slip.id}").text
    assert f'action="{office.address(slip, "pass_on")}"' in page
    assert f'action="{office.address(slip, "burn")}"' not in page
    done = browser.post(office.address(slip, "pass_on"))
    assert (done.status_code, done.location) == (303, f"/{office.name}/slip/{slip.id}")
    assert office.state(slip) == "passed"
    assert office.slip.get_by_id(slip.id).name == "One!"
    page = browser.get(f"/{office.name}/slip/{slip.id}").text
    assert office.address(slip, "pass_on") not in page


def test_a_reader_sees_no_button_and_presses_none(office):
    slip = office.slip.create(name="One")
    browser = office.browser("reader")
    assert "/buttons/" not in browser.get(f"/{office.name}/slip/{slip.id}").text
    refused = browser.post(office.address(slip, "pass_on"))
    assert refused.status_code == 403
    assert "not do this with it" in refused.text
    assert office.call(browser, slip, "pass_on").status_code == 403
    assert office.state(slip) == "draft"


def test_a_button_in_the_wrong_state_is_refused_with_a_sentence(office):
    slip = office.slip.create(name="One", state="void")
    refused = office.browser("user").post(office.address(slip, "pass_on"))
    assert refused.status_code == 403
    assert "state “Void” now" in refused.text


def test_all_vetoes_are_shown_together_on_the_page(office):
    slip = office.slip.create(name="bad and very long")
    refused = office.browser("user").post(office.address(slip, "pass_on"))
    assert refused.status_code == 400
    assert "A bad slip is not passed." in refused.text
    assert "Its name is too long." in refused.text
    assert office.state(slip) == "draft"


def test_a_doubt_is_asked_answered_and_told_in_the_history(office):
    slip = office.slip.create(name="odd")
    browser = office.browser("user")
    asked = browser.post(office.address(slip, "pass_on"))
    assert asked.status_code == 422
    assert office.state(slip) == "draft"
    [question] = re.findall(r'name="confirmed" value="([^"]*)"', asked.text)
    assert question == "odd looks odd."
    done = browser.post(office.address(slip, "pass_on"), {"confirmed": question})
    assert done.status_code == 303
    assert office.state(slip) == "passed"
    [told] = History.select().where(History.action == CONFIRM)
    assert (told.record, told.actor) == (slip.id, browser.user.id)
    assert "Confirmed all the same: odd looks odd." in browser.get(done.location).text


def test_the_answer_to_one_question_answers_no_other(office):
    slip = office.slip.create(name="odd")
    with pytest.raises(Questions, match="odd looks odd"):
        press(slip, "pass_on", confirmed=["another looks odd."])
    assert office.state(slip) == "draft"
    assert not History.select().where(History.action == CONFIRM).exists()


def test_a_doubt_that_only_others_may_answer_is_a_veto(office):
    slip = office.slip.create(name="dear")
    address = office.address(slip, "pass_on")
    assert office.browser("user").post(address, {"confirmed": "It is dear."}).status_code == 400
    assert office.state(slip) == "draft"
    assert office.browser("chief").post(address, {"confirmed": "It is dear."}).status_code == 303
    assert office.state(slip) == "passed"


def test_a_button_may_ask_before_it_does_its_work(office):
    slip = office.slip.create(name="One", state="passed")
    browser = office.browser("chief")
    asked = browser.post(office.address(slip, "burn"), {"reason": "old"})
    assert asked.status_code == 422
    assert 'name="reason" value="old"' in asked.text
    assert "Burn it?" in asked.text
    answers = {"reason": "old", "confirmed": "It cannot be had back. Burn it?"}
    assert browser.post(office.address(slip, "burn"), answers).status_code == 303
    burnt = office.slip.get_by_id(slip.id)
    assert burnt.name == "One old"
    assert burnt.archived_at


def test_a_button_of_another_role_is_refused(office):
    slip = office.slip.create(name="One", state="passed")
    browser = office.browser("user")
    assert browser.post(office.address(slip, "burn")).status_code == 403
    assert office.call(browser, slip, "burn").status_code == 403
    assert not office.slip.get_by_id(slip.id).archived_at


def test_what_no_button_declares_is_not_there(office):
    slip = office.slip.create(name="One")
    browser = office.browser("chief")
    for name in ("delete_instance", "archive", "is_named", "carry_out", "__class__", "save"):
        assert browser.post(office.address(slip, name)).status_code == 404
        assert office.call(browser, slip, name).status_code == 404
    assert browser.post(f"/{office.name}/slip/999/buttons/pass_on").status_code == 404
    assert browser.get(office.address(slip, "pass_on")).status_code == 405
    assert office.call(browser, slip, "pass_on", token="wrong").status_code == 401


def test_the_api_presses_the_same_button_and_answers_the_record(office):
    slip = office.slip.create(name="One")
    done = office.call(office.browser("user"), slip, "pass_on")
    assert done.status_code == 200
    assert (done.json["id"], done.json["name"], done.json["state"]) == (slip.id, "One!", "passed")


def test_the_api_is_asked_too_and_answers_by_the_questions(office):
    slip = office.slip.create(name="odd")
    browser = office.browser("user")
    asked = office.call(browser, slip, "pass_on", {})
    assert (asked.status_code, asked.mimetype) == (422, "application/problem+json")
    assert asked.json["questions"] == ["odd looks odd."]
    done = office.call(browser, slip, "pass_on", {"confirmed": asked.json["questions"]})
    assert done.status_code == 200
    assert office.state(slip) == "passed"


@pytest.mark.parametrize(
    "body", [[], "x", {"confirmed": "yes"}, {"confirmed": [1]}, {"wrong": 1}, {}]
)
def test_a_body_that_does_not_fit_is_refused_with_a_sentence(office, body):
    slip = office.slip.create(name="One")
    refused = office.call(office.browser("user"), slip, "copy", body)
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    assert office.slip.select().count() == 1


def test_values_reach_the_function_and_what_it_returns_is_shown_next(office):
    slip = office.slip.create(name="One")
    browser = office.browser("user")
    done = browser.post(office.address(slip, "copy"), {"name": "Two"})
    made = office.slip.get(office.slip.name == "Two")
    assert done.location == f"/{office.name}/slip/{made.id}"
    assert office.call(browser, slip, "copy", {"name": "Three"}).json["id"] == slip.id


def test_a_state_that_transitions_lead_is_filled_in_by_no_form(office):
    browser = office.browser("user")
    assert 'name="state"' not in browser.get(f"/{office.name}/slip/new").text
    browser.post(f"/{office.name}/slip/new", {"name": "One", "state": "passed"})
    assert office.slip.get(office.slip.name == "One").state == "draft"


def test_whoever_comes_second_changes_nothing(office):
    slip = office.slip.create(name="One")
    second = office.slip.get_by_id(slip.id)
    press(slip, "pass_on")
    with pytest.raises(Conflict):
        press(second, "pass_on")
    with pytest.raises(NotAllowed):
        press(office.slip.get_by_id(slip.id), "pass_on")
    assert office.slip.get_by_id(slip.id).name == "One!"


def test_the_event_afterwards_is_told_of_the_new_state(office):
    slip = office.slip.create(name="One")
    press(slip, "pass_on")
    heard = buttons_of(office.slip)["pass_on"].function.__globals__["heard"]
    assert heard == [("One!", "passed")]


def test_vetoes_name_each_reason_to_programs(office):
    with pytest.raises(Vetoed) as refused:
        press(office.slip.create(name="bad and very long"), "pass_on")
    assert refused.value.texts == ["A bad slip is not passed.", "Its name is too long."]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('states=("draft",)', 'states=("drafted",)', "stands in drafted"),
        ("def is_odd(slip)", "def is_odd(paper)", "listens for paper"),
    ],
)
def test_a_wrong_declaration_quarantines_its_addon(
    instance, open_at, write_addon, addon_folder, migrated_url, right, wrong, said
):
    name = write_addon("slips", **{**FILES, "hooks": HOOKS.replace(right, wrong)})
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    with pytest.raises(UserError, match=said):
        lifecycle.enable(opened.found(), name)


def test_the_vetoes_and_doubts_of_several_addons_come_together(
    office, write_addon, addon_folder, open_at, migrated_url, browser_of
):
    listening = f"""
from addons.{office.name}.models import Slip, slip_passing
from core.api import Confirm, UserError, on

@on(slip_passing)
def {{name}}_objects(slip):
    if "bad" in slip.name:
        raise UserError("{{name}} has nothing good to say.")
    raise Confirm("{{name}} wonders.")
"""
    names = [write_addon("vetoing", depends=(office.name,), hooks=listening) for _ in range(2)]
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    for name in reversed(names):
        lifecycle.enable(opened.found(), name)
    both = Office(opened, office.name, browser_of)
    assert both.registry.broken == {}
    with using(both.registry), system("a test"):
        bad, fair = both.slip.create(name="bad"), both.slip.create(name="fair")
        browser = both.browser("user")
        page = browser.post(both.address(bad, "pass_on")).text
        said = ["A bad slip is not passed.", *(f"{name} has nothing good" for name in names)]
        assert [text in page for text in said] == [True, True, True]
        assert page.index(said[1]) < page.index(said[2])
        asked = browser.post(both.address(fair, "pass_on"))
        questions = re.findall(r'name="confirmed" value="([^"]*)"', asked.text)
        assert questions == [f"{name} wonders." for name in names]
        one = browser.post(both.address(fair, "pass_on"), {"confirmed": questions[0]})
        assert one.status_code == 422
        done = browser.post(both.address(fair, "pass_on"), {"confirmed": questions})
        assert done.status_code == 303
        assert History.select().where(History.action == CONFIRM).count() == 1
        page = browser.get(done.location).text
        assert all(f"Confirmed all the same: {question}" in page for question in questions)
