"""Remembered devices: a browser that its user opens again by a PIN once its session has ended."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from core.access.models import Device, Session, User
from core.access.secrets import digest, hash_password, new_key, password_fits
from core.data.actor import system
from core.data.audit import note, note_regardless
from core.data.database import transaction
from core.data.fields import now
from core.errors import UserError
from core.i18n import _

USERS = User._meta.table_name
SHORTEST_PIN, LONGEST_PIN = 6, 16
MOST_TRIES = 5  # the fifth wrong PIN in a row forgets the device
MOST_DEVICES = 20  # of one user: a further one takes the place of the one that was not seen longest
LONGEST_KEY = 128


@dataclass(frozen=True)
class Remembered:
    """A device that may be opened: its id, and whose it is."""

    id: int
    user_id: int
    name: str


@dataclass(frozen=True)
class Opening:
    """What a PIN did: `device` when it fits, else the tries that are `left`; none are when the
    device is not remembered, or not any more.
    """

    device: Remembered | None = None
    left: int = 0


def check_pin(pin: str) -> None:
    """Raise `UserError` for a PIN that cannot be taken."""
    if not (pin.isascii() and pin.isdecimal() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise UserError(
            _(
                "A PIN is made of digits alone, at least %(least)s and at most %(most)s.",
                least=SHORTEST_PIN,
                most=LONGEST_PIN,
            )
        )
    if _is_trivial(pin):
        raise UserError(_("This PIN is guessed at once: take digits without a pattern."))


def _is_trivial(pin: str) -> bool:
    """Whether the digits repeat themselves (111111, 121212, 123123) or count by a step (123456,
    987654, 135791), around the nine too.
    """
    repeats = any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, 4))
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    pairs = pin[::2] == pin[1::2]  # 112233
    return repeats or len(steps) == 1 or pairs


def remember_device(
    user_id: int, pin: str, title: str, lasts: timedelta, instead: str = ""
) -> tuple[int, str]:
    """Remember a browser: (id of the device, key for its cookie). `instead` is the key by which the
    browser was remembered so far. `UserError` on a bad PIN. It hashes, and so stands in no
    transaction of others.
    """
    check_pin(pin)
    key, moment = new_key(), now()
    pin_hash = hash_password(_salted(key, pin))
    with transaction():
        gone = (Device.expires_at <= moment) | (Device.digest == digest(instead))
        Device.delete().where(gone).execute()
        _make_room(user_id)
        device = Device.create(
            digest=digest(key),
            user=user_id,
            title=title[:64],
            expires_at=moment + lasts,
            pin_hash=pin_hash,
        )
        note("remember_device", (USERS, user_id), [("device", None, device.title)])
    return device.id, key


def _salted(key: str, pin: str) -> str:
    """What is hashed of a PIN. The key of the device is not in the database, so that whoever reads
    that cannot try out the few PINs there are.
    """
    return f"{key} {pin}"


def _make_room(user_id: int) -> None:
    mine = Device.select(Device.id).where(Device.user == user_id)
    for device in mine.order_by(Device.seen_at.desc(), Device.id.desc()).offset(MOST_DEVICES - 1):
        forget_device(user_id, device.id)


def device_of(key: str) -> Remembered | None:
    """The device of a key; None when it is not remembered, or its user cannot log in."""
    if not key or len(key) > LONGEST_KEY:
        return None
    query = (
        Device.select(Device.id, User.id, User.name)
        .join(User, on=(Device.user == User.id) & User.is_active)
        .where(Device.digest == digest(key), Device.expires_at > now())
    )
    with system("a remembered device says whose it is"):
        found = query.tuples().first()
    return Remembered(*found) if found else None


def try_pin(key: str, pin: str) -> Opening:
    """Open a remembered device by its PIN. A try is counted before the PIN is looked at, so that
    many guesses at once gain nothing.
    """
    device = device_of(key)
    if device is None:
        return Opening()
    mine = Device.id == device.id
    counted = Device.update(tries=Device.tries + 1).where(mine, Device.tries < MOST_TRIES)
    if not counted.execute():
        return _forgotten(device)
    row = Device.get_or_none(mine)
    if row is None:
        return Opening()
    if password_fits(_salted(key, pin), row.pin_hash):
        Device.update(tries=0, seen_at=now()).where(mine).execute()
        return Opening(device)
    return Opening(left=MOST_TRIES - row.tries) if row.tries < MOST_TRIES else _forgotten(device)


def _forgotten(device: Remembered) -> Opening:
    if Device.delete().where(Device.id == device.id).execute():
        with system("the history tells of guesses"):
            note_regardless("forget_device", (USERS, device.user_id), [("tries", None, MOST_TRIES)])
    return Opening()


def devices_of(user_id: int) -> list[Device]:
    """The remembered devices of a user, those seen last first."""
    mine = (Device.user == user_id) & (Device.expires_at > now())
    return list(Device.select().where(mine).order_by(Device.seen_at.desc(), Device.id.desc()))


def forget_device(user_id: int, id: int, but: int | None = None) -> bool:
    """Forget one device of the user and end the sessions that are open on it, `but` one; whether
    there was such a one. The history tells of it.
    """
    opened = (Session.device == id) & (Session.user == user_id)
    if but is not None:
        opened &= Session.id != but
    with transaction():
        Session.delete().where(opened).execute()
        found = Device.get_or_none(Device.id == id, Device.user == user_id)
        if found is None or not found.delete_instance():
            return False
        note("forget_device", (USERS, user_id), [("device", found.title, None)])
    return True


def forget_devices_of(user_id: int) -> int:
    """Forget every device of a user; sessions stay. How many there were."""
    return int(Device.delete().where(Device.user == user_id).execute())
