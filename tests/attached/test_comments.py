"""Comments, followers and restored values, as people use them on the page of a record."""

import html
import re

import pytest

from core.access.models import Team, TeamMember
from core.attached.models import Comment, Follower, Mention
from core.background.notices import Notice
from core.data.actor import Actor, acting_as
from core.data.history import HistoryValue

LIST = "/contacts/contact/"


@pytest.fixture
def contact(working):
    return working.model("contacts.contact").create(name="Bahor Market", city="Buxoro")


def say(browser, record, text):
    return browser.post(f"{LIST}{record.id}/comments", {"text": text})


def page(browser, record):
    return html.unescape(browser.get(f"{LIST}{record.id}").text)


def texts(browser):
    found = Notice.select(Notice.kind, Notice.text).where(Notice.user == browser.user.id)
    return list(found.order_by(Notice.id).tuples())


def test_followers_who_belong_to_a_team_are_told_too(contact, as_role):
    author, member = as_role("contacts.manager"), as_role("contacts.manager")
    team = Team.create(code="north", name="Shimol")
    TeamMember.create(team=team, user=member.user)
    member.post(f"{LIST}{contact.id}/follow")
    assert say(author, contact, "Salom").status_code == 303
    assert [kind for kind, _text in texts(member)] == ["core.commented"]


@pytest.mark.requirement("S25")
def test_a_comment_stands_among_the_changes_with_its_author(contact, as_role):
    dilnoza = as_role("contacts.manager", login="dilnoza")
    answer = say(dilnoza, contact, " Ertaga qoʻngʻiroq ")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}{contact.id}#talk")
    contact.change({"city": "Xiva"})
    shown = page(dilnoza, contact)
    place = shown.index('<div class="tl-said">Ertaga qoʻngʻiroq</div>')
    assert shown.index("<b>Xiva</b>") < place < shown.rindex("Created")


@pytest.mark.parametrize("text", ["", "  \r\n ", "a\0b", "x" * 10_001])
def test_a_comment_that_cannot_be_kept_is_refused_in_a_sentence(contact, as_role, text):
    answer = say(as_role("contacts.manager"), contact, text)
    assert answer.status_code == 400
    assert "The comment" in answer.text
    assert Comment.select().count() == 0


def test_a_mention_tells_whoever_may_read_the_record_and_names_the_others(contact, as_role):
    author = as_role("contacts.manager", login="dilnoza")
    reader = as_role("contacts.manager", login="aziz.karimov")
    stranger = as_role("core.staff", login="botir")
    say(author, contact, "@aziz.karimov va @botir, koʻring. me@example.uz @nobody")
    shown = page(author, contact)
    assert "botir may not see this record and gets no notice." in shown
    assert '<b class="called">@aziz.karimov</b>' in shown
    assert texts(reader) == [("core.mentioned", f"{author.user.name} mentioned you")]
    assert texts(stranger) == []
    assert [mention.user_id for mention in Mention.select()] == [reader.user.id]


def test_only_people_who_may_read_the_record_are_offered(contact, as_role):
    author = as_role("contacts.manager", login="dilnoza")
    as_role("core.staff", login="dilshod")
    found = author.get(f"{LIST}{contact.id}/people?search=dil").json
    assert [person["login"] for person in found] == ["dilnoza"]


def test_an_own_comment_is_taken_back_and_its_place_stays(contact, as_role):
    author, other = as_role("contacts.manager"), as_role("contacts.manager")
    say(author, contact, "Xato gap")
    path = f"{LIST}{contact.id}/comments/{Comment.get().id}/remove"
    assert other.post(path).status_code == 403
    assert other.post(f"{LIST}{contact.id}/comments/999/remove").status_code == 404
    assert author.post(path).status_code == 303
    shown = page(other, contact)
    assert "Xato gap" not in shown
    assert "The comment was removed." in shown


