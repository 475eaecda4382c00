"""A record is made and changed by its form, as somebody with a browser does it."""

import html
import re

import pytest

from tests.web.sending import LIST, edit, lines, numbers, reached, version


@pytest.mark.requirement("S45")
def test_a_contact_is_made_by_its_form(working, as_role):
    browser = as_role("contacts.manager")
    form = browser.get(f"{LIST}new")
    assert form.status_code == 200
    assert 'name="name"' in form.text
    answer = browser.post(
        f"{LIST}new", {"name": " Bahor Market ", "city": "Buxoro", "is_customer": "1"}
    )
    assert answer.status_code == 303
    contact = working.model("contacts.contact").get(name="Bahor Market")
    assert answer.headers["Location"] == f"{LIST}{contact.id}"
    assert (contact.city, contact.is_customer, contact.created_by_id) == (
        "Buxoro",
        True,
        browser.user.id,
    )
    assert "Created: Bahor Market" in browser.get(f"{LIST}{contact.id}").text


def test_a_contact_is_changed_by_its_form(working, as_role):
    contact = working.model("contacts.contact").create(name="Bahor Market", city="Buxoro")
    browser = as_role("contacts.manager")
    answer = edit(browser, contact.id, name="Bahor", birthday="1990-05-31")
    assert answer.status_code == 303
    after = type(contact).get_by_id(contact.id)
    assert (after.name, after.city, after.version) == ("Bahor", "Buxoro", 2)
    assert after.birthday.isoformat() == "1990-05-31"


def test_lines_are_added_changed_and_taken_away(working, as_role, contact):
    first, second = contact.telephones.order_by(contact.telephones.model.id)
    sent = lines(contact, (second.id, "+998901234509"), ("", "+998711234567"), ("", "  "))
    assert edit(as_role("contacts.manager"), contact.id, **sent).status_code == 303
    after = reached(working, contact.id)
    assert numbers(after) == ["+998901234509", "+998711234567"]
    assert second.id in [line.id for line in after.telephones]
    assert after.version == 2
    assert first.id not in [line.id for line in after.telephones]


def test_a_form_that_changes_nothing_makes_no_new_version(working, as_role, contact):
    browser = as_role("contacts.manager")
    stands = [(line.id, line.number) for line in contact.telephones]
    sent = {**lines(contact, *stands), "name": "Bahor Market"}
    for place in range(len(stands)):
        sent[f"telephones-{place}-kind"] = "mobile"
    assert edit(browser, contact.id, **sent).status_code == 303
    assert reached(working, contact.id).version == 1


def test_tags_are_chosen_together(working, as_role, contact):
    new = working.model("contacts.tag").create(name="Doimiy")
    browser = as_role("contacts.manager")
    page = browser.get(f"{LIST}{contact.id}/edit")
    assert re.search(r'<select[^>]* multiple [^>]*name="tags"', page.text)
    edit(browser, contact.id, tags=["", str(new.id)])
    assert [line.tag.name for line in reached(working, contact.id).tags] == ["Doimiy"]
    edit(browser, contact.id, tags="")
    assert list(reached(working, contact.id).tags) == []


def test_tags_that_are_sent_as_lines_are_none(working, as_role, contact):
    browser = as_role("contacts.manager")
    sent = {"tags-lines": "1", "tags-0-tag": str(contact.tags.get().tag_id), "name": "Bahor"}
    assert edit(browser, contact.id, **sent).status_code == 303
    after = reached(working, contact.id)
    assert (after.name, [line.tag.name for line in after.tags]) == ("Bahor", ["Ulgurji"])


def test_what_was_not_sent_stays_as_it_is(working, as_role, contact):
    edit(as_role("contacts.manager"), contact.id, name="Bahor")
    after = reached(working, contact.id)
    assert (after.city, len(numbers(after)), after.emails.count()) == ("Buxoro", 2, 1)


