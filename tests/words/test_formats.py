"""Numbers, money, dates and times: compared with Babel, which is slower."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from babel import numbers
from hypothesis import given
from hypothesis import strategies as st

from core.formats import (
    format_count,
    format_date,
    format_datetime,
    format_integer,
    format_money,
    minor_digits,
)
from core.i18n import LANGUAGES, speaking

CURRENCIES = ("UZS", "USD", "EUR", "RUB", "GBP", "KZT", "CNY", "JPY", "KWD")
languages = st.sampled_from(LANGUAGES)


def locale(language):
    return language.replace("-", "_")


def figures(text):
    """Only what both write alike: sign, digits and separators."""
    return "".join(each for each in text if each in "-0123456789,.\u00a0").strip("\u00a0")


@given(st.integers(-(10**15), 10**15), languages)
def test_integers_are_those_of_babel(number, language):
    assert format_integer(number, language) == numbers.format_decimal(
        number, locale=locale(language)
    )


@given(st.integers(-(10**15), 10**15), st.sampled_from(CURRENCIES), languages)
def test_amounts_have_the_figures_of_babel(minor, currency, language):
    amount = Decimal(minor).scaleb(-minor_digits(currency))
    theirs = numbers.format_currency(amount, currency, locale=locale(language))
    ours = format_money(minor, currency, language)
    assert figures(ours).replace("-\u00a0", "-") == figures(theirs)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uz", "1 234 567,50 soʻm"),
        ("uz-Cyrl", "1 234 567,50 сўм"),
        ("ru", "1 234 567,50 сум"),
        ("en", "UZS 1,234,567.50"),
    ],
)
def test_soms_are_called_as_people_call_them(language, text):
    assert format_money(123456750, "UZS", language) == text.replace(" ", "\u00a0")
    with speaking(language):
        assert format_money(123456750, "UZS") == text.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("minor", "currency", "uzbek", "english"),
    [
        (-5, "USD", "-0,05 $", "-$0.05"),
        (1200, "EUR", "12,00 €", "€12.00"),
        (1200, "JPY", "1 200 JPY", "JPY 1,200"),
        (1200, "KWD", "1,200 KWD", "KWD 1.200"),
        (0, "RUB", "0,00 ₽", "₽0.00"),
    ],
)
def test_other_currencies_have_their_sign_or_code(minor, currency, uzbek, english):
    assert format_money(minor, currency, "uz") == uzbek.replace(" ", "\u00a0")
    assert format_money(minor, currency, "en") == english.replace(" ", "\u00a0")


def test_a_short_amount_leaves_out_zero_decimals_only():
    assert format_money(6430000000, "UZS", "uz", short=True) == "64\u00a0300\u00a0000\u00a0soʻm"
    assert format_money(150, "USD", "en", short=True) == "$1.50"


@pytest.mark.parametrize("currency", CURRENCIES)
def test_minor_digits_are_those_of_babel(currency):
    assert minor_digits(currency) == numbers.get_currency_precision(currency)


def test_a_capped_count_says_so():
    assert format_count(9_999, 10_000, "uz") == "9\u00a0999"
    assert format_count(10_000, 10_000, "uz") == "10\u00a0000+"
    assert format_count(10_001, 10_000, "en") == "10,000+"


def test_dates_are_short_and_unambiguous():
    day = date(2026, 9, 9)
    assert {format_date(day, each) for each in ("uz", "uz-Cyrl", "ru")} == {"09.09.2026"}
    assert format_date(day, "en") == "9 Sep 2026"
    assert format_date(date(800, 1, 2), "uz") == "02.01.0800"


def test_a_time_is_shown_in_the_zone_of_the_reader():
    moment = datetime(2026, 9, 19, 20, 5, tzinfo=UTC)
    assert format_datetime(moment, "uz") == "20.09.2026 01:05"
    with speaking("en", "America/New_York"):
        assert format_datetime(moment) == "19 Sep 2026 16:05"
    assert format_datetime(moment, "ru", "UTC") == "19.09.2026 20:05"
    east = moment.astimezone(timezone(timedelta(hours=9)))
    assert format_datetime(east, "uz") == format_datetime(moment, "uz")


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="aware UTC"):
        format_datetime(datetime(2026, 9, 19))  # noqa: DTZ001 (the point of the test)
