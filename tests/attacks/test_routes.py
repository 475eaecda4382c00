"""Every route of every enabled addon: tokens, methods, hosts, headers, a GET that only reads."""

import logging
import re

import pytest
from werkzeug.test import EnvironBuilder

from core.testing.instances import BASE_URL
from core.testing.sites import UNSAFE
from core.web.security import HEADERS

PEOPLE = ("", "own", "roleless", "admin")
NEVER_SERVED = [
    *("/config.ini", "/.git/config", "/.env", "/var/karvon.db", "/karvon.db"),
    *("/var/secret", "/secret", "/backup", "/backups", "/admin", "/admin/"),
    *("/static/../config.ini", "/static/%2e%2e/%2e%2e/config.ini", "/static/..%2f..%2fweb/app.py"),
    *("/assets/../config.ini", "/assets/%2e%2e/config.ini", "/static/contacts/../../models.py"),
    *("/static/contacts/%2e%2e/models.py", "/assets/."),
]
NOT_DECLARED = [
    *("new/", "edit/?id=1", "delete/", "action/", "details/?id=1", "ajax/update/"),
    *("ajax/lookup/?name=owner&query=a", "export/csv/", "export/json/", "1/delete"),
    *("1/merge", "1/share", "1/_delete_instance", "1/save", "1/delete_instance"),
]


def broken(**values):
    raise RuntimeError("SELECT secret FROM core_user")


def refused(answer):
    """Nothing was shown: a refusal, or the way to the login page."""
    to_login = answer.status_code == 302 and answer.headers["Location"].startswith("/login")
    return answer.status_code in (400, 401, 403, 404, 405) or to_login


@pytest.mark.attack(36)
def test_no_unsafe_request_passes_without_a_good_token(site):
    stranger = site.browser().csrf_token()
    tokens = (None, "", "wrong", stranger, "Ijx" + stranger[3:])
    with site.unchanged():
        for name in PEOPLE:
            browser = site.browser(name)
            for path in site.addresses("POST"):
                for token in tokens:
                    form = {} if token is None else {"csrf_token": token}
                    client = site.fresh(name)
                    answer = client.post(path, data=form, base_url=BASE_URL)
                    # The API knows no cookie, so nothing can be forged there: it wants a bearer.
                    wanted = 401 if path.startswith("/api/") else 400
                    assert answer.status_code == wanted, (name, path, token)
            assert browser.get("/", follow_redirects=True).status_code == 200


@pytest.mark.attack(13)
def test_a_method_that_is_not_declared_is_refused(site):
    with site.unchanged():
        for name in PEOPLE:
            token = site.browser(name).csrf_token()
            for path in sorted({*site.addresses("GET"), *site.addresses("POST")}):
                for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE"):
                    if path not in site.addresses(method):
                        headers = {"X-CSRFToken": token}
                        answer = site.browser(name).client.open(
                            path, method=method, headers=headers, base_url=BASE_URL
                        )
                        assert refused(answer), (name, method, path, answer.status_code)


@pytest.mark.attack(13)
def test_what_flask_admin_offers_and_karvon_does_not_is_not_there(site):
    with site.unchanged():
        for view in site.app.extensions["model_views"]:
            for name in ("", "own", "admin"):
                for rest in NOT_DECLARED:
                    for send in (site.browser(name).get, site.browser(name).post):
                        answer = send(f"{view.list_url}{rest}")
                        assert refused(answer), (name, view.list_url, rest)


@pytest.mark.attack(49)
@pytest.mark.attack(37)
def test_files_and_figures_of_the_house_are_not_served(site):
    for path in NEVER_SERVED:
        for name in PEOPLE:
            answer = site.browser(name).get(path, buffered=True)
            assert refused(answer), (name, path, answer.status_code)
            assert "[database]" not in answer.text


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


@pytest.mark.attack(37)
def test_get_changes_nothing(site):
    for name in PEOPLE:
        with site.unchanged():
            for path in site.pages():
                for method in ("GET", "HEAD"):
                    site.browser(name).client.open(
                        path, method=method, base_url=BASE_URL, buffered=True
                    )
            for model in site.registry.by_name:
                if name:
                    site.call(name, model.replace(".", "/"))


