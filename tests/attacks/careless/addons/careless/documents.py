"""Careless: a paper about one record that tells of all."""

from typing import Any

from addons.careless.models import Note
from addons.careless.views import all_notes
from core.api import _, document


@document(Note, "careless/all.html", title=_("All notes"))
def paper(_note: Note) -> dict[str, Any]:
    """What everybody wrote."""
    return {"title": "Notes", "names": [note.name for note in all_notes()["notes"]]}
