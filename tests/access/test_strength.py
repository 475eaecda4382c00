"""New passwords: what is guessed soon is refused with a sentence that says what to do."""

from time import process_time

import pytest

from core.access.accounts import create_user
from core.access.login import set_password, words_of
from core.access.models import Organization, User
from core.access.secrets import LONGEST_PASSWORD, check_new_password, new_password
from core.errors import UserError
from core.i18n import LANGUAGES, speaking

OWN = ("zafar.karimov", "Zafar Karimov", "zafar@bahormarket.uz", "Bahor Market MCHJ")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("aaaaaaaaaaaa", "again and again"),
        ("parolparolparol", "again and again"),
        ("qwertyuiop", "one like it"),
        ("1234567890", "one like it"),
        ("password123", "one like it"),
        ("zxcvbnm,./asd", "follow one another"),
        ("abcdefghijkl", "follow one another"),
        ("1987051920", "a date or a year"),
        ("zafarkarimov", "your own name"),
        ("Zafar-Karimov", "your own name"),
        ("bahormarket1", "your own name"),
        ("karimov-karimov", "your own name"),
        ("Bahor Market!", "your own name"),
        ("zafar@bahormarket.uz", "your own name"),
    ],
)
def test_what_is_guessed_soon_is_refused_with_advice(password, said):
    with pytest.raises(UserError, match=said):
        check_new_password(password, OWN)


@pytest.mark.parametrize(
    "password",
    ["tongda-quyosh-chiqadi", "yaxshi-uzun-gap", "Zafar eski velosipedda ketdi", "x7$Kq!2vRw"],
)
def test_words_that_do_not_belong_together_are_taken(password):
    check_new_password(password, OWN)


def test_what_we_make_ourselves_is_taken():
    for _ in range(20):
        check_new_password(new_password(), OWN)


def test_the_length_still_counts():
    with pytest.raises(UserError, match="too short"):
        check_new_password("x7$Kq!2vR")
    with pytest.raises(UserError, match="too long"):
        check_new_password("x" * (LONGEST_PASSWORD + 1))


def test_the_longest_and_oddest_password_is_judged_soon():
    begun = process_time()
    check_new_password(("4@8({[<369&#!1/|0$5+7%2" * 12)[:LONGEST_PASSWORD], OWN)
    assert process_time() - begun < 4


def test_the_advice_is_said_in_every_language():
    with pytest.raises(UserError) as caught:
        check_new_password("aaaaaaaaaaaa")
    said = set()
    for language in LANGUAGES:
        with speaking(language):
            said.add(str(caught.value))
    assert len(said) == len(LANGUAGES)


def test_a_user_is_refused_a_password_of_their_own_words_or_the_companys(working):
    Organization.create(name="Yulduz Savdo")
    user = create_user("malika", "yaxshi-uzun-gap", name="Malika Yusupova")
    User.update(email="gulnora@example.uz").where(User.id == user.id).execute()
    words = {"malika", "Malika Yusupova", "gulnora@example.uz", "Yulduz Savdo"}
    assert set(words_of(user.id)) == words
    for password in ("yusupova-2024", "yulduz-savdo-1", "gulnora-gulnora"):
        with pytest.raises(UserError, match="your own name"):
            set_password(user.id, password)
    with pytest.raises(UserError, match="your own name"):
        create_user("dilnoza", "dilnoza-dilnoza", name="Dilnoza")
