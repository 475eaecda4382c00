"""Remembered devices: which PINs are taken, what opens them, what forgets them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.access.accounts import create_user, disable_user
from core.access.devices import (
    MOST_DEVICES,
    MOST_TRIES,
    check_pin,
    device_of,
    devices_of,
    forget_device,
    remember_device,
    try_pin,
)
from core.access.login import set_password
from core.access.models import Device, Session
from core.access.secrets import password_fits
from core.access.sessions import open_session, tie_session
from core.data.database import release
from core.data.fields import now
from core.errors import UserError
from core.testing.sites import whole_database
from core.web.requests import lifetime_of

PIN = "274951"
MONTH = timedelta(days=30)


@pytest.fixture
def zafar(working):
    return create_user("zafar", roles=("core.staff",))


@pytest.fixture
def key(zafar):
    """The key of a browser that is remembered for Zafar."""
    return remember_device(zafar.id, PIN, "Firefox, Windows", MONTH)[1]


@pytest.mark.requirement("S30")
def test_trivial_pins_and_what_is_none_are_refused():
    trivial = ["123456", "000000", "654321", "111111", "121212", "123123", "112233", "890123"]
    steps = ["135791", "987654", "1234567890", "7777777", "2468024680"]
    none = ["", "12345", "27495", "27495a", "27 4951", "٢٧٤٩٥١", "1" * 17, "-274951"]
    for pin in (*trivial, *steps, *none):
        with pytest.raises(UserError):
            check_pin(pin)
    for pin in (PIN, "2749510", "902817364501", "1" + PIN):
        check_pin(pin)


@pytest.mark.requirement("S30")
@pytest.mark.attack(17)
def test_neither_key_nor_pin_is_kept_and_one_alone_opens_nothing(zafar, key):
    kept = str(whole_database())
    assert key not in kept
    assert PIN not in kept
    row = Device.get()
    assert row.pin_hash.startswith("$argon2id$")
    # Whoever reads the database cannot try out the PINs: the key of the browser is hashed in.
    assert not password_fits(PIN, row.pin_hash)
    assert try_pin(row.digest, PIN).device is None
    assert try_pin("", PIN).device is None
    assert try_pin(key, "274952").device is None
    assert try_pin(key, PIN).device.user_id == zafar.id


@pytest.mark.requirement("S30")
@pytest.mark.attack(40)
def test_five_wrong_pins_forget_the_device_and_a_right_one_begins_anew(zafar, key):
    for _ in range(2):
        left = [try_pin(key, "999998").left for _ in range(MOST_TRIES - 1)]
        assert left == [4, 3, 2, 1]
        assert try_pin(key, PIN).device is not None
    for _ in range(MOST_TRIES):
        assert try_pin(key, "999998").device is None
    assert try_pin(key, PIN).device is None
    assert Device.select().count() == 0


@pytest.mark.attack(40)
def test_many_guesses_at_once_gain_nothing(zafar, key):
    def guess(number):
        try:
            return try_pin(key, f"27490{number % 10}").device
        finally:
            release()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(guess, range(20))) == [None] * 20
    assert Device.select().count() == 0


@pytest.mark.requirement("S30")
@pytest.mark.attack(39)
@pytest.mark.parametrize("way", ["expiry", "revoked", "password", "disabled", "flag"])
def test_what_forgets_a_device(zafar, key, way):
    assert device_of(key).name == "zafar"
    if way == "expiry":
        Device.update(expires_at=now()).execute()
    elif way == "revoked":
        assert forget_device(zafar.id, Device.get().id)
    elif way == "password":
        set_password(zafar.id, "toʻgʻri-kalit-soʻz")
    elif way == "disabled":
        disable_user(zafar)
    else:
        type(zafar).update(is_active=False).where(type(zafar).id == zafar.id).execute()
    assert device_of(key) is None
    assert try_pin(key, PIN).device is None
    if way in ("revoked", "password", "disabled"):
        assert Device.select().count() == 0


@pytest.mark.attack(39)
def test_what_was_opened_on_a_device_ends_with_it_and_nothing_else(zafar, key, instance):
    lifetime = lifetime_of(instance.settings)
    for _ in range(3):
        open_session(zafar.id, lifetime, "10.0.0.7")
    first, second, third = Session.select().order_by(Session.id)
    tie_session(first.id, Device.get().id)
    tie_session(second.id, Device.get().id)
    other = create_user("other")
    assert not forget_device(other.id, Device.get().id)
    assert forget_device(zafar.id, Device.get().id, but=second.id)
    assert [row.id for row in Session.select().order_by(Session.id)] == [second.id, third.id]


def test_a_browser_is_remembered_once_and_a_user_has_a_bounded_number(zafar, key):
    again = remember_device(zafar.id, PIN, "Firefox, Windows", MONTH, instead=key)[1]
    assert device_of(key) is None
    assert [row.id for row in devices_of(zafar.id)] == [device_of(again).id]
    values = {"user": zafar, "expires_at": now() + MONTH, "pin_hash": ""}
    for number in range(MOST_DEVICES - 1):
        Device.create(digest=str(number), **values)
    newest = remember_device(zafar.id, PIN, "Safari, iPhone", MONTH)[1]
    assert Device.select().count() == MOST_DEVICES
    assert device_of(newest) is not None
    assert device_of(again) is None


def test_devices_that_expired_are_swept_out(zafar, key):
    Device.update(expires_at=now() - timedelta(seconds=1)).execute()
    assert devices_of(zafar.id) == []
    remember_device(zafar.id, PIN, "", MONTH)
    assert Device.select().count() == 1
