"""A role is composed, somebody invited with it comes in and sees that much, and is let go."""

import re
import shutil
import time

import pytest
from playwright.sync_api import expect

from core.testing.browser import log_in
from core.testing.mail import SENDER, mail_server
from core.testing.servers import shell_in

PASSWORD = "qirmizi olma daraxti"
CONTACTS = "contacts.contact|contacts.manager"


@pytest.fixture
def mailed(demo_file, tmp_path):
    """A server of the demo company that sends mails, and the box that they come to."""
    with mail_server() as (box, url), shell_in(tmp_path) as shell:
        shell.environ |= {"KARVON_MAIL__URL": url, "KARVON_MAIL__SENDER": SENDER}
        shell.environ["KARVON_BACKGROUND__WORKERS"] = "1"
        shell.var.mkdir()
        shutil.copy(demo_file, shell.var / "karvon.db")
        yield shell.serve(), box


def link_in(box):
    """The link of the invitation, once its mail has come."""
    until = time.monotonic() + 30
    while not box.mails and time.monotonic() < until:
        time.sleep(0.1)
    return re.search(r"/link/\S+", box.text()).group()


def test_a_role_is_composed_a_user_invited_with_it_and_let_go(page, mailed, axe):
    server, box = mailed
    admin = page(server=server, language="en")
    log_in(admin, "admin-en", page.password)
    admin.goto("/roles")
    admin.click("text=New role")
    admin.fill("#f-title", "Reader of own")
    admin.fill("#f-code", "reader")
    admin.locator("summary", has_text=re.compile("^Contacts$")).click()
    admin.check(f'[name="{CONTACTS}-actions"][value=r]')
    admin.select_option(f'[name="{CONTACTS}-scope"]', "own")
    admin.click("button[name=preview]")
    said = admin.locator("main [role=status]")
    expect(said).to_contain_text("Contacts: read (their own records)")
    assert axe(admin) == []
    admin.click("main button.btn-primary")
    expect(admin.locator("h1")).to_have_text("Reader of own")

    admin.goto("/core/user/new")
    admin.fill("#f-login", "yangi")
    admin.fill("#f-name", "Yangi Xodim")
    admin.fill("#f-email", "yangi@example.uz")
    if not admin.locator("#f-roles-0-role").count():
        admin.click("[data-add-line]")
    admin.select_option("#f-roles-0-role", "custom.reader")
    admin.click("[data-save]")
    expect(admin.locator("h1")).to_have_text("Yangi Xodim")
    profile = admin.url

    newcomer = page(server=server, language="en")
    newcomer.goto(link_in(box))
    newcomer.fill("#password", PASSWORD)
    newcomer.fill("#again", PASSWORD)
    newcomer.click("button[type=submit].btn-primary")
    newcomer.goto("/contacts/contact/")
    expect(newcomer.locator("h1")).to_have_text("Contacts")
    expect(newcomer.locator("tbody tr")).to_have_count(0)
    expect(newcomer.locator("a[href='/contacts/contact/new']")).to_have_count(0)
    expect(newcomer.locator("a[href='/roles']")).to_have_count(0)

    admin.goto(f"{profile}/tabs/access")
    expect(admin.locator("main")).to_contain_text("Reader of own")
    admin.click("text=Employee leaves")
    admin.click("button.btn-danger")
    expect(admin.locator("main .st").first).to_have_text("Disabled")
    newcomer.goto("/contacts/contact/")
    expect(newcomer.locator("#password")).to_be_visible()
