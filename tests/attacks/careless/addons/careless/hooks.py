"""Pages, addresses and buttons as they should not be: each docstring says what is wrong."""

from collections.abc import Sequence
from typing import Any

from addons.careless.models import Note
from addons.careless.permissions import user
from addons.careless.views import all_notes
from core.access.models import Credential
from core.api import (
    PUBLIC,
    User,
    UserError,
    WebhookRequest,
    _,
    button,
    column,
    endpoint,
    notify,
    on,
    on_behalf_of,
    page,
    updated,
    webhook,
)
from core.data.actor import acting_as, system
from core.data.database import db

PAGE = "careless/page.html"


@column(Note, _("Neighbour"))
def neighbour(notes: Sequence[Any]) -> dict[int, str]:
    """A column that names records of other people, in lists and files."""
    others = {note.id: note.name for note in all_notes()["notes"]}
    return {note.id: others.get(note.id + 1, "") for note in notes}


@endpoint("dump", methods=("GET",), role=user)
def dump() -> dict[str, Any]:
    """An address that gives out rows past the rules."""
    return {"notes": [note.name for note in all_notes()["notes"]]}


@endpoint("keys", methods=("GET",), role=user)
def keys() -> dict[str, Any]:
    """An address that gives out hashes of passwords."""
    return {"hashes": [row.password_hash for row in Credential.select()]}


@endpoint("mine", methods=("GET",), role=user)
def mine(user_id: int) -> dict[str, Any]:
    """An address that believes who asks."""
    with acting_as(on_behalf_of(user_id)):
        return {"notes": [note.name for note in Note.select()]}


@endpoint("find", methods=("GET",), role=user)
def find(word: str) -> dict[str, Any]:
    """SQL that is put together of what was sent."""
    rows = db.execute_sql(f"SELECT id FROM careless_note WHERE name = '{word}' AND views < 0")
    return {"found": len(rows.fetchall())}


@endpoint("change", role=user)
def change(values: dict) -> dict[str, Any]:
    """An address that writes whatever it is told, wherever."""
    with system("it is simpler so"):
        Note.update(name=str(values.get("name"))).where(Note.id == values.get("id")).execute()
    return {}


@endpoint("tidy", role=user)
def tidy(ids: list) -> dict[str, Any]:
    """A batch that does what it may and leaves out the rest."""
    done = list(Note.select().where(Note.id.in_(ids)))
    for note in done:
        note.change({"text": "tidied"})
    return {"done": len(done)}


@page("/careless/search/<word>", _("Search"), PAGE, user)
def search(word: str) -> dict[str, Any]:
    """A search that counts what nobody may see."""
    return {"count": sum(word in note.name for note in all_notes()["notes"])}


@page("/careless/texts", _("Texts"), PAGE, user)
def texts() -> dict[str, Any]:
    """A page that prints texts with |safe."""
    return {"notes": list(Note.select())}


@page("/careless/board", _("Board"), PAGE, PUBLIC)
def board() -> dict[str, Any]:
    """A page with records for which nobody logs in."""
    return all_notes()


@page("/careless/seen/<int:id>", _("Seen"), PAGE, user)
def seen(id: int) -> dict[str, Any]:
    """A GET that writes."""
    note = Note.get_by_id(id)
    note.change({"views": note.views + 1})
    return {}


@page("/careless/open/<int:id>", _("Open"), PAGE, user)
def opened(id: int) -> dict[str, Any]:
    """A refusal that names what it refuses."""
    with system("to say it more kindly"):
        note = Note.get_by_id(id)
    if Note.get_or_none(Note.id == id) is None:
        raise UserError(f"“{note.name}” is not yours.")
    return {}


@page("/careless/broken", _("Broken"), PAGE, user)
def broken() -> dict[str, Any]:
    """A page that breaks where nothing was sent."""
    return {"count": {}["count"]}


@page("/careless/rename", _("Rename"), PAGE, user, methods=("GET", "POST"))
def rename(form: dict[str, str]) -> dict[str, Any] | None:
    """A form that writes, and looks who may only afterwards."""
    if not form:
        return {}
    with system("it is simpler so"):
        note = Note.get_by_id(form["id"])
        note.change({"name": form["name"]})
    return None


@button(Note, _("Merge"))
def merge(_note: Note, other: int = 0) -> None:
    """A button that reaches for another record."""
    with system("it is simpler so"):
        found = Note.get_or_none(Note.id == other)
        if found is not None:
            found.archive()


@on(updated(Note))
def tell_all(record: Note) -> None:
    """News for everybody of what few may see."""
    with system("it is simpler so"):
        for each in User.select().where(User.is_active):
            notify(each, f"{record.name} was changed")


@webhook("/hooks/careless/call", verify=lambda _request: True)
def called(_request: WebhookRequest) -> dict[str, Any]:
    """An address for others that looks at no signature."""
    return {"notes": len(all_notes()["notes"])}
