"""A list as a calendar: the days of a month, what stands on them, and moving it to another day."""

import re
from datetime import date

import pytest

from core.data.actor import system
from core.exchange.days import between, day_of
from core.modules.registry import using
from tests.web.sending import way_back

LIST = "/contacts/contact/"
MOVES = "/warehouse/move/"
NOVEMBER = f"{MOVES}?view=calendar&month=2026-11"


@pytest.fixture
def moves(with_warehouse):
    """Planned moves: five on one day of November 2026, one on another, one in March."""
    registry = with_warehouse.registry()
    with using(registry), system("a test plans"):
        item = registry.model("warehouse.item").create(name="Un <b>", sku="un")
        model = registry.model("warehouse.move")
        days = [date(2026, 11, 5)] * 5 + [date(2026, 11, 30), date(2026, 3, 1)]
        return [model.create(item=item, direction="in", quantity="1", day=day) for day in days]


@pytest.fixture
def keeper(with_warehouse, browser_of):
    return browser_of(with_warehouse, "warehouse.manager")


def days(page):
    """{day: (names, how many more)} of the days on which something stands."""
    found = {}
    for day, text in re.findall(r'data-day="([\d-]+)">(.*?)</li>', page.text, re.S):
        names = re.findall(r'class="cal-i[^>]*><span class="t">(.*?)</span>', text)
        more = re.search(r'aria-hidden="true">\+(\d+)', text)
        if names:
            found[day] = (names, int(more[1]) if more else 0)
    return found


def day_of_move(with_warehouse, record):
    with using(with_warehouse.registry()), system("a test looks"):
        return type(record).get_by_id(record.id).day


def test_a_month_shows_some_records_of_each_day_and_how_many_more(moves, keeper):
    page = keeper.get(NOVEMBER)
    assert days(page) == {
        "2026-11-05": (["Un &lt;b&gt;"] * 3, 2),
        "2026-11-30": (["Un &lt;b&gt;"], 0),
    }
    assert "November 2026" in page.text
    every = re.findall(r'data-day="([\d-]+)"', page.text)
    assert (every[0], every[-1]) == ("2026-10-26", "2026-12-06")
    assert date.fromisoformat(every[0]).weekday() == 0
    assert days(keeper.get(f"{NOVEMBER}&direction=out")) == {}


def test_a_day_leads_to_the_list_of_its_records(moves, keeper):
    page = keeper.get(NOVEMBER)
    url = re.search(r'data-day="2026-11-05"><a class="cal-n" href="([^"]+)"', page.text)[1]
    page = keeper.get(url.replace("&amp;", "&"))
    assert page.text.count('class="at-name"') == 5
    assert "Day: 5 Nov 2026" in page.text
    export = re.search(r'href="([^"]+export.csv[^"]+)"', page.text)
    assert export is None or "day=2026-11-05" in export[1]


def test_a_record_is_put_on_another_day(moves, keeper, with_warehouse):
    first = moves[0]
    form = {"record": f"{first.id}-1", "day": "2026-11-12", "back": "?view=calendar&month=2026-11"}
    answer = keeper.post(f"{MOVES}move-day", form)
    assert (answer.status_code, answer.location) == (303, NOVEMBER)
    assert day_of_move(with_warehouse, first) == date(2026, 11, 12)
    url, back = way_back(keeper.get(NOVEMBER))
    assert keeper.post(f"{MOVES}move-day", form).status_code == 409
    assert keeper.post(url, back).location == NOVEMBER
    assert day_of_move(with_warehouse, first) == date(2026, 11, 5)


@pytest.mark.parametrize(
    "form",
    [
        {"record": "x", "day": "2026-11-12"},
        {"record": "", "day": "2026-11-12"},
        {"record": "{id}-1", "day": ""},
        {"record": "{id}-1", "day": "2026-02-30"},
        {"record": "{id}-1", "day": "tomorrow"},
    ],
)
def test_what_cannot_be_a_day_is_said(moves, keeper, with_warehouse, form):
    form = {key: text.format(id=moves[0].id) for key, text in form.items()}
    assert keeper.post(f"{MOVES}move-day", form).status_code == 400
    assert day_of_move(with_warehouse, moves[0]) == date(2026, 11, 5)


@pytest.mark.attack(4)
def test_nobody_moves_what_they_may_not_change(moves, with_warehouse, browser_of):
    form = {"record": f"{moves[0].id}-1", "day": "2026-11-12"}
    for role in ("contacts.manager", "core.staff"):
        browser = browser_of(with_warehouse, role)
        assert browser.post(f"{MOVES}move-day", form).status_code in (403, 404)
    far = {**form, "record": "999999-1"}
    assert (
        browser_of(with_warehouse, "warehouse.manager").post(f"{MOVES}move-day", far).status_code
        == 404
    )
    assert day_of_move(with_warehouse, moves[0]) == date(2026, 11, 5)


@pytest.mark.parametrize("month", ["2026-13", "x", "2026-W01", "0001-01", "9999-12", "2026-1"])
def test_a_month_that_is_none_is_refused(moves, keeper, month):
    assert keeper.get(f"{MOVES}?view=calendar&month={month}").status_code == 400


def test_a_calendar_asks_as_little_however_much_stands_in_it(moves, keeper, query_count):
    keeper.get(NOVEMBER)
    with query_count:
        keeper.get(NOVEMBER)
    assert len(query_count) <= 12


@pytest.fixture
def born(working):
    model = working.model("contacts.contact")
    for name, day in (("Anor", date(1990, 11, 5)), ("Leap", date(2000, 2, 29))):
        model.create(name=name, birthday=day)
    return model


def test_birthdays_come_each_year(born, as_role):
    browser = as_role("contacts.manager")
    page = browser.get(f"{LIST}?view=calendar&month=2026-11")
    assert days(page) == {"2026-11-05": (["Anor"], 0)}
    assert 'class="cal-move"' not in page.text
    assert list(days(browser.get(f"{LIST}?view=calendar&month=2026-02"))) == ["2026-02-28"]
    assert list(days(browser.get(f"{LIST}?view=calendar&month=2028-02"))) == ["2028-02-29"]
    page = browser.get(f"{LIST}?day=2026-02-28")
    assert "Leap" in page.text
    assert "28 february" in page.text
    assert (
        browser.post(f"{LIST}move-day", {"record": "1-1", "day": "2026-01-01"}).status_code == 404
    )


def test_a_day_of_a_list_without_a_calendar_is_not_there(born, as_role):
    browser = as_role("contacts.manager")
    assert browser.get("/contacts/tag/?day=2026-11-05").status_code == 404
    assert browser.get("/contacts/tag/?view=calendar").status_code == 404
    assert browser.get(f"{LIST}?day=yesterday").status_code == 400


def test_times_stand_on_the_day_of_the_reader(working):
    model = working.model("contacts.contact")
    model.create(name="Kech", created_at="2026-11-05T20:30:00+00:00")
    ((day,),) = model.select(day_of(model.created_at)).tuples()
    assert day == "2026-11-06"  # in Tashkent
    for number, wanted in ((5, 0), (6, 1)):
        on = date(2026, 11, number)
        assert model.select().where(between(model.created_at, on, on)).count() == wanted
