"""What a thief or a broken program sends for a passkey: refused in a sentence, whatever it is."""

import json
from dataclasses import replace

import pytest

from core.access.factors.models import Challenge, Passkey
from tests.web.passkeys.authenticator import (
    ORIGIN,
    PRESENT,
    Device,
    add,
    ask,
    encoded,
    is_in,
    log_in,
)


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8001"},
        {"origin": "https://localhost:8000"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
        {"handle": b"user 1000"},
        {"key": Device(ORIGIN).key},
        {"id": b"x" * 32},
    ],
    ids=["origin", "port", "scheme", "host", "unverified", "absent", "handle", "key", "id"],
)
def test_what_a_thief_signs_lets_nobody_in(zafar, visitor, lie):
    device, _answer = add(zafar)
    browser = visitor()
    answer = log_in(browser, replace(device, **lie))
    assert (answer.status_code, "was not accepted" in answer.text) == (401, True)
    assert not is_in(browser)
    assert log_in(browser, device).status_code == 303


@pytest.mark.parametrize(
    "lie", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": 1}]
)
def test_a_passkey_that_was_made_elsewhere_is_not_kept(zafar, lie):
    _device, answer = add(zafar, replace(Device(ORIGIN), **lie))
    assert answer.status_code == 400
    assert Passkey.select().count() == 0


def test_a_challenge_is_signed_once_even_if_the_first_try_failed(zafar, visitor):
    device, _answer = add(zafar)
    browser = visitor()
    asked = ask(browser)
    answer = device.signed(asked)
    assert browser.post("/login/passkey", {"answer": answer}).status_code == 303
    replayed = visitor()
    assert replayed.post("/login/passkey", {"answer": answer}).status_code == 401
    assert not is_in(replayed)
    asked = ask(replayed)
    wrong = replace(device, key=Device(ORIGIN).key).signed(asked)
    assert replayed.post("/login/passkey", {"answer": wrong}).status_code == 401
    assert replayed.post("/login/passkey", {"answer": device.signed(asked)}).status_code == 401
    assert Challenge.select().count() == 0


def test_a_challenge_is_for_its_purpose_its_user_and_five_minutes(zafar, visitor, clock):
    device, _answer = add(zafar)
    browser = visitor()
    to_register = zafar.post("/account/passkeys/options").json
    asked = {**ask(browser), "challenge": to_register["challenge"]}
    assert browser.post("/login/passkey", {"answer": device.signed(asked)}).status_code == 401
    asked = {**ask(browser), "challenge": encoded(b"made up by myself" * 2)}
    assert browser.post("/login/passkey", {"answer": device.signed(asked)}).status_code == 401
    asked = ask(browser)
    clock.forward(minutes=5, seconds=1)
    assert browser.post("/login/passkey", {"answer": device.signed(asked)}).status_code == 401
    to_log_in = {**to_register, "challenge": ask(browser)["challenge"]}
    _device, answer = Device(ORIGIN).made(to_log_in)
    assert zafar.post("/account/passkeys", {"answer": answer, "title": "x"}).status_code == 400


def test_a_count_that_does_not_grow_is_the_mark_of_a_copy(zafar, visitor):
    device, _answer = add(zafar)
    assert log_in(visitor(), replace(device, count=5)).status_code == 303
    for count, status in ((5, 401), (4, 401), (0, 401), (6, 303)):
        assert log_in(visitor(), replace(device, count=count)).status_code == status, count


ODD = [
    *("", "x", "[]", "{}", "null", "1", '{"response": 1}', '{"response": {}}', "[" * 9000),
    '{"id": "x", "response": {"clientDataJSON": "x"}}',
    '{"id": "x", "response": {"clientDataJSON": "bnVsbA"}}',
    '{"id": 7, "rawId": [], "response": {"clientDataJSON": {}}}',
    "x" * 20_000,
]


@pytest.mark.parametrize("answer", ODD, ids=range(len(ODD)))
def test_what_is_no_answer_of_a_browser_is_refused_in_a_sentence(zafar, visitor, answer):
    assert visitor().post("/login/passkey", {"answer": answer}).status_code == 401
    assert zafar.post("/account/passkeys", {"answer": answer}).status_code == 400


TORN = (None, 1, "", "AAAA", "§", {}, "a\0", "\ud800")


@pytest.mark.parametrize("value", TORN, ids=range(len(TORN)))
@pytest.mark.parametrize("name", ["id", "rawId", "response", "authenticatorData", "signature"])
def test_a_torn_answer_to_a_login_is_refused_in_a_sentence(zafar, visitor, name, value):
    device, _answer = add(zafar)
    browser = visitor()
    torn = tear(device.signed(ask(browser)), name, value)
    assert browser.post("/login/passkey", {"answer": torn}).status_code == 401


@pytest.mark.parametrize("value", TORN, ids=range(len(TORN)))
@pytest.mark.parametrize("name", ["rawId", "response", "attestationObject", "clientDataJSON"])
def test_a_torn_passkey_is_refused_in_a_sentence(zafar, name, value):
    _device, made = Device(ORIGIN).made(zafar.post("/account/passkeys/options").json)
    form = {"answer": tear(made, name, value), "title": "x"}
    assert zafar.post("/account/passkeys", form).status_code == 400
    assert Passkey.select().count() == 0


@pytest.mark.parametrize("challenge", ["\ud800", "a\0", 7, None, {}])
def test_a_challenge_of_odd_signs_is_none_of_ours(visitor, challenge):
    said = json.dumps({"type": "webauthn.get", "challenge": challenge, "origin": ORIGIN})
    response = {"clientDataJSON": encoded(said.encode())}
    form = {"answer": json.dumps({"id": "x", "rawId": "x", "response": response})}
    assert visitor().post("/login/passkey", form).status_code == 401


def tear(answer, name, value):
    said = json.loads(answer)
    (said if name in said else said["response"])[name] = value
    return json.dumps(said)
