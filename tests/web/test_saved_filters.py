"""Filters that people save above a list: opened, counted, shared with a role, renamed, deleted."""

import re

import pytest

from core.exchange.saved_filters import MOST_OF_ONE, SavedFilter

LIST = "/contacts/contact/"
OFFERED = "city=Buxoro&city.op=%3D"
MANAGER = "contacts.manager"


@pytest.fixture
def contacts(working):
    model = working.model("contacts.contact")
    for name, city in (("Bahor", "Buxoro"), ("Anor", "Toshkent"), ("Chinor", "Buxoro")):
        model.create(name=name, city=city, status="lead")
    return model


def saved(browser, asked=OFFERED, title="Buxorolik", shared_with=""):
    form = {"asked": asked, "title": title, "shared_with": shared_with}
    answer = browser.post(f"{LIST}saved", form)
    assert answer.status_code == 303, answer.text
    return SavedFilter.select().order_by(SavedFilter.id.desc()).get()


def tabs(page):
    """{title: whether it is open} of the tabs of a list."""
    nav = re.search(r'<nav class="views".*?</nav>', page.text, re.DOTALL)
    links = re.findall(r"<a ([^>]*)>([^<]+)<", nav[0]) if nav else []
    return {title: "aria-current" in words for words, title in links}


def test_a_filtered_list_is_saved_and_opened_as_a_tab(contacts, as_role):
    browser = as_role(MANAGER)
    assert tabs(browser.get(f"{LIST}?{OFFERED}")) == {}
    one = saved(browser, f"{OFFERED}&sort=-name&after=abc&strange=1")
    page = browser.get(f"{LIST}?saved={one.id}")
    assert tabs(page) == {"All": False, "Buxorolik": True}
    assert page.text.index("Chinor") < page.text.index("Bahor")
    assert "Anor" not in page.text
    assert tabs(browser.get(LIST)) == {"All": True, "Buxorolik": False}
    assert tabs(browser.get(f"{LIST}?{OFFERED}&sort=-name"))["Buxorolik"]


def test_a_count_comes_from_an_address_of_its_own(contacts, as_role):
    browser = as_role(MANAGER)
    one = saved(browser)
    assert f"saved/{one.id}/count" in browser.get(LIST).text
    assert browser.get(f"{LIST}saved/{one.id}/count").text == "2"


def test_a_count_looks_at_no_more_rows_than_a_list_does(contacts, as_role):
    contacts.create_many({"name": f"Mijoz {n}", "city": "Buxoro"} for n in range(3_100))
    browser = as_role(MANAGER)
    one = saved(browser, "is_customer=0")
    assert re.fullmatch(r"3,\d\d\d\+", browser.get(f"{LIST}saved/{one.id}/count").text)
    assert "++" not in browser.get(f"{LIST}?is_customer=0").text


def test_the_tabs_cost_a_list_one_question(contacts, as_role, query_count):
    browser = as_role(MANAGER)
    for number in range(5):
        saved(browser, title=f"Filtr {number}")
    browser.get(LIST)
    with query_count:
        page = browser.get(LIST)
    assert len(tabs(page)) == 6
    assert len(query_count) <= 10
    assert sum("core_saved_filter" in text for text in query_count.statements) == 1


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"asked": "", "title": "Hammasi"}, "There is nothing to save yet"),
        ({"asked": "strange=1&after=x", "title": "Hammasi"}, "There is nothing to save yet"),
        ({"asked": OFFERED, "title": "  "}, "Give the filter a name"),
        ({"asked": OFFERED, "title": "\0"}, "Give the filter a name"),
        ({"asked": OFFERED, "title": "a" * 65}, "at most 64 characters"),
        ({"asked": "search=" + "a" * 2_100, "title": "Uzun"}, "too long to be saved"),
        ({"asked": "sort=secret", "title": "Sirli"}, "There is no field"),
        ({"asked": "city=B&city.op=like", "title": "Sirli"}, "cannot be compared"),
        ({"asked": OFFERED, "title": "Rol", "shared_with": "no.role"}, "a role that you hold"),
    ],
)
def test_what_cannot_be_saved_is_said_in_a_sentence(contacts, as_role, form, said):
    answer = as_role(MANAGER).post(f"{LIST}saved", form)
    assert answer.status_code == 400
    assert said in answer.text
    assert SavedFilter.select().count() == 0


