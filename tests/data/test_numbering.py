"""Numbers of documents: patterns that evaluate nothing, and a counter without gaps."""

import threading
from datetime import date

import pytest

from core.data.actor import system
from core.data.database import release, transaction
from core.data.numbering import NumberPatternField, check_pattern, filled_number, next_number
from core.errors import UserError
from core.modules.registry import using

DAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("{year}-{number:05}", "2026-00042"),
        ("SF/{yy}{month}/{number}", "SF/2611/42"),
        ("№ {number:01} ({day}.{month})", "№ 42 (29.11)"),
        ("Ш-{number:09}", "Ш-000000042"),
    ],
)
def test_a_pattern_is_filled(pattern, text):
    check_pattern(pattern)
    assert filled_number(pattern, 42, DAY) == text


def test_a_number_longer_than_its_width_is_written_whole():
    assert filled_number("{number:02}", 12345, DAY) == "12345"


@pytest.mark.attack(27)
@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "{year}",
        "{number}{number}",
        "{number.__class__}-{number}",
        "{number[0]}",
        "{number!r}",
        "{number:99999999}",
        "{number:>9}",
        "{year:05}{number}",
        "{organization}{number}",
        "{0}{number}",
        "{{number}}",
        "{number}}",
        "%(number)s{number}",
        "{{ 7*7 }}{number}",
        "{% set x = 1 %}{number}",
        "{number}\n",
        "{number:0٣}",
        "x" * 60 + "{number}",
    ],
)
def test_what_is_no_pattern_is_refused_with_what_is_allowed(pattern):
    for ask in (check_pattern, NumberPatternField().db_value):
        with pytest.raises(UserError, match=r"\{number:05\}"):
            ask(pattern)


def number(pattern="{year}-{number:03}", day=DAY, organization=0):
    with transaction():
        return next_number("sales.order", pattern, day, organization)


def test_each_series_organization_and_year_counts_by_itself(working):
    assert [number() for _ in range(2)] == ["2026-001", "2026-002"]
    assert number(day=date(2027, 1, 1)) == "2027-001"
    assert number(organization=7) == "2026-001"
    assert number("{number}") == "1"
    assert number("{number}", day=date(2027, 1, 1)) == "2"
    assert number() == "2026-003"


def test_a_number_that_was_undone_is_given_again(working):
    number()
    with transaction() as undone:
        assert next_number("sales.order", "{year}-{number:03}", DAY) == "2026-002"
        undone.rollback()
    assert number() == "2026-002"


def test_outside_of_a_transaction_nobody_gets_a_number(working):
    with pytest.raises(RuntimeError, match="transaction"):
        next_number("sales.order", "{number}", DAY)


def test_many_writers_at_once_get_every_number_once(working):
    together, found, failed = threading.Barrier(6), [], []

    def work():
        try:
            with using(working), system("a test"):
                together.wait()
                for _ in range(5):
                    found.append(number())
        except BaseException as error:
            failed.append(error)
        finally:
            release()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(found) == [f"2026-{n:03}" for n in range(1, 31)]
