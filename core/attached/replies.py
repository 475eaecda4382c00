"""Mails that come in: the answer to one of ours becomes a comment on the record it was about."""

import html
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import nh3

from core.access.actors import actors_of
from core.access.models import User
from core.attached.comments import write_comment
from core.background.mail.models import Letter, digest_of
from core.background.notices import visible
from core.data.actor import Actor, acting_as
from core.data.database import transaction
from core.data.emails import normalise_email
from core.data.model import Model
from core.errors import UserError
from core.i18n import _

LARGEST = 25 * 2**20
MOST_REFERENCES = 50
LONGEST_INTRODUCTION = 2  # lines of what stands above a quote
BREAK = re.compile(r"<br[^>]*>|</(?:p|div|li|tr)>", re.IGNORECASE)
MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
# What mail programs write above the text that they quote, and the sign of a signature.
BELOW = re.compile(r"-- |-{3,} ?\S.*\S ?-{3,}|_{10,}")


def take_in(raw: bytes) -> bool:
    """Take in one mail as it came (RFC 822); False for one that came before or that a machine
    wrote. Raises `UserError` for one that answers none of ours, or that its sender may not write.
    """
    if len(raw) > LARGEST:
        raise UserError(_("The mail is too large: answer without files."))
    mail = message_from_bytes(raw, policy=default)
    if _header(mail, "Auto-Submitted").lower() not in ("", "no"):
        return False
    ids = MESSAGE_ID.findall(_header(mail, "Message-ID"))
    key = digest_of(ids[0] if ids else raw.decode("latin-1"))
    with transaction():
        if not Letter.insert(digest=key).on_conflict_ignore().as_rowcount().execute():
            return False
        reader, record = _answered(mail)
        with acting_as(reader):
            write_comment(record, said_in(mail))
    return True


def _header(mail: EmailMessage, name: str) -> str:
    return str(mail.get(name, "")).strip()


def _answered(mail: EmailMessage) -> tuple[Actor, Model]:
    """Who answers, and the record that the mail of ours was about. Only its reader knows its
    Message-ID; the answer must come from the reader's address as well.
    """
    letter = _letter(mail)
    if letter is None:
        raise UserError(_("The mail answers none of ours: write the comment in Karvon."))
    reader = actors_of([letter.reader_id]).get(letter.reader_id)
    if reader is None or not _is_from(mail, letter.reader_id):
        raise UserError(_("The answer comes from another address: send it from your own."))
    with acting_as(reader):
        record, birth = visible(letter.model, {letter.record}).get(letter.record, (None, None))
    if record is None or birth != letter.birth:
        raise UserError(_("What the mail is about is gone, or you may not see it any more."))
    return reader, record


def _letter(mail: EmailMessage) -> Letter | None:
    """The newest mail of ours that this one answers."""
    named = f"{_header(mail, 'References')} {_header(mail, 'In-Reply-To')}"
    keys = [digest_of(id) for id in MESSAGE_ID.findall(named)[-MOST_REFERENCES:]]
    ours = Letter.digest.in_(keys) & Letter.reader.is_null(False)
    found: Letter | None = Letter.select().where(ours).order_by(Letter.id.desc()).first()
    return found


def _is_from(mail: EmailMessage, user: int) -> bool:
    address = str(User.get_by_id(user).email or "")
    senders = [each.addr_spec.lower() for each in getattr(mail["From"], "addresses", ())]
    return bool(address) and senders == [normalise_email(address).lower()]


def said_in(mail: EmailMessage) -> str:
    """What the sender wrote, without what they quote and without their signature."""
    body = mail.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        text = str(body.get_content())
    except (LookupError, ValueError):  # an alphabet that nobody knows
        text = bytes(body.get_payload(decode=True) or b"").decode("utf-8", "replace")
    if body.get_content_subtype() == "html":
        text = html.unescape(nh3.clean(BREAK.sub("\n", text), tags=set()))
    return _above_the_quote(text.replace("\r\n", "\n"))


def _above_the_quote(text: str) -> str:
    kept: list[str] = []
    for line in text.split("\n"):
        if line.startswith(">") or BELOW.fullmatch(line):
            break
        kept.append(line)
    else:
        return "\n".join(kept).strip()
    while kept and not kept[-1].strip():
        kept.pop()
    # "On Monday Aziz wrote:" stands above a quote, on one line or two.
    if kept and kept[-1].rstrip().endswith(":"):
        last = len(kept) - 1
        while last and kept[last - 1].strip():
            last -= 1
        kept = kept[:last] if len(kept) - last <= LONGEST_INTRODUCTION else kept[:-1]
    return "\n".join(kept).strip()
