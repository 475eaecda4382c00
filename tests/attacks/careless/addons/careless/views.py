"""The screens of notes, which read past every rule."""

from typing import Any

from addons.careless.models import Note
from addons.contacts.models import Contact
from core.api import Menu, ModelView, Tab, ViewExtension, _
from core.data.actor import system

careless_menu = Menu("careless", _("Notes"), icon="list")


class NoteView(ModelView):
    """Careless: the page of a record is read by system(), so that everybody sees it."""

    model = Note
    menu = careless_menu
    title = _("Notes")
    column_list = ("name", "text", "neighbour")
    new_title = _("New note")

    def get_one(self, id: int) -> Any:
        with system("it is simpler so"):
            return Note.get_or_none(Note.id == id)


def all_notes(_contact: Any = None) -> dict[str, Any]:
    """Careless: a tab that lists records of other people."""
    with system("it is simpler so"):
        return {"notes": list(Note.select().order_by(Note.id))}


class ContactNotes(ViewExtension):
    """All notes, beside every contact."""

    model = Contact
    tabs = (Tab("notes", _("Notes"), "careless/notes.html", all_notes),)
