"""Telephones, e-mails and tax numbers: brought into one form where that can be, never refused."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import ROOT
from core.data.emails import normalise_email
from core.data.tax_numbers import is_plausible_stir
from core.data.telephones import display_telephone, normalise_telephone


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+998 90 123-45-67", "+998901234567"),
        ("998901234567", "+998901234567"),
        ("90 123 45 67", "+998901234567"),
        ("(90) 123-45-67", "+998901234567"),
        ("00998901234567", "+998901234567"),
        ("8 90 123 45 67", "+998901234567"),
        ("8 (371) 244-18-30", "+998712441830"),
        ("tel: +998 (71) 244-18-30, ichki 12", "+998712441830"),
        ("+998712441830 доб. 12", "+998712441830"),
        ("+998712441830 (Malika)", "+998712441830"),
        ("\u00a0+998 97 403 12 66\u200e", "+998974031266"),
        ("+7 701 123 45 67", "+77011234567"),
        ("+49 30 123456", "+4930123456"),
    ],
)
def test_a_telephone_becomes_international(typed, number):
    assert normalise_telephone(typed) == number
    assert normalise_telephone(number) == number


def test_the_country_reads_numbers_without_a_code():
    assert normalise_telephone("030-0074321", "DE") == "+49300074321"
    assert normalise_telephone("(171) 555-7788", "GB") == ""
    assert normalise_telephone("+998901234567", "de") == "+998901234567"


@pytest.mark.parametrize("typed", ["", "12", "yoʻq", "+998 90 123", "9989012345678", "8 916 123"])
def test_what_is_no_number_becomes_nothing(typed):
    assert normalise_telephone(typed) == ""


@pytest.mark.parametrize("country", ["", "XX", "UZB", "?"])
def test_an_unknown_country_is_no_error(country):
    assert normalise_telephone("90 123 45 67", country) == ""
    assert normalise_telephone("+998901234567", country) == "+998901234567"


@given(st.one_of(st.text(), st.text(alphabet="+0123456789 ()-/extx", max_size=300)))
def test_no_text_breaks_a_telephone_or_an_address(text):
    number = normalise_telephone(text)
    assert number == "" or normalise_telephone(number) == number
    display_telephone(text)
    normalise_email(text)
    is_plausible_stir(text)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+998901234567", "+998 90 123 45 67"),
        ("+998 90 123-45-67", "+998 90 123 45 67"),
        ("998(90)1234567", "+998 90 123 45 67"),
        ("(91) 555 22 82", "(91) 555 22 82"),
        ("+77011234567", "+7 701 123 4567"),
        ("ichki 12", "ichki 12"),
        ("+12", "+12"),
        ("", ""),
    ],
)
def test_a_telephone_is_shown_in_groups(stored, shown):
    assert display_telephone(stored) == shown


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Malika@Example.UZ ", "Malika@example.uz"),
        ("info@bahor.example.com", "info@bahor.example.com"),
        ("malika", ""),
        ("malika@", ""),
        ("a b@example.uz", ""),
        ("a@example.uz, b@example.uz", ""),
        ("", ""),
    ],
)
def test_an_address_has_its_domain_in_lower_case(typed, address):
    assert normalise_email(typed) == address


@pytest.mark.parametrize(
    ("text", "plausible"),
    [
        ("301234567", True),
        ("301 234 567", True),
        ("30123456", False),
        ("3012345678", False),
        ("111111111", False),
        ("30123456a", False),
        ("٣٠١٢٣٤٥٦٧", False),
        ("", False),
    ],
)
def test_a_stir_is_nine_digits(text, plausible):
    assert is_plausible_stir(text) is plausible


def test_the_libraries_are_not_loaded_at_the_start():
    code = (
        "import sys, core.data.telephones, core.data.emails, core.i18n, core.formats, core.config\n"
        "print({'phonenumbers', 'email_validator', 'babel'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
