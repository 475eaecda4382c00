"""The API says what is wrong with a request, how to put it right, and in whose language."""

import pytest

from core.access.accounts import create_token
from core.data.actor import system
from core.modules.registry import using
from core.testing.instances import BASE_URL

CONTACTS = "/api/v1/contacts/contact"
ONE = f"{CONTACTS}/1"
pytestmark = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)


@pytest.fixture
def token(as_role, registry):
    """Make `token("ru")`: a token of an admin who speaks so, when one contact stands."""

    def make(language="en"):
        user = as_role("admin", language=language).user
        with using(registry), system("a test makes a token and a contact"):
            registry.model("contacts.contact").create(name="Bahor", city="Buxoro")
            return create_token(user)

    return make


@pytest.fixture
def call(app):
    def get(path, token="", scheme="Bearer", **headers):
        given = {"Authorization": f"{scheme} {token}"} if token else {}
        client = app.test_client()
        return client.get(path, base_url=BASE_URL, headers={**given, **headers})

    return get


@pytest.mark.parametrize("token", ["", "wrong"])
def test_whoever_shows_no_good_token_is_told_how_to_show_one(call, token):
    answer = call(CONTACTS, token, **{"Accept-Language": "en"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.mimetype == "application/problem+json"
    assert answer.json["title"] == "A bearer token is needed"
    assert "Authorization: Bearer <token>" in answer.json["detail"]


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer"])
def test_the_scheme_of_the_token_is_read_in_any_case(call, token, scheme):
    assert call(CONTACTS, token(), scheme).status_code == 200


@pytest.mark.parametrize(
    ("header", "value"), [("Origin", "https://evil.example"), ("Host", "evil.example")]
)
def test_a_foreign_host_or_origin_is_named_as_what_is_wrong(call, token, header, value):
    answer = call(CONTACTS, token(), **{header: value, "Accept-Language": "en"})
    assert answer.status_code == 400
    assert f"The {header} header names another" in answer.json["detail"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=x", "«limit» должен быть числом от 1 до 500."),
        ("nope=1", "Неизвестный параметр nope; есть: after, "),
        ("filter=x", "«filter» — не JSON: "),
        ("filter=1", "«filter» должен быть списком JSON, например "),
    ],
)
def test_a_bad_parameter_is_named_in_the_language_of_the_owner_of_the_token(
    call, token, query, said
):
    answer = call(f"{CONTACTS}?{query}", token("ru"))
    assert answer.status_code == 400
    assert answer.json["detail"].startswith(said)


def test_one_record_is_given_with_the_fields_that_are_wanted(call, token):
    key = token()
    assert call(f"{ONE}?fields=name,city", key).json == {"id": 1, "name": "Bahor", "city": "Buxoro"}
    assert "telephones" in call(ONE, key).json


@pytest.mark.parametrize(
    "path",
    [
        f"{ONE}?field=name",
        f"{ONE}?limit=1",
        f"{ONE}?fields=nope",
        f"{CONTACTS}?count=2",
        f"{CONTACTS}?count=yes",
        f"{CONTACTS}?archived=yes",
    ],
)
def test_a_parameter_that_means_nothing_is_refused(call, token, path):
    answer = call(path, token())
    assert answer.status_code == 400
    assert path.partition("?")[2].partition("=")[0].rstrip("s") in answer.json["detail"]


@pytest.mark.parametrize(("count", "has_total"), [("1", True), ("0", False), ("", False)])
def test_the_total_comes_only_when_it_is_asked_for(call, token, count, has_total):
    assert ("total" in call(f"{CONTACTS}?count={count}", token()).json) is has_total
