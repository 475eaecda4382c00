"""Mails that come in: the answer of a user becomes a comment, others are handed to an addon."""

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
from core.background.mail.sending import one_line
from core.background.mail.server import post
from core.background.notices import visible
from core.data.actor import Actor, acting_as, system
from core.data.database import transaction
from core.data.emails import normalise_email
from core.data.history import key_of
from core.data.model import Model
from core.data.richtext import MOST_TAGS
from core.errors import UserError
from core.i18n import _
from core.modules.declared import Marked
from core.modules.mails import IncomingMail, MailMark
from core.modules.registry import addon_of, current_registry

LARGEST = 25 * 2**20
MOST_REFERENCES = 50
LONGEST_INTRODUCTION = 2  # lines of what stands above a quote
BREAK = re.compile(r"<br[^<>]*>|</(?:p|div|li|tr)>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
# The sign of a signature, and a line that mail programs draw above the text that they quote.
BELOW = re.compile(r"-- |_{10,}")
RULE, SHORTEST_RULE = "---", 8  # "--- Original message ---"; no pattern, which takes for ever


def take_in(raw: bytes) -> bool:
    """Take in one mail as it came (RFC 822); False for one that came before or that a machine
    wrote. Raises `UserError` for one that is for nobody here, or that its sender may not write.
    """
    if len(raw) > LARGEST:
        raise UserError(_("The mail is too large: answer without files."))
    mail = message_from_bytes(raw, policy=default)
    if _header(mail, "Auto-Submitted").lower() not in ("", "no"):
        return False
    ids = MESSAGE_ID.findall(_header(mail, "Message-ID"))
    key = digest_of(ids[0] if ids else raw.decode("latin-1"))
    text = said_in(mail)  # a large mail takes a moment, in which nobody has to wait
    with transaction():
        if not Letter.insert(digest=key).on_conflict_ignore().as_rowcount().execute():
            return False
        letter = _letter(mail)
        if letter is not None and letter.reader_id is not None:
            reader, record = _answered(mail, letter)
            with acting_as(reader):
                write_comment(record, text)
        else:
            _hand_on(mail, letter, key, text)
    return True


def _hand_on(mail: EmailMessage, letter: Letter | None, key: str, text: str) -> None:
    """Let the addon that the mail is written to take it in. What it answers is what the next mail
    of the thread is about.
    """
    with system("a mail is handed to an addon"):
        about = _about(letter)
    found = _taker(_written_to(mail), about)
    if found is None:
        raise UserError(_("The mail answers none of ours: write the comment in Karvon."))
    sender = next(iter(getattr(mail["From"], "addresses", ())), None)
    with system(found.name):
        made = found.function(
            IncomingMail(
                sender=sender.addr_spec if sender else "",
                name=one_line(sender.display_name) if sender else "",
                subject=one_line(_header(mail, "Subject")),
                text=text,
                about=about,
            )
        )
        if isinstance(made, Model):
            Letter.update(**key_of(made)).where(Letter.digest == key).execute()


def _taker(words: set[str], about: Model | None) -> Marked[MailMark] | None:
    """Who takes mails to one of these words in; an answer to our own address is for the addon whose
    record it is about.
    """
    marked = current_registry().marked_by(MailMark)
    named = [each for each in marked if each.mark.to in words]
    if not named and about is not None:
        named = [each for each in marked if each.name.split(".")[0] == addon_of(type(about))]
    return next(iter(named), None)


def _written_to(mail: EmailMessage) -> set[str]:
    """The words by which the mail names us: of support@ and karvon+support@, at our own host."""
    own, _at, host = post().sender.lower().rpartition("@")
    found = set()
    for header in ("To", "Cc"):
        for value in mail.get_all(header, ()):
            for each in getattr(value, "addresses", ()):
                local, domain = each.username.lower(), each.domain.lower()
                if domain == host:
                    found.add(local.removeprefix(f"{own}+"))
    return found


def _about(letter: Letter | None) -> Model | None:
    if letter is None:
        return None
    record, birth = visible(letter.model, {letter.record}).get(letter.record, (None, None))
    return record if birth == letter.birth else None


def _header(mail: EmailMessage, name: str) -> str:
    return str(mail.get(name, "")).strip()


def _answered(mail: EmailMessage, letter: Letter) -> tuple[Actor, Model]:
    """Who answers, and the record that the mail of ours was about. Only its reader knows its
    Message-ID; the answer must come from the reader's address as well.
    """
    reader = actors_of([letter.reader_id]).get(letter.reader_id)
    if reader is None or not _is_from(mail, letter.reader_id):
        raise UserError(_("The answer comes from another address: send it from your own."))
    with acting_as(reader):
        record, birth = visible(letter.model, {letter.record}).get(letter.record, (None, None))
    if record is None or birth != letter.birth:
        raise UserError(_("What the mail is about is gone, or you may not see it any more."))
    return reader, record


def _letter(mail: EmailMessage) -> Letter | None:
    """The newest mail about a record that this one answers."""
    named = f"{_header(mail, 'References')} {_header(mail, 'In-Reply-To')}"
    keys = [digest_of(id) for id in MESSAGE_ID.findall(named)[-MOST_REFERENCES:]]
    ours = Letter.digest.in_(keys) & (Letter.model != "")
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
        text = _words_of(BREAK.sub("\n", text))
    return _above_the_quote(text.replace("\r\n", "\n"))


def _words_of(text: str) -> str:
    is_usual = text.count("<") <= MOST_TAGS
    return html.unescape(nh3.clean(text, tags=set()) if is_usual else TAG.sub("", text))


def _is_rule(line: str) -> bool:
    return line.startswith(RULE) and line.endswith(RULE) and len(line) >= SHORTEST_RULE


def _above_the_quote(text: str) -> str:
    kept: list[str] = []
    for line in text.split("\n"):
        if line.startswith(">") or BELOW.fullmatch(line) or _is_rule(line):
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
