"""What is out of reach stays so, whatever reads: pages, answers, files, papers, counts."""

import logging

import pytest

from tests.attacks import counting, keeping, reading
from tests.attacks.ruling import NARROW, NOBODY
from tests.attacks.target import BOOKS


@pytest.mark.requirement("S28")
def test_attack_01_the_page_of_a_foreign_record(target):
    assert target.holes(reading.line_01) == []


def test_attack_02_the_form_of_a_foreign_record(target):
    assert target.holes(reading.line_02) == []


def test_attack_06_files_hold_only_permitted_rows_and_fields(target):
    assert target.holes(reading.line_06, BOOKS) == []


@pytest.mark.requirement("S28")
def test_attack_07_no_page_and_no_choice_names_what_is_hidden(target):
    assert target.holes(reading.line_07, BOOKS) == []


def test_attack_09_papers_hold_only_permitted_records(target):
    assert target.holes(reading.line_09, BOOKS) == []


def test_attack_10_nobody_reads_as_somebody_else(target):
    assert target.holes(reading.line_10) == []


def test_attack_12_talk_notices_and_events_tell_of_no_hidden_record(target):
    keeping.stir(target)
    assert target.holes(keeping.line_12, BOOKS) == []


def test_attack_17_no_secret_is_read_anywhere(target, caplog):
    caplog.set_level(logging.INFO)  # no server writes more, not with --debug either
    assert target.holes(keeping.line_17, BOOKS) == []
    form = {"name": f"kirish-{NARROW}", "password": target.password}
    assert target.send(NOBODY, "POST", "/login", data=form).status_code == 303
    secrets = {*target.site.secrets(), *target.secrets, target.password}
    assert [secret[:9] for secret in secrets if secret in caplog.text] == []


def test_attack_18_a_refusal_names_no_record(target):
    assert target.holes(keeping.line_18) == []


def test_attack_08_no_question_and_no_count_tells_of_what_is_hidden(target, clock):
    assert target.holes(counting.line_08) == []
    assert list(counting.line_08_counts(target)) == []
