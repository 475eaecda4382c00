"""A thousand contacts come from an Excel file: looked at, corrected, written, and taken back."""

import pytest
from playwright.sync_api import expect

from core.testing.browser import DESKTOP, TELEPHONE
from tests.web.sending_files import workbook

WIDE = "document.documentElement.scrollWidth"


def thousand(word):
    """A thousand contacts; three have a kind that there is not, one has no name."""
    rows = [["Mijoz nomi", "Tel 1", "Oblast", "Turi"]]
    for n in range(1, 1001):
        name = "" if n == 500 else f"{word} {n:04} MChJ"
        kind = "firma" if n in (3, 30, 300) else "Yuridik shaxs"
        rows.append([name, f"+99871248{n:04}", "Toshkent sh.", kind])
    return workbook(*rows)


@pytest.mark.requirement("S8")
@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_a_thousand_contacts_are_imported_and_taken_back(page, axe, say, size, tmp_path):
    word = f"Karvonsaroy{size['width']}"
    file = tmp_path / "mijozlar.xlsx"
    file.write_bytes(thousand(word))
    window = page("admin-uz")
    window.set_viewport_size(size)
    window.goto("/contacts/contact/")
    window.goto("/contacts/contact/import")
    assert axe(window) == []
    window.set_input_files("#file", file)
    expect(window.locator("#place-0")).to_have_value("name")
    expect(window.locator("#place-1")).to_have_value("telephones.1.number")
    expect(window.locator("#place-2")).to_have_value("region")
    expect(window.locator("#place-3")).to_have_value("kind")
    assert axe(window) == []
    assert window.evaluate(WIDE) == size["width"]
    window.get_by_role("button", name=say("uz", "Check the rows")).click()

    bad = window.locator(".kpi.text-bad")
    expect(bad).to_have_text("4")
    assert window.evaluate(WIDE) == size["width"]
    assert axe(window) == []
    window.emulate_media(color_scheme="dark")
    assert axe(window) == []
    window.emulate_media(color_scheme="light")

    window.locator(".views a", has_text=say("uz", "Errors")).click()
    cell = window.locator("#cell-501-0")
    cell.fill(f"{word} 0500 MChJ")
    cell.press("Tab")
    expect(bad).to_have_text("3")
    fix = window.locator(".import-fix", has=window.locator("input[value=firma]"))
    fix.locator("[name=new]").fill("Yuridik shaxs")
    fix.get_by_role("button", name=say("uz", "Replace")).click()
    run = window.locator(".actbar .btn-primary")
    expect(run).to_be_enabled()
    run.click()
    expect(window.locator("main h2")).to_have_text(say("uz", "The import is done"))

    window.goto(f"/contacts/contact/?search={word}")
    expect(window.locator("#list-body")).to_contain_text(f"{word} 0500 MChJ".split()[0])
    window.go_back()
    window.get_by_role("link", name=say("uz", "Undo the import")).click()
    assert axe(window) == []
    window.get_by_role("button", name=say("uz", "Undo the import")).click()
    expect(window.locator("main h2")).to_have_text(say("uz", "The import was undone"))
    window.goto(f"/contacts/contact/?search={word}")
    expect(window.locator("#list-body")).not_to_contain_text(f"{word} 0500")
