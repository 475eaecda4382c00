"""Cells of an uploaded file are read as people write them, in any language of the house."""

from datetime import date
from decimal import Decimal

import pytest

from core.data.fields import BooleanField, DateField, IntegerField, QuantityField, StateField
from core.exchange.problems import Unfit
from core.exchange.uploads.words import wide_reader
from core.i18n import _, speaking


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1250.5", "1250.5"),
        ("1 250,5", "1250.5"),
        ("1\u00a0250,50", "1250.50"),
        ("12,450.25", "12450.25"),
        ("12.450,25", "12450.25"),
        ("-3,5", "-3.5"),
    ],
)
def test_numbers_may_have_spaces_and_a_comma(text, value):
    assert wide_reader(QuantityField())(text) == Decimal(value)


def test_what_is_no_number_is_told():
    for text in ("12 mln", "1,2,3", "٣"):
        with pytest.raises(Unfit):
            wide_reader(QuantityField())(text)


def test_whole_numbers_may_come_from_a_spreadsheet():
    read = wide_reader(IntegerField())
    assert (read("1 250"), read("7.0"), read("-4")) == (1250, 7, -4)
    for text in ("7.5", "1,250"):
        with pytest.raises(Unfit):
            read(text)


@pytest.mark.parametrize(
    "text", ["2024-05-31", "31.05.2024", "31/05/2024", "31-05-2024", "2024-05-31 00:00:00"]
)
def test_days_come_in_all_their_shapes(text):
    assert wide_reader(DateField())(text) == date(2024, 5, 31)


@pytest.mark.parametrize("language", ["uz", "ru", "en"])
def test_yes_and_no_are_known_in_every_language(language):
    with speaking(language):
        read = wide_reader(BooleanField())
        for text in ("ha", "HA", "да", "yes", "true", "1", "+", "x", "ҳа"):
            assert read(text) is True, text
        for text in ("yoʻq", "yo'q", "йўқ", "нет", "no", "false", "0", "-"):
            assert read(text) is False, text
        with pytest.raises(Unfit):
            read("balki")


def test_choices_are_known_by_word_or_title():
    field = StateField("company", "person", titles=(_("Telephone"), _("E-mail")))
    for language in ("uz", "ru", "en"):
        with speaking(language):
            read = wide_reader(field)
            for text in ("company", "COMPANY", "Telefon", "Телефон", "telephone"):
                assert read(text) == "company", text
            with pytest.raises(Unfit) as told:
                read("firma")
            assert str(_("E-mail")) in told.value.reason
