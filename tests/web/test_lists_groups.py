"""A list in groups: counted, opened one by one, within the filters, and kept by a saved filter."""

import re
from datetime import date
from urllib.parse import quote

import pytest

from core.data.actor import system
from core.exchange.saved_filters import SavedFilter
from core.modules.registry import using

LIST = "/contacts/contact/"
MANAGER = "contacts.manager"


@pytest.fixture
def contacts(working):
    model = working.model("contacts.contact")
    for n in range(6):
        model.create(
            name=f"Mijoz {n}",
            city=("Buxoro", "Qoʻqon & yon", "")[n % 3],
            status=("lead", "regular")[n % 2],
            birthday=date(1990, 11, 5) if n else None,
        )
    return model


def groups(page):
    """{title: count} of the groups that a page shows."""
    found = re.findall(
        r'class="group-name".*?<span class="t">(.*?)</span>\s*<span class="n num">(\d+)',
        page.text,
        re.S,
    )
    return {re.sub("<[^>]+>", "", title): int(count) for title, count in found}


def address(page, title):
    """Where the group of a page leads to."""
    return next(
        url.replace("&amp;", "&")
        for url, text in re.findall(
            r'<a class="group-name" href="([^"]+)"(.*?)</a>', page.text, re.S
        )
        if title in text
    )


def rows(page):
    return re.findall(r'id="r\d+" href="[^"]+">(Mijoz \d)<', page.text)


def test_a_list_is_shown_in_groups_that_open_to_their_rows(contacts, as_role):
    browser = as_role(MANAGER)
    page = browser.get(f"{LIST}?group=status")
    assert groups(page) == {"Lead": 3, "Regular buyer": 3}
    assert rows(page) == []
    page = browser.get(address(page, "Regular buyer"))
    assert rows(page) == ["Mijoz 1", "Mijoz 3", "Mijoz 5"]
    assert groups(page) == {"Lead": 3, "Regular buyer": 3}
    assert rows(browser.get(address(page, "Regular buyer"))) == []


def test_groups_follow_filters_search_and_order(contacts, as_role):
    browser = as_role(MANAGER)
    page = browser.get(f"{LIST}?group=city&status=lead&sort=-name")
    assert groups(page) == {"Buxoro": 1, "Qoʻqon &amp; yon": 1, "Empty": 1}
    assert rows(browser.get(address(page, "yon"))) == ["Mijoz 4"]
    assert groups(browser.get(f"{LIST}?group=city&search=Mijoz+3")) == {"Buxoro": 1}
    assert rows(browser.get(f"{LIST}?group=city&in={quote('~')}&sort=-name")) == [
        "Mijoz 5",
        "Mijoz 2",
    ]


def test_dates_are_grouped_by_the_month_in_words(contacts, as_role):
    assert groups(as_role(MANAGER).get(f"{LIST}?group=birthday")) == {
        "November 1990": 5,
        "Empty": 1,
    }


def test_the_last_month_that_there_is_opens_too(contacts, as_role):
    contacts.create(name="Mijoz 9", birthday=date.max)
    browser = as_role(MANAGER)
    page = browser.get(f"{LIST}?group=birthday")
    assert groups(page)["December 9999"] == 1
    assert rows(browser.get(address(page, "December 9999"))) == ["Mijoz 9"]


def test_a_group_is_walked_page_by_page(contacts, as_role, app):
    browser = as_role(MANAGER)
    contacts.create_many({"name": f"Mijoz {n:03}", "status": "closed"} for n in range(150))
    page = browser.get(f"{LIST}?group=status&in=closed")
    assert "1–100 / 150" in page.text
    (onwards,) = set(re.findall(r'href="([^"]+after[^"]+)"', page.text))
    page = browser.get(onwards.replace("&amp;", "&"))
    assert "101–150 / 150" in page.text
    assert "Mijoz 149" in page.text


def test_many_groups_are_shown_by_and_by(contacts, as_role):
    contacts.create_many({"name": "Mijoz", "city": f"Shahar {n:02}"} for n in range(60))
    browser = as_role(MANAGER)
    page = browser.get(f"{LIST}?group=city")
    assert len(groups(page)) == 50
    more = re.search(r'href="([^"]+groups=100[^"]*)"', page.text)[1].replace("&amp;", "&")
    assert len(groups(browser.get(more))) == 63


def test_a_grouped_list_asks_as_little_however_many_groups_it_has(contacts, as_role, query_count):
    browser = as_role(MANAGER)
    contacts.create_many({"name": "Mijoz", "city": f"Shahar {n:02}"} for n in range(60))
    browser.get(f"{LIST}?group=city&in=Buxoro")
    with query_count:
        browser.get(f"{LIST}?group=city&in=Buxoro")
    assert len(query_count) <= 11


def test_a_saved_filter_remembers_its_groups(contacts, as_role):
    browser = as_role(MANAGER)
    asked = "group=status&in=lead&groups=100"
    browser.post(f"{LIST}saved", {"asked": asked, "title": "Holat", "shared_with": ""})
    one = SavedFilter.get()
    assert one.asked == "group=status"
    assert groups(browser.get(f"{LIST}?saved={one.id}")) == {"Lead": 3, "Regular buyer": 3}


def test_an_export_stands_in_the_order_of_the_groups(contacts, as_role):
    browser = as_role(MANAGER)
    page = browser.get(f"{LIST}?group=city&in=Buxoro&sort=-name")
    url = re.search(r'href="([^"]*export.csv[^"]*)"', page.text)[1].replace("&amp;", "&")
    assert "in=" not in url
    names = re.findall(r"Mijoz \d", browser.get(url).text)
    assert names == ["Mijoz 3", "Mijoz 0", "Mijoz 4", "Mijoz 1", "Mijoz 5", "Mijoz 2"]


@pytest.mark.parametrize(
    "query",
    [
        "group=secret",
        "group=note",
        "group=telephones",
        "group=status&in=nowhere",
        "group=birthday&in=1990-99",
        "group=owner&in=x",
        "group=owner&in=99999999999999999999",
    ],
)
def test_a_forged_group_is_refused_in_a_sentence(contacts, as_role, query):
    assert as_role(MANAGER).get(f"{LIST}?{query}").status_code == 400


def test_sums_stand_at_each_group(with_warehouse, browser_of):
    registry = with_warehouse.registry()
    with using(registry), system("a test fills the shelf"):
        item = registry.model("warehouse.item").create(name="Un", sku="un")
        for quantity in ("1.5", "2.25"):
            registry.model("warehouse.move").create(item=item, direction="in", quantity=quantity)
    page = browser_of(with_warehouse, "warehouse.user").get("/warehouse/move/?group=item")
    assert groups(page) == {"Un": 2}
    assert '<b class="num">3.750</b>' in page.text
