"""A second factor of every kind, and ways back in, that somebody under attack has."""

from core.access.factors.codes import begin_authenticator, waiting_secret
from core.access.factors.half import open_half_login
from core.access.factors.models import Authenticator, Passkey
from core.access.factors.recovery import new_recovery_codes
from core.access.links import RESET, new_link
from core.access.models import User
from core.data.actor import system
from core.data.fields import now


def give_factors(user_id: int) -> list[str]:
    """Give them to a user; answers the secrets of them that no answer may hold."""
    begin_authenticator(user_id)
    secret = waiting_secret(user_id) or ""
    # A secret is shown to its owner until it is confirmed.
    Authenticator.update(confirmed_at=now()).where(Authenticator.user == user_id).execute()
    key = f"sirli-kalit-passkey-{user_id}"
    Passkey.create(user=user_id, credential=key, public_key=key, title="Telefon")
    with system("a test makes a link"):
        link = new_link(User.get_by_id(user_id), RESET)
    return [secret, key, link, open_half_login(user_id), *new_recovery_codes(user_id)]
