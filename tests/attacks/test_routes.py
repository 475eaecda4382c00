"""Every route under the roles of the addons: what nobody, and who is no admin, gets there."""

import pytest

from core.testing.sites import UNSAFE

PEOPLE = ("", "own", "roleless", "admin")


def refused(answer):
    """Nothing was shown: a refusal, or the way to the login page."""
    to_login = answer.status_code == 302 and answer.headers["Location"].startswith("/login")
    return answer.status_code in (400, 401, 403, 404, 405) or to_login


@pytest.mark.requirement("S30")
def test_nobody_sees_a_page_without_logging_in_but_the_entrance(site):
    public = {"/login", "/setup", "/forgot", "/link/1"}
    for path in site.pages():
        answer = site.browser().get(path, buffered=True)
        is_api = path.startswith("/api/")
        if path in ("/metrics", "/readyz/details"):
            assert answer.status_code == 404
        elif path in public or path.startswith(("/static/", "/assets/")):
            assert answer.status_code in (200, 302, 404), path
        else:
            assert refused(answer), (path, answer.status_code)
            assert answer.status_code == 401 if is_api else answer.status_code == 302, path


@pytest.mark.requirement("S30")
@pytest.mark.attack(13)
def test_only_an_admin_sees_or_switches_addons(site):
    with site.unchanged():
        for name in ("own", "team", "all", "ruled", "roleless"):
            browser = site.browser(name)
            for path in (p for p in site.pages() if p.startswith("/apps")):
                assert browser.get(path).status_code == 403
            for path in (p for p in site.addresses("POST") if p.startswith("/apps")):
                assert browser.post(path).status_code == 403


def test_the_unsafe_methods_are_all_tried(site):
    tried = {m for rule in site.app.url_map.iter_rules() for m in rule.methods or ()}
    assert tried - {"GET", "HEAD", "OPTIONS"} <= set(UNSAFE)