def test_what_its_author_took_back_is_brought_back(contact, as_role):
    author, other = as_role("contacts.manager"), as_role("contacts.manager")
    say(author, contact, "Kelishildi & yozildi")
    path = f"{LIST}{contact.id}/comments/{Comment.get().id}"
    author.post(f"{path}/remove")
    assert f'action="{path}/restore"' in page(author, contact)
    assert f'action="{path}/restore"' not in page(other, contact)
    assert other.post(f"{path}/restore").status_code == 403
    assert author.post(f"{LIST}{contact.id}/comments/{2**70}/restore").status_code == 404
    assert author.post(f"{path}/restore").status_code == 303
    shown = page(other, contact)
    assert "Kelishildi & yozildi" in shown
    assert "The comment was removed." not in shown
    assert author.post(f"{path}/restore").status_code == 303
    assert Comment.get().text == "Kelishildi & yozildi"


def test_whoever_comments_or_chooses_to_follows_until_they_stop(contact, as_role):
    author, other = as_role("contacts.manager", login="a"), as_role("contacts.manager", login="b")
    say(author, contact, "Birinchi")
    other.post(f"{LIST}{contact.id}/follow")
    assert "Followed by: a, b" in re.sub(r"\s+", " ", page(author, contact))
    say(author, contact, "Ikkinchi")
    assert texts(other) == [("core.commented", "a commented")]
    assert texts(author) == []
    other.post(f"{LIST}{contact.id}/unfollow")
    say(author, contact, "Uchinchi")
    assert len(texts(other)) == 1


def test_the_owner_hears_of_changes_of_others_once_until_they_are_read(working, as_role):
    owner, other = as_role("contacts.manager", login="a"), as_role("contacts.manager", login="b")
    record = working.model("contacts.contact").create(name="Bahor", owner=owner.user.id)
    for city in ("Xiva", "Nukus"):
        with acting_as(Actor(id=other.user.id, name="b", roles=frozenset({"admin"}))):
            type(record).get_by_id(record.id).change({"city": city})
    assert texts(owner) == [("core.changed", "b changed it")]
    assert texts(other) == []


def test_a_record_with_the_id_of_a_deleted_one_has_nothing_of_its_talk(working, as_role):
    model = working.model("contacts.contact")
    before = model.create(name="Maxfiy")
    author, fan = as_role("contacts.manager"), as_role("contacts.manager")
    say(author, before, "Sirli gap")
    fan.post(f"{LIST}{before.id}/follow")
    before.delete_instance()
    after = model.create(id=before.id, name="Bahor")
    shown = page(author, after)
    assert "Sirli gap" not in shown
    assert "Followed by" not in shown
    assert "Bahor" not in fan.get("/notices").text
    author.post(f"{LIST}{after.id}/follow")
    assert Follower.select().where(Follower.user == author.user.id).count() == 1


def value_of(record, field):
    return HistoryValue.get(HistoryValue.field == field).id


def restore(browser, record, value, version):
    return browser.post(f"{LIST}{record.id}/history/{value}/restore", {"version": str(version)})


def test_a_value_is_given_back_as_it_was(contact, as_role):
    contact.change({"city": "Xiva"})
    browser = as_role("contacts.manager")
    value = value_of(contact, "city")
    assert f"/history/{value}/restore" in page(browser, contact)
    assert restore(browser, contact, value, 1).status_code == 409
    assert restore(browser, contact, value, 2).status_code == 303
    after = type(contact).get_by_id(contact.id)
    assert (after.city, after.version) == ("Buxoro", 3)
    assert "<b>Buxoro</b>" in page(browser, contact)


def test_a_value_is_restored_by_whoever_may_edit_and_of_the_record_alone(working, as_role):
    model = working.model("contacts.contact")
    first, second = model.create(name="Bahor", city="Buxoro"), model.create(name="Kuz")
    first.change({"city": "Xiva"})
    value = value_of(first, "city")
    assert restore(as_role("contacts.manager"), second, value, 1).status_code == 404
    assert restore(as_role("contacts.manager"), first, 2**70, 2).status_code == 404
    assert restore(as_role("contacts.own"), first, value, 2).status_code == 404
    assert model.get_by_id(first.id).city == "Xiva"
