"""A mailed link in a real browser, which sends neither referrer nor origin from its page."""

import shutil

import pytest
from playwright.sync_api import expect

from core.access.links import RESET, new_link
from core.access.models import User
from core.data.database import close
from core.testing.browser import log_in
from core.testing.instances import settings_for
from core.web.instance import open_instance

NEW = "qirmizi olma daraxti"


@pytest.fixture
def reset(demo_file, tmp_path, serve):
    """A server of the demo company, and the path of a link for malika."""
    file = shutil.copy(demo_file, tmp_path / "karvon.db")
    instance = open_instance(settings_for(f"sqlite:///{file}", tmp_path))
    with instance.acting("a test makes a link"):
        path = f"/link/{new_link(User.get(User.login == 'malika'), RESET)}"
    close()
    return serve(file), path


@pytest.mark.requirement("S30")
@pytest.mark.attack(43)
def test_whoever_forgot_the_password_sets_another_and_logs_in_by_it(page, axe, reset):
    server, path = reset
    window = page(server=server)
    window.goto(path)
    expect(window.locator("#name")).to_have_value("malika")
    assert axe(window) == []
    window.fill("#password", "malika-malika")
    window.fill("#again", "malika-malika")
    window.click("main form .btn-primary")
    expect(window.locator("[role=alert]")).to_be_visible()
    window.fill("#password", NEW)
    window.fill("#again", NEW)
    window.click("main form .btn-primary")
    expect(window).to_have_url(f"{server.url}/login?done=password")
    expect(window.locator("[role=status]")).to_be_visible()
    log_in(window, "malika", NEW)
    expect(window).to_have_url(f"{server.url}/")
