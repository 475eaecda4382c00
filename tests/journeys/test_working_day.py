"""A customer is kept for a day, in Uzbek, at a desk and by thumb: nothing of it is lost."""

import io

import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.testing.browser import DESKTOP, TELEPHONE
from tests.journeys.test_import import thousand

LIST = "/contacts/contact/"
NAME = "Gʻijduvon choyxonasi"
NUMBERS = ("+998 90 123 45 67", "+998 91 244 18 30", "+998 71 200 11 22")


@pytest.fixture(params=[DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def employee(request, window):
    """Make `employee(login)`: a window of somebody, a desk's or a telephone's."""
    touch = {"has_touch": True, "is_mobile": True} if request.param is TELEPHONE else {}
    return lambda login="otabek": window(request.param, login, **touch)


@pytest.mark.requirement("S45")
@pytest.mark.requirement("M9")
@pytest.mark.requirement("M11")
def test_a_customer_is_added_talked_about_changed_by_two_and_put_right(employee, tmp_path):
    one, two = employee(), employee()
    address = add_customer(one)
    attach_picture(one, tmp_path)
    mention(one, "shahlo")
    told(employee("shahlo"), address)
    change_at_once(one, two, address)
    restore(one, address)
    group_and_save(one)
    export(one)


@pytest.mark.requirement("S5")
@pytest.mark.requirement("M8")
@pytest.mark.requirement("M11")
def test_a_thousand_customers_come_from_a_file_and_go_again(employee, say, tmp_path):
    window, file = employee(), tmp_path / "mijozlar.xlsx"
    file.write_bytes(thousand("Karvonsaroy"))
    window.goto(LIST)
    before = window.locator(".list-foot b").inner_text()
    window.locator(f"a[href='{LIST}import']:visible").click()
    window.set_input_files("#file", file)
    window.get_by_role("button", name=say("uz", "Check the rows")).click()
    expect(window.locator(".kpi.text-bad")).to_have_text("4")
    correct(window, say)
    window.locator(".actbar .btn-primary").click()
    expect(window.locator("main h2")).to_have_text(say("uz", "The import is done"))
    window.get_by_role("link", name=say("uz", "Undo the import")).click()
    window.get_by_role("button", name=say("uz", "Undo the import")).click()
    expect(window.locator("main h2")).to_have_text(say("uz", "The import was undone"))
    window.goto(LIST)
    expect(window.locator(".list-foot b")).to_have_text(before)


def correct(window, say):
    """The missing name is typed; the kind that there is not is replaced in all rows at once."""
    window.locator(".views a", has_text=say("uz", "Errors")).click()
    cell = window.locator("#cell-501-0")
    cell.fill("Karvonsaroy 0500 MChJ")
    cell.press("Tab")
    expect(window.locator(".kpi.text-bad")).to_have_text("3")
    fix = window.locator(".import-fix", has=window.locator("input[value=firma]"))
    fix.locator("[name=new]").fill("Yuridik shaxs")
    fix.get_by_role("button", name=say("uz", "Replace")).click()
    expect(window.locator(".actbar .btn-primary")).to_be_enabled()


def group_and_save(window):
    """The quiet customers by region, kept as a tab that counts them and stays grouped."""
    window.goto(f"{LIST}?status=quiet")
    window.locator(".grouping > summary").click()
    window.locator("#list-group").select_option("region")
    window.locator(".grouping button").click()
    expect(window.locator("a.group-name").first).to_be_visible()
    window.locator(".save > summary").click()
    window.locator("#save-title").fill("Jim turganlar")
    window.locator("#save-title").press("Enter")
    window.goto(LIST)
    window.locator(".views a", has_text="Jim turganlar").click()
    expect(window.locator("a.group-name").first).to_be_visible()


def export(window):
    """What is seen goes into an Excel file."""
    seen = int(window.locator(".list-foot b").inner_text())
    window.locator(".exports > summary").click()
    with window.expect_download() as download:
        window.locator(".exports a[href*='.xlsx']").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert book.active.max_row == seen + 1


def add_customer(window):
    """A customer with three telephones; answers its address."""
    window.goto(f"{LIST}new")
    window.fill("#f-name", NAME)
    for place, number in enumerate(NUMBERS):
        if place:
            window.click("[data-lines=telephones] [data-add-line]")
        window.fill(f"#f-telephones-{place}-number", number)
    window.click("[data-save]")
    expect(window.locator("h1")).to_have_text(NAME)
    expect(window.locator(".facts a.num")).to_have_count(3)
    return window.url


def attach_picture(window, folder):
    picture = folder / "dokon.png"
    Image.new("RGB", (640, 480), "#2746c8").save(picture)
    with window.expect_file_chooser() as chooser:
        window.click("[data-choose]")
    chooser.value.set_files(picture)
    expect(window.locator(".file a.t")).to_have_text("dokon.png")
    shown = window.locator(".file img")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("(image) => image.naturalWidth") > 0


def mention(window, login):
    window.locator("textarea[name=text]").fill(f"@{login} ertaga qoʻngʻiroq qiling")
    window.locator("form:has(textarea[name=text]) button[type=submit]").click()
    expect(window.locator(".tl-said").first).to_contain_text("ertaga qoʻngʻiroq qiling")


def told(colleague, address):
    """The bell of the colleague counts one, and leads to the customer."""
    expect(colleague.locator(".kv-bell .kv-count")).to_have_text("1")
    colleague.click(".kv-bell")
    colleague.locator("main .notice-open", has_text=NAME).first.click()
    expect(colleague.locator("h1")).to_have_text(NAME)
    expect(colleague).to_have_url(address)


def change_at_once(one, two, address):
    """Who saves second sees both versions, and keeps of each what is right."""
    for each in (one, two):
        each.goto(f"{address}/edit")
    one.fill("#f-city", "Buxoro")
    one.click("[data-save]")
    expect(one.locator("h1")).to_have_text(NAME)
    two.fill("#f-city", "Gʻijduvon")
    two.fill("#f-job", "Choyxona")
    two.click("[data-save]")
    expect(two.locator("#conflict")).to_be_visible()
    two.locator("[name=take-city][value=mine]").check()
    two.click("#conflict [data-save]")
    expect(two.locator("h1")).to_have_text(NAME)
    expect(two.locator("main .facts").first).to_be_visible()
    expect(two.locator("main")).to_contain_text("Choyxona")


def restore(window, address):
    """The older city comes back from the history."""
    window.goto(address)
    window.locator(".tl-line", has_text="Buxoro").locator("form button").first.click()
    expect(window.locator(".facts", has_text="Buxoro")).to_be_visible()