def test_a_box_that_is_not_ticked_is_a_no(working, as_role):
    made = working.model("contacts.contact").create(name="Bahor", is_customer=True)
    edit(as_role("contacts.manager"), made.id, is_customer="0", is_supplier=["0", "1"])
    after = reached(working, made.id)
    assert (after.is_customer, after.is_supplier) == (False, True)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("name", " ", "It is empty. Fill it in."),
        ("name", "\u200b \ufeff", "It is empty. Fill it in."),
        ("name", "x" * 256, "It has 256 characters where 255 fit. Shorten it."),
        ("name", "a\0b", "It holds a NUL character. Remove the character."),
        ("birthday", "31.02.2020", "There is no such day. Write a day of the calendar."),
        ("birthday", "soon", "It is no date."),
        ("status", "gone", "active, regular, quiet, closed. Write one of them.</"),
        ("owner", "999999", "There is no such record. Choose another."),
        ("owner", "1 OR 1=1", "There is no such record. Choose another."),
        ("tags", "999999", "There is no such record. Choose another."),
        ("reference", "R-1", "Another record has this already: it must differ."),
    ],
)
def test_a_fault_stands_beside_its_field_and_what_was_typed_stays(  # both databases alike
    working, as_role, contact, name, text, said
):
    working.model("contacts.contact").create(name="Oldest", reference="R-1")
    answer = edit(as_role("contacts.manager"), contact.id, **{"city": "Nukus", name: text})
    assert answer.status_code == 422
    assert f'<a href="#f-{name}">' in answer.text
    assert said in html.unescape(answer.text)
    assert re.search(rf'id="f-{name}"[^>]* aria-invalid="true" aria-describedby', answer.text)
    assert 'value="Nukus"' in answer.text
    assert reached(working, contact.id).version == 1
    assert reached(working, contact.id).city == "Buxoro"


def test_a_fault_in_a_line_stands_beside_its_input(as_role, contact):
    sent = lines(contact, ("", "1" * 256))
    answer = edit(as_role("contacts.manager"), contact.id, **sent)
    assert answer.status_code == 422
    assert '<a href="#f-telephones-0-number">Number</a>' in answer.text
    assert len(numbers(contact)) == 2


def test_a_doubt_is_said_and_saves(working, as_role, contact):
    browser = as_role("contacts.manager")
    sent = {**lines(contact, ("", "12")), "tax_id": "12"}
    answer = edit(browser, contact.id, **sent)
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "This does not look like a whole number. It was saved all the same." in page
    assert "A STIR has nine digits. It was saved all the same." in page
    assert numbers(reached(working, contact.id)) == ["12"]
    assert "This does not look like a whole number" in browser.get(f"{LIST}{contact.id}/edit").text


def test_lines_come_and_go_by_buttons_without_scripts(as_role, contact):
    browser = as_role("contacts.manager")
    sent = {**lines(contact, ("", "+998711234567")), "name": "Typed", "version": "1"}
    more = browser.post(f"{LIST}{contact.id}/edit", {**sent, "add": "telephones"})
    assert more.status_code == 200
    assert 'name="telephones-1-number"' in more.text
    assert 'value="Typed"' in more.text
    fewer = browser.post(f"{LIST}{contact.id}/edit", {**sent, "remove": "telephones-0"})
    assert "+998711234567" not in fewer.text
    assert len(numbers(contact)) == 2
    assert browser.post(f"{LIST}new", {"name": "x", "add": "telephones"}).status_code == 200


def test_who_sees_only_their_own_makes_their_own(working, as_role):
    team = working.model("core.team").create(code="north", name="North")
    browser = as_role("contacts.user")
    working.model("core.team_member").create(team=team, user=browser.user)
    assert browser.post(f"{LIST}new", {"name": "Bahor", "owner": ""}).status_code == 303
    made = working.model("contacts.contact").get(name="Bahor")
    assert (made.owner, made.team) == (browser.user, team)


