"""What other sites let a browser send, and what the answers of every route carry."""

import logging

from werkzeug.test import EnvironBuilder

from core.testing.instances import BASE_URL
from tests.attacks import browsing
from tests.attacks.ruling import ADMIN
from tests.attacks.target import BOOKS


def broken(**_values):
    raise RuntimeError("SELECT secret FROM core_user")


def test_attack_36_no_unsafe_request_passes_without_a_good_token(target):
    assert target.holes(browsing.line_36) == []


def test_attack_37_get_changes_nothing(target):
    assert target.holes(browsing.line_37, BOOKS) == []


def test_attack_44_another_host_is_refused_everywhere(target):
    assert target.holes(browsing.line_44) == []
    environ = EnvironBuilder("/login", base_url=BASE_URL).get_environ()
    del environ["HTTP_HOST"]
    status = []
    b"".join(target.site.app(environ, lambda line, *_rest: status.append(line)))
    assert status == ["400 BAD REQUEST"]


def test_attack_46_every_answer_carries_the_headers_and_says_nothing_of_the_inside(
    target, monkeypatch, caplog
):
    caplog.set_level(logging.CRITICAL, logger="karvon.web")
    assert target.holes(browsing.line_46, BOOKS) == []
    monkeypatch.setitem(target.site.app.view_functions, "jobs", broken)
    monkeypatch.setitem(target.site.app.view_functions, "api.models", broken)
    for path in ("/jobs", "/api/v1/"):
        answer = target.get(ADMIN, path)
        assert answer.status_code == 500
        told = browsing.wrong_headers(path, 500, answer.headers, answer.text)
        assert list(told) == []


def test_attack_47_a_foreign_origin_is_refused(target):
    assert target.holes(browsing.line_47) == []


def test_attack_49_files_and_figures_of_the_server_are_not_served(target):
    assert target.holes(browsing.line_49) == []
