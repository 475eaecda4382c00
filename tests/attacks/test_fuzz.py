"""Whatever stands in the address of a list or of the API: never a broken page, never a change."""

import base64
import json
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.testing.instances import BASE_URL

FIELDS = ["id", "name", "city", "owner", "parent", "kind", "birthday", "created_at", "is_customer"]
NASTY = [
    "\0", "a\0b", "'", '"', "';--", "%", "_", "\\", "*", "\ud800", "²", "٣", "1e400", "NaN",
    "9" * 60, "-1", "2147483648", str(2**63), "1.5", "0x10", "None", "true", "‮", "\r\n", "+1",
    "0001-01-01", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "' OR 1=1 --", "AND",
    "OR", "NEAR(", '"a" OR "b', "{{7*7}}", "../..", "a" * 70, "ʻ", "o'", "-", "--", "-name", "..",
]  # fmt: skip
texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=20))
values = st.one_of(
    texts,
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.lists(st.one_of(texts, st.none(), st.integers(-5, 5)), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
operators = st.one_of(
    st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "in", "contains", "starts", "empty"]),
    values,
)
conditions = st.recursive(
    st.one_of(st.tuples(st.one_of(st.sampled_from(FIELDS), values), operators, values), values),
    lambda inner: st.lists(inner, max_size=3).flatmap(
        lambda parts: st.sampled_from([["and", *parts], ["or", *parts], parts])
    ),
    max_leaves=6,
)
cursors = st.one_of(
    texts,
    st.tuples(
        st.one_of(st.integers(-(2**70), 2**70), values),
        values,
        st.sampled_from(["name", "-name", "birthday", "-birthday", *FIELDS]),
    ).map(lambda place: base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")),
)
sorts = st.one_of(texts, st.sampled_from(FIELDS), st.sampled_from(FIELDS).map("-{}".format))
ENOUGH = 1000 if "--full" in sys.argv else 100


def fuzzed(most=ENOUGH, **strategies):
    """The same random questions at every run; more of them under --full."""
    config = settings(
        max_examples=most,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    return lambda test: config(given(**strategies)(test))


def optional(**strategies):
    return st.fixed_dictionaries({}, optional=strategies)


def sent(query):
    """As bytes of an address: what no address can hold is left out."""
    return {k: v.encode("utf-8", "replace").decode() for k, v in query.items()}


@pytest.mark.attack(30)
@pytest.mark.attack(8)
def test_the_api_answers_any_question_with_rows_or_a_refusal(site, world):
    @fuzzed(
        query=optional(
            search=texts, sort=sorts, after=cursors, fields=texts, limit=texts, count=texts,
            archived=texts, filter=st.one_of(texts, conditions.map(json.dumps)),
        )
    )  # fmt: skip
    def ask(query):
        for kind in ("own", "admin"):
            answer = site.call(kind, "contacts/contact", **sent(query))
            assert answer.status_code in (200, 400), (kind, query, answer.text)
            if answer.status_code == 200 and kind == "own" and "fields" not in query:
                assert {item["id"] for item in answer.json["items"]} <= world.reach("own")

    with site.unchanged():
        ask()


@pytest.mark.attack(30)
def test_filters_of_every_shape_are_rows_or_a_refusal(site, world):
    @fuzzed(asked=conditions, sort=st.sampled_from(["", "-birthday", "created_at", "city"]))
    def ask(asked, sort):
        answer = site.call("own", "contacts/contact", filter=json.dumps(asked), sort=sort, count=1)
        assert answer.status_code in (200, 400), (asked, answer.text)
        if answer.status_code == 200:
            found = {item["id"] for item in answer.json["items"]}
            assert found <= world.reach("own")
            assert answer.json["total"] == len(found)

    with site.unchanged():
        ask()


@pytest.mark.attack(30)
def test_a_place_in_a_list_is_rows_or_a_refusal(site, world):
    @fuzzed(cursor=cursors, sort=st.sampled_from(["", *FIELDS, "-name", "-birthday"]))
    def ask(cursor, sort):
        for path in ("core/user", "contacts/contact"):
            answer = site.call("admin", path, after=sent({"a": cursor})["a"], sort=sort)
            assert answer.status_code in (200, 400), (path, cursor, sort, answer.text)

    with site.unchanged():
        ask()


@pytest.mark.attack(30)
def test_the_address_of_a_list_gives_a_page_or_a_refusal(site):
    names = st.sampled_from(
        ["status", "kind", "city", "owner", "team", "is_customer", "city.op", "owner.op", "x"]
    )

    @fuzzed(
        query=optional(search=texts, sort=sorts, after=cursors, before=cursors, at=texts),
        filters=st.dictionaries(names, texts, max_size=3),
    )
    def ask(query, filters):
        for kind, headers in (("own", {}), ("admin", {"HX-Request": "true"})):
            answer = site.browser(kind).get(
                "/contacts/contact/", query_string=sent({**query, **filters}), headers=headers
            )
            assert answer.status_code in (200, 400), (kind, query, filters)

    with site.unchanged():
        ask()


ENTRANCE = (
    *("/login", "/setup", "/language", "/forgot", "/link/none", "/login/pin"),
    *("/login/second", "/login/passkey"),
)


@pytest.mark.attack(30)
@pytest.mark.attack(45)
def test_the_entrance_stands_any_words(site):
    token = site.browser()
    good = token.csrf_token()

    @fuzzed(most=40, name=texts, password=texts, wanted=texts, address=st.integers(0, 10**6))
    def knock(name, password, wanted, address):
        words = {"name": name, "password": password, "next": wanted, "language": name}
        form = sent({**words, "again": password, "code": name, "answer": wanted})
        for path in ENTRANCE:
            answer = token.client.post(
                path,
                data={**form, "csrf_token": good},
                base_url=BASE_URL,
                headers={"Referer": sent({"a": wanted})["a"].encode("ascii", "ignore")
                         .decode().replace("\r", "").replace("\n", "")},
                environ_base={"REMOTE_ADDR": f"10.{address % 250}.{address % 199}.1"},
            )  # fmt: skip
            assert answer.status_code in (200, 303, 400, 401, 404, 429), (path, name, password)

    with site.unchanged():
        knock()


def test_endless_numbers_and_words_are_refused_or_cut(site):
    for long in ("9" * 5000, "a" * 3000):
        asked = json.dumps(["id", "=", long])
        assert site.call("own", "contacts/contact", filter=asked).status_code == 400
        assert site.call("own", "contacts/contact", filter=long).status_code == 400
        assert site.call("own", "contacts/contact", limit=long).status_code == 400
        for name in ("search", "at", "city"):
            page = site.browser("own").get(f"/contacts/contact/?{name}={long}")
            assert page.status_code == 200, (name, long[:1])


def test_deep_json_is_refused(site):
    for depth in (6, 100, 5_000):
        for one in ('["and",' * depth + "1" + "]" * depth, "[" * depth + "]" * depth):
            assert site.call("own", "contacts/contact", filter=one).status_code == 400


def test_numbers_beyond_the_columns_are_no_records(site):
    for number in (0, 2**31 - 1, 2**31, 2**63, 10**30, 10**4000):
        assert site.browser("own").get(f"/contacts/contact/{number}").status_code == 404
        assert site.call("own", f"contacts/contact/{number}").status_code == 404
    for word in ("-1", "1.0", "1e3", "%00", "1%00", "٣", "1;"):
        assert site.browser("own").get(f"/contacts/contact/{word}").status_code == 404
