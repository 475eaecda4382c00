"""The pages that explain access: what they answer, to whom, and what they never name."""

from dataclasses import replace

import pytest

from core.access.accounts import create_user
from core.access.limits import FieldLimit
from core.access.models import Cover, User, UserRole
from core.access.sessions import open_session
from core.data.actor import system
from core.formats import today
from core.modules.registry import using
from core.testing.instances import Browser
from core.web.app import create_app
from core.web.requests import LOGIN_COOKIE, lifetime_of

ASK = "/access?user={}&model=contacts.contact&action={}&record={}&field={}"
WHO = "/access/who?model=contacts.contact&record={}&action={}"


@pytest.fixture
def company(app, as_role):
    """Two sellers with a customer each, an auditor with the whole list, and an admin."""
    sellers = [as_role("contacts.own", login=f"seller{n}").user.id for n in range(2)]
    with using(app.extensions["registry"]) as registry, system("a test fills its company"):
        contact = registry.model("contacts.contact")
        ids = [
            contact.create(name=f"Mijoz {id}", owner=id, tax_id="301234567").id for id in sellers
        ]
    return sellers, ids


def told(page):
    """(is it allowed, the text of the line that decided)."""
    assert page.status_code == 200
    verdict = page.text.split('class="card verdict')[1]
    return verdict.startswith(" is-yes"), verdict


@pytest.mark.requirement("S28")
@pytest.mark.requirement("S30")
def test_the_answer_names_the_line_that_decided_and_who_says_so(company, as_role):
    (one, two), (mine, other) = company
    admin = as_role("admin")
    allowed, said = told(admin.get(ASK.format(one, "u", mine, "")))
    assert allowed
    assert "their own records and those of teams that they lead" in said
    assert "decided it" in said
    assert ">Contacts</span>" in said
    allowed, said = told(admin.get(ASK.format(one, "u", other, "")))
    assert not allowed
    assert "this record is not among them" in said
    allowed, said = told(admin.get(ASK.format(one, "d", mine, "")))
    assert not allowed
    assert "no role that is held grants it" in said
    allowed, said = told(admin.get(f"/access?user={two}&model=contacts.contact"))
    assert allowed


def test_a_hidden_field_is_shown_with_its_reason(company, as_role):
    (one, _two), _contacts = company
    admin = as_role("admin")
    allowed, said = told(admin.get(f"/access?user={one}&model=core.user&record={one}&field=email"))
    assert not allowed
    assert "the field is hidden there" in said


@pytest.mark.requirement("S29")
def test_who_stands_in_later_is_told_what_the_answer_will_be(company, as_role, app):
    (one, two), (_mine, other) = company
    admin = as_role("admin")
    with using(app.extensions["registry"]), system("a test lets somebody stand in"):
        day = today()
        later = day.replace(year=day.year + 1)
        Cover.create(user=two, substitute=one, starts_on=later, ends_on=later)
    allowed, said = told(admin.get(ASK.format(one, "r", other, "")))
    assert not allowed
    assert "Then the answer is: yes." in said


def test_who_sees_a_record_is_asked_from_the_record(company, as_role, app):
    (_one, two), (mine, _other) = company
    admin = as_role("admin", login="boss")
    page = admin.get(f"/contacts/contact/{mine}").text
    address = WHO.format(mine, "r").removesuffix("&action=r")
    assert address.replace("&", "&amp;") in page
    who = admin.get(address).text
    assert "seller0" in who
    assert "boss" in who
    assert "seller1" not in who
    assert "Nobody may do it" not in who
    with using(app.extensions["registry"]), system("a test gives a role"):
        UserRole.create(user=two, role="contacts.manager")
    assert "seller1" in admin.get(address).text
    assert "seller0" not in admin.get(WHO.format(mine, "x")).text


def test_only_who_watches_over_access_may_ask_and_only_about_what_they_see(company, as_role):
    (one, _two), (mine, other) = company
    seller = as_role("contacts.own", login="seller9")
    refused = seller.get(ASK.format(one, "r", mine, ""))
    assert refused.status_code == 403
    assert "Mijoz" not in refused.text
    assert "/access" not in seller.get("/").text
    auditor = as_role("core.auditor")
    assert auditor.get("/access").status_code == 200
    assert auditor.get(ASK.format(one, "r", mine, "")).status_code == 400
    reader = as_role("core.auditor", "contacts.own")
    for id in (mine, other, 999_999):
        never = reader.get(ASK.format(one, "r", id, ""))
        assert never.status_code == 404
        assert "Mijoz" not in never.text
        assert reader.get(WHO.format(id, "r")).status_code == 404
    assert "/access" in reader.get("/core/user/").text


@pytest.mark.parametrize(
    "words",
    [
        "action=z",
        "model=no.such",
        "model=core.session",
        "model=contacts.contact&field=nothing",
        "model=contacts.telephone",
    ],
)
def test_a_question_of_other_words_gets_a_sentence(as_role, words):
    answer = as_role("admin").get(f"/access?{words}")
    assert answer.status_code == 400
    assert "Choose one of the" in answer.text


@pytest.mark.parametrize("words", ["user=x", "user=-1", "user=999999", "user=99999999999"])
def test_a_user_that_never_was_is_not_found(as_role, words):
    assert as_role("admin").get(f"/access?{words}").status_code == 404


def test_a_disabled_user_cannot_log_in(company, as_role, app):
    (one, _two), (mine, _other) = company
    with using(app.extensions["registry"]), system("a test disables"):
        User.update(is_active=False).where(User.id == one).execute()
    allowed, said = told(as_role("admin").get(ASK.format(one, "r", mine, "")))
    assert not allowed
    assert "They cannot log in" in said


def test_the_explainer_says_no_name_that_is_hidden_from_its_reader(instance, registry):
    limit = FieldLimit(User, "name", readers=frozenset({"contacts.manager"}))
    own = replace(registry, limits=(*registry.limits, limit))
    with using(own), system("a test"):
        auditor = create_user("auditor", roles=("core.auditor",))
        asked = create_user("asked", name="Yashirin Ism", roles=("core.staff",))
        key = open_session(auditor.id, lifetime_of(instance.settings), "127.0.0.1")
    client = create_app(own, instance.settings).test_client()
    client.set_cookie(LOGIN_COOKIE, key, domain="127.0.0.1")
    browser = Browser(client, auditor)
    for url in (
        f"/access?user={asked.id}&model=core.user&record={asked.id}",
        f"/access/who?model=core.user&record={asked.id}",
    ):
        answer = browser.get(url)
        assert answer.status_code == 200, url
        assert "Yashirin" not in answer.text, url
