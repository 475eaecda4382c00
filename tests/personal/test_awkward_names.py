"""Whatever signs a name is made of, no copy of it is left when its person is erased."""

import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access.models import User
from core.background.mail.sending import send
from core.background.notices import Notice
from core.data.verifying import verify
from core.exchange.exports import book
from core.exchange.idempotency import Idempotency
from core.exchange.uploads.models import Line, Upload, UploadChunk, stored
from core.personal.erasing import erase_as_system
from tests.personal.dumps import found

NAMES = (
    'Oʻktam "Sherzod" %_\\ Алиев',
    "D'Artagnan & <b>Sons</b>; DROP TABLE x",
    "Ўктам Ғайратов-Қосимов",
    "*.[a-z]+ (Regex) $1",
    "İbrahim ŞAHİN straße",
)
signs = st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"), max_codepoint=0x2FFF)
words = st.text(signs, min_size=5, max_size=9).map(lambda text: f"x{text.strip()}x")


def _written(name):
    """The ways in which a book may hold a name."""
    plain, escaped = (json.dumps(name, ensure_ascii=a)[1:-1] for a in (False, True))
    return [name, plain, escaped, quote(name), quote_plus(name)]


def _left(working, name):
    contact = working.model("contacts.contact")
    record = contact.create(name="before", kind="person")
    record.change({"name": name})
    user = User.get_or_none(login="malika") or User.create(login="malika", name="Malika")
    Notice.create(user=user, kind="core.told", text=f"{name}: keldi")
    Notice.create(user=user, kind="core.told", text=f"«{name.upper()}»")
    send.later(letter={"to": "a@b.uz", "text": f"Salom\n{name}\n"})
    book.begin("contacts.contact", "csv", f"search={quote_plus(name)}&sort=-name")
    body = json.dumps({"name": name})
    Idempotency.create(user=user, key=str(record.id), digest="d", status=200, body=body)
    upload = Upload.create(owner=user, model="contacts.contact", name=f"{name}.csv", rows=1)
    UploadChunk.create(upload=upload, number=0, **stored([Line(1, ["a", f" {name} "])]))
    erase_as_system(record, "asked for it")
    return found([*_written(name), *_written(name.upper())])


@pytest.mark.parametrize("name", NAMES)
def test_no_copy_of_an_awkward_name_is_left(working, name):
    assert _left(working, name) == {}
    assert verify().fault is None


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(parts=st.lists(words, min_size=2, max_size=3))
def test_no_copy_of_any_name_is_left(working, parts):
    assert _left(working, " ".join(parts)) == {}