def test_who_sees_all_makes_records_that_nobody_owns(working, as_role):
    as_role("contacts.manager").post(f"{LIST}new", {"name": "Bahor"})
    assert working.model("contacts.contact").get(name="Bahor").owner is None


def test_a_record_is_archived_and_restored(working, as_role, contact):
    browser = as_role("contacts.manager")
    page = browser.get(f"{LIST}{contact.id}").text
    assert f'action="{LIST}{contact.id}/archive"' in page
    assert browser.post(f"{LIST}{contact.id}/archive").status_code == 303
    assert reached(working, contact.id).archived_at is not None
    page = browser.get(f"{LIST}{contact.id}").text
    assert "Archived: Bahor Market" in page
    assert f'action="{LIST}{contact.id}/restore"' in page
    assert browser.post(f"{LIST}{contact.id}/restore").status_code == 303
    assert reached(working, contact.id).archived_at is None


def test_save_and_new_leads_to_an_empty_form(as_role):
    browser = as_role("contacts.manager")
    answer = browser.post(f"{LIST}new", {"name": "Bahor", "then": "new"})
    assert answer.headers["Location"] == f"{LIST}new"


def test_who_may_only_read_has_no_buttons_and_is_refused(working, as_role):
    team = working.model("core.team").create(code="north", name="North")
    browser = as_role("core.staff")
    assert "/core/team/new" not in browser.get("/core/team/").text
    page = browser.get(f"/core/team/{team.id}").text
    assert f"/core/team/{team.id}/edit" not in page
    assert f"/core/team/{team.id}/archive" not in page
    assert browser.get("/core/team/new").status_code == 403
    assert browser.get(f"/core/team/{team.id}/edit").status_code == 403
    for path in ("new", f"{team.id}/edit", f"{team.id}/archive", f"{team.id}/restore"):
        assert browser.post(f"/core/team/{path}", {"name": "x", "code": "x"}).status_code == 403


def test_every_screen_has_a_form_that_opens_and_saves(app, working, as_role, contact):
    working.model("core.team").create(code="north", name="North")
    working.model("core.organization").create(name="Zarafshon")
    working.model("studio.custom_field").create(name="Kod", records="core.team", section="")
    rule = working.model("studio.rule").create(name="Qoida", records="core.team")
    working.model("studio.run").create(rule=rule, record=1, mark="v1")
    browser = as_role("admin")
    for view in app.extensions["model_views"]:
        id = view.model.select().order_by(view.model.id).first().id
        page = browser.get(f"{view.list_url}{id}/edit")
        assert page.status_code == (200 if view.can_edit else 403), view
        # A user is made by the page of invitations, which stands at the same address.
        may_make = view.can_create or view.place == "core.user"
        assert browser.get(f"{view.list_url}new").status_code == (200 if may_make else 403)
        if not view.can_edit:
            continue
        sent = {"version": version(page), "name": "Nomi"}
        assert browser.post(f"{view.list_url}{id}/edit", sent).status_code == 303, view


def test_choices_are_found_by_name_and_few(working, as_role):
    model = working.model("contacts.contact")
    model.create_many({"name": f"Mijoz {n:02}"} for n in range(30))
    browser = as_role("contacts.manager")
    found = browser.get(f"{LIST}choices?search=Mijoz&limit=1000").json
    assert len(found) == 20
    assert [sorted(one) for one in found] == [["id", "name"]] * 20
    assert [one["name"] for one in browser.get(f"{LIST}choices?search=mijoz 07").json] == [
        "Mijoz 07"
    ]
    working.model("contacts.tag").create(name="Ulgurji")
    assert [one["name"] for one in browser.get("/contacts/tag/choices?search=ulg").json] == [
        "Ulgurji"
    ]


def test_a_form_asks_the_database_a_few_times(as_role, contact, query_count):
    browser = as_role("contacts.manager")
    browser.get(f"{LIST}{contact.id}/edit")
    with query_count:
        browser.get(f"{LIST}{contact.id}/edit")
    assert len(query_count) <= 12
