"""Links that let somebody in once: made for a user, good for a while, kept only as hashes."""

from dataclasses import dataclass
from datetime import timedelta

from core.access.factors.models import OneTimeLink
from core.access.models import User
from core.access.secrets import digest, new_key
from core.data.actor import system
from core.data.database import transaction
from core.data.fields import now

RESET, INVITATION = "reset", "invitation"
LASTS = {RESET: timedelta(minutes=30), INVITATION: timedelta(days=7)}
ADDRESS = "/link/"  # before the key; `core.web.serving.logs` writes nothing that follows it
LONGEST = 128


@dataclass(frozen=True)
class Link:
    """What a link is for that is still good."""

    user_id: int
    login: str
    name: str
    language: str  # "" when they chose none
    purpose: str

    @property
    def is_invitation(self) -> bool:
        return self.purpose == INVITATION


def new_link(user: User, purpose: str) -> str:
    """A key for a link of the user, to be handed out once; the one before, if any, is void."""
    key = new_key()
    with transaction():
        close_links_of(user.id, purpose)
        OneTimeLink.delete().where(OneTimeLink.expires_at < now()).execute()
        OneTimeLink.create(
            digest=digest(key),
            user=user.id,
            purpose=purpose,
            email=user.email or "",
            expires_at=now() + LASTS[purpose],
        )
    return key


def link_of(key: str) -> Link | None:
    """What the key opens; None when it was used, is too old, or its user was disabled or has
    another e-mail address now.
    """
    if not key or len(key) > LONGEST:
        return None
    with system("whose link it is is asked before anybody is logged in"):
        row = (
            OneTimeLink.select(OneTimeLink, User)
            .join(User)
            .where(OneTimeLink.digest == digest(key), OneTimeLink.expires_at > now())
            .get_or_none()
        )
    if row is None or not row.user.is_active or row.email != (row.user.email or ""):
        return None
    user = row.user
    return Link(user.id, str(user.login), str(user.name), user.language or "", str(row.purpose))


def use_link(key: str) -> bool:
    """Let the key open nothing any more; False when it did not before. Of two who use it at once
    only one is told yes.
    """
    return bool(OneTimeLink.delete().where(OneTimeLink.digest == digest(key)).execute())


def close_links_of(user_id: int, *purposes: str) -> None:
    """Make the links of a user void: all, or those for the purposes."""
    found = OneTimeLink.user == user_id
    if purposes:
        found &= OneTimeLink.purpose.in_(purposes)
    OneTimeLink.delete().where(found).execute()