@pytest.mark.attack(44)
def test_another_host_is_refused_everywhere(site):
    hosts = ("evil.example", "127.0.0.1:8000.evil.example", "127.0.0.1", "127.0.0.1:8001", "a b")
    with site.unchanged():
        for host in hosts:
            for path in site.pages():
                answer = site.browser("admin").client.get(
                    path, base_url=BASE_URL, headers={"Host": host}, buffered=True
                )
                assert answer.status_code == 400, (host, path)
                assert "evil" not in answer.text
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "10.0.0.1"}
    assert "evil" not in site.browser().get("/login", headers=forwarded).text


@pytest.mark.attack(47)
@pytest.mark.attack(36)
def test_a_foreign_origin_is_refused(site):
    origins = (
        "https://evil.example",
        "null",
        "http://127.0.0.1:8000.evil.example",
        "http://[",
        "x",
    )
    with site.unchanged():
        for origin in origins:
            headers = {"Origin": origin, "Authorization": f"Bearer {site.token('admin')}"}
            for path in (p for p in site.pages() if p.startswith("/api/")):
                answer = site.browser().get(path, headers=headers)
                assert answer.status_code == 400, (origin, path)
            for name in PEOPLE:
                browser = site.browser(name)
                for path in site.addresses("POST"):
                    answer = browser.post(path, headers={"Origin": origin})
                    assert answer.status_code == 400, (origin, path)
        for path in site.addresses("POST"):
            answer = site.browser("admin").post(path, headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 400


@pytest.mark.attack(46)
def test_every_answer_carries_the_security_headers(site, caplog, monkeypatch):
    monkeypatch.setitem(site.app.view_functions, "language", broken)
    monkeypatch.setitem(site.app.view_functions, "setup", broken)
    caplog.set_level(logging.CRITICAL, logger="karvon.web")
    answers = []
    for name in PEOPLE:
        browser = site.browser(name)
        for path in (*site.pages(), "/nothing/here", "/api/v1/no/model", "/static/no"):
            answers.append(browser.get(path, buffered=True))
            answers.append(browser.client.post(path, base_url=BASE_URL))
        answers.append(browser.get("/", headers={"Host": "evil"}))
    assert {200, 302, 400, 401, 403, 404, 405, 500} <= {answer.status_code for answer in answers}
    for answer in answers:
        path = answer.request.path
        is_paper = answer.mimetype == "application/pdf"  # which may load nothing at all
        own = {**HEADERS, **({"Referrer-Policy": "no-referrer"} if path == "/link/1" else {})}
        for header, value in own.items():
            if not (is_paper and header == "Content-Security-Policy"):
                assert answer.headers.get(header) == value, (path, header)
        assert "Cache-Control" in answer.headers
        text = answer.text if answer.status_code >= 400 else ""
        assert not re.search(r"Traceback|SELECT|RuntimeError|peewee|\.py\b", text)
        policy = answer.headers["Content-Security-Policy"]
        if is_paper:
            assert policy.startswith("default-src 'none'")
            assert "script" not in policy
        else:
            assert "unsafe" not in policy
            assert "script-src 'self'" in policy


@pytest.mark.attack(33)
def test_a_line_of_the_log_cannot_be_forged(site, caplog, monkeypatch):
    monkeypatch.setitem(site.app.view_functions, "ask_disable", broken)
    site.browser("admin").get("/apps/x%0d%0aERROR admin logged in%1b[2J/disable")
    said = [record.getMessage() for record in caplog.records if record.name == "karvon.web"]
    assert said
    assert all(line.isprintable() for line in said)


def test_the_unsafe_methods_are_all_tried(site):
    tried = {m for rule in site.app.url_map.iter_rules() for m in rule.methods or ()}
    assert tried - {"GET", "HEAD", "OPTIONS"} <= set(UNSAFE)


@pytest.mark.attack(44)
def test_a_request_that_names_no_host_is_refused(site):
    environ = EnvironBuilder("/login", base_url=BASE_URL).get_environ()
    del environ["HTTP_HOST"]
    status = []
    b"".join(site.app(environ, lambda line, *_rest: status.append(line)))
    assert status == ["400 BAD REQUEST"]