def test_a_user_keeps_no_more_filters_than_tabs_can_show(contacts, as_role):
    browser = as_role(MANAGER)
    for number in range(MOST_OF_ONE):
        saved(browser, title=f"Filtr {number}")
    form = {"asked": OFFERED, "title": "Ortiqcha"}
    answer = browser.post(f"{LIST}saved", form)
    assert answer.status_code == 400
    assert "delete one first" in answer.text


def test_a_filter_is_shared_with_those_who_hold_the_role(contacts, as_role):
    owner = as_role(MANAGER)
    one = saved(owner, shared_with="contacts.user")
    reader, stranger, admin = as_role("contacts.user"), as_role("contacts.own"), as_role("admin")
    assert "Buxorolik" in tabs(reader.get(LIST + "?search=x"))
    assert reader.get(f"{LIST}saved/{one.id}/count").text == "0"
    assert stranger.get(f"{LIST}?saved={one.id}").status_code == 404
    assert "Buxorolik" in tabs(admin.get(LIST))


def test_one_shares_only_with_a_role_that_one_holds(contacts, as_role):
    form = {"asked": OFFERED, "title": "Hamma", "shared_with": MANAGER}
    assert as_role("contacts.user").post(f"{LIST}saved", form).status_code == 400
    saved(as_role("admin"), shared_with=MANAGER)


def test_a_filter_is_renamed_moved_shared_and_deleted_by_its_owner(contacts, as_role):
    browser = as_role(MANAGER)
    one, other = saved(browser), saved(browser, title="Yangi")
    form = {"title": "Oxirgi", "shared_with": MANAGER, "position": "9"}
    assert browser.post(f"{LIST}saved/{one.id}", form).status_code == 303
    assert list(tabs(browser.get(LIST))) == ["All", "Yangi", "Oxirgi"]
    managed = browser.get(f"{LIST}saved").text
    assert "Oxirgi" in managed
    assert 'value="9" required' in managed
    bad = browser.post(f"{LIST}saved/{one.id}", {"title": "Boshqa", "position": "0"})
    assert bad.status_code == 400
    assert SavedFilter.get_by_id(one.id).title == "Oxirgi"
    assert browser.post(f"{LIST}saved/{other.id}/remove").status_code == 303
    assert list(tabs(browser.get(LIST))) == ["All", "Oxirgi"]


@pytest.mark.attack(11)
def test_a_filter_of_somebody_else_is_as_none_at_all(contacts, as_role):
    one = saved(as_role(MANAGER), shared_with="contacts.user")
    hidden = saved(as_role(MANAGER), title="Maxfiy")
    reader = as_role("contacts.user")
    form = {"title": "Meniki", "shared_with": "", "position": "1"}
    for number in (one.id, hidden.id, 999, 2**40):
        assert reader.post(f"{LIST}saved/{number}", form).status_code == 404
        assert reader.post(f"{LIST}saved/{number}/remove").status_code == 404
    for number in (hidden.id, 999, 2**40, "x", ""):
        assert reader.get(f"{LIST}?saved={number}").status_code == 404
    assert reader.get(f"{LIST}saved/{hidden.id}/count").status_code == 404
    assert "Maxfiy" not in reader.get(LIST).text
    assert "Buxorolik" not in reader.get(f"{LIST}saved").text
    assert reader.get(f"/contacts/tag/?saved={one.id}").status_code in (403, 404)
    assert {row.title for row in SavedFilter.select()} == {"Buxorolik", "Maxfiy"}


def test_an_administrator_manages_what_is_shared(contacts, as_role):
    one, admin = saved(as_role(MANAGER), shared_with=MANAGER), as_role("admin")
    assert "Buxorolik" in admin.get(f"{LIST}saved").text
    assert admin.post(f"{LIST}saved/{one.id}/remove").status_code == 303


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (f"{OFFERED}&vanished=7", "also asks for “vanished”"),
        ("city=Buxoro&sort=-vanished", "also asks for “vanished”"),
        ("city=Buxoro&city.op=like", "no longer fits"),
    ],
)
def test_a_filter_that_lost_a_field_says_so_and_goes_on_without_it(contacts, as_role, asked, said):
    browser = as_role(MANAGER)
    one = saved(browser)
    SavedFilter.update(asked=asked).where(SavedFilter.id == one.id).execute()
    page = browser.get(f"{LIST}?saved={one.id}")
    assert page.status_code == 200
    assert said in page.text
    assert "Bahor" in page.text
    assert tabs(page)["Buxorolik"]
