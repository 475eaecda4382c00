"""What was answered to a request that carries a key: sent again, it is not done again."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import peewee

from core.access.models import User
from core.data.database import transaction
from core.data.fields import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField, now
from core.data.internal import Internal
from core.errors import Conflict
from core.i18n import _

KEPT = timedelta(hours=24)
LONGEST_KEY = 255


class Idempotency(Internal):
    """One request of a user under the key that they gave it, and what was answered."""

    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    key = CharField(max_length=LONGEST_KEY)
    digest = CharField(max_length=64)
    status = IntegerField(default=0)
    body = TextField(default="")
    at = DateTimeField(default=now, index=True)

    class Meta:
        indexes = ((("user", "key"), True),)


@dataclass(frozen=True)
class Claim:
    """That the work of a request is ours to do (`kept` is None), or was done before."""

    id: int
    is_same: bool
    kept: tuple[int, str] | None

    def keep(self, status: int, body: str) -> None:
        """Keep what is answered, in the transaction of the work."""
        Idempotency.update(status=status, body=body).where(Idempotency.id == self.id).execute()


def digest_of(method: str, path: str, body: bytes) -> str:
    return sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()


def claim(user: int, key: str, digest: str) -> Claim:
    """Take the key for a request, within its transaction. Raises `Conflict` while the same request
    is still being done elsewhere.
    """
    Idempotency.delete().where(Idempotency.at < now() - KEPT).execute()
    mine = (Idempotency.user == user) & (Idempotency.key == key)
    if (kept := Idempotency.get_or_none(mine)) is None:
        try:
            with transaction():
                made = Idempotency.create(user=user, key=key, digest=digest)
        except peewee.IntegrityError:
            # Whoever took it just now has ended, but our snapshot may be older than that.
            kept = Idempotency.get_or_none(mine)
            if kept is None:
                raise Conflict(_("This request is being done already: ask again.")) from None
        else:
            return Claim(made.id, True, None)
    return Claim(kept.id, kept.digest == digest, (kept.status, kept.body))
