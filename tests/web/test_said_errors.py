"""Errors say what is wrong in the language of whoever meets them; verbs and logs in English."""

import pytest
from flask import g

from core.access.accounts import create_token
from core.access.secrets import check_new_password
from core.data.actor import system
from core.errors import Busy, UserError
from core.i18n import _, speaking
from core.modules.registry import using
from core.testing.instances import BASE_URL

on_sqlite = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)


def test_an_error_is_said_in_the_language_that_is_spoken_when_it_is_shown():
    with speaking("uz"), pytest.raises(UserError) as caught:
        check_new_password("qisqa")
    assert str(caught.value) == "The password is too short: take at least 10 signs."
    with speaking("ru"):
        said = str(caught.value)
    assert said == "Пароль слишком короткий: нужно не меньше 10 символов."


def test_what_is_busy_is_said_like_any_other_error():
    error = Busy(_("Others are writing just now. Try again in a moment."))
    with speaking("uz-Cyrl"):
        assert str(error) == "Ҳозир бошқалар ёзмоқда. Бироздан кейин қайта урининг."


@on_sqlite
def test_a_page_says_an_error_in_the_language_of_its_reader(as_role):
    page = as_role("admin", language="uz").get("/contacts/contact/?sort=nope")
    assert page.status_code == 400
    assert "Bu yerda «nope» degan maydon yoʻq" in page.text


@on_sqlite
def test_a_filter_is_named_as_the_reader_sees_it(as_role):
    page = as_role("admin", language="ru").get("/contacts/contact/?city=x&city.op=%3E")
    assert page.status_code == 400
    assert "Поле «Город» нельзя сравнить через «&gt;»." in page.text


@on_sqlite
def test_the_api_says_an_error_in_the_language_of_the_owner_of_the_token(app, as_role, registry):
    user = as_role("admin", language="ru").user
    with using(registry), system("a test makes a token"):
        token = create_token(user)
    answer = app.test_client().get(
        "/api/v1/contacts/contact?sort=nope",
        base_url=BASE_URL,
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "uz"},
    )
    assert answer.status_code == 400
    assert answer.json["title"] == "Не удалось понять запрос"
    assert answer.json["detail"].startswith("Поля «nope» здесь нет; есть: ")


@on_sqlite
def test_an_error_page_before_the_login_names_its_language_rightly(app):
    page = app.test_client().post("/login", base_url=BASE_URL, headers={"Accept-Language": "ru"})
    assert page.status_code == 400
    assert '<html lang="ru"' in page.text
    assert "Форма устарела или отправлена с другого сайта." in page.text


def test_who_chose_no_zone_sees_the_times_of_the_instance(open_at, migrated_url, browser_of):
    opened = open_at(migrated_url, KARVON_LOCALE__ZONE="Pacific/Kiritimati")
    browser = browser_of(opened, "core.staff")
    with browser.client as client:
        client.get("/", base_url=BASE_URL)
        assert g.actor.zone == "Pacific/Kiritimati"
