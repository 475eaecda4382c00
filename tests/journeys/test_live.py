"""Two people on one list: what one of them changes is said to the other."""

import re

from playwright.sync_api import expect

CUSTOMERS = "/contacts/contact/"


def test_a_list_says_that_others_changed_it_and_loads_again(page, axe):
    reader, writer = page("otabek"), page("admin")
    with reader.expect_response(lambda answer: answer.url.endswith("/live")):
        reader.goto(CUSTOMERS)
    strip = reader.locator("#live-strip")
    expect(strip).to_be_hidden()
    writer.goto(f"{CUSTOMERS}new")
    writer.fill("#f-name", "Yangi Mijoz")
    writer.click("[data-save]")
    writer.wait_for_url(re.compile(r"/contact/\d+"))
    expect(strip).to_be_visible()
    expect(strip).to_contain_text("1")
    assert axe(reader) == []
    strip.locator("a").click()
    expect(strip).to_be_hidden()
    reader.goto("about:blank")
    writer.goto("/jobs")
    assert axe(writer) == []
