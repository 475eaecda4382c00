"""What a browser would send of a form that was opened and not touched."""

from html.parser import HTMLParser
from typing import Any

Field = tuple[str, str]


class _Form(HTMLParser):
    """Collects what the fields of the one form with a version hold."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[Field] = []
        self.forms: list[list[Field]] = []
        self.select = self.area = ""

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        if tag == "form":
            self.fields = []
            self.forms.append(self.fields)
        elif tag == "input":
            self._input(attributes)
        elif tag == "select":
            self.select = attributes.get("name", "")
        elif tag == "option" and "selected" in attributes and self.select:
            self.fields.append((self.select, attributes.get("value", "")))
        elif tag == "textarea":
            self.area = attributes.get("name", "")

    def _input(self, attributes: dict[str, str]) -> None:
        is_box = attributes.get("type") in ("checkbox", "radio")
        if attributes.get("name") and (not is_box or "checked" in attributes):
            self.fields.append((attributes["name"], attributes.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields.append((self.area, data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


def fields_of(page: bytes) -> dict[str, Any]:
    """{name: text, or texts where there are several} of the form that carries a version."""
    reader = _Form()
    reader.feed(page.decode())
    form = next(form for form in reader.forms if any(name == "version" for name, _ in form))
    found: dict[str, Any] = {}
    for name, text in form:
        found.setdefault(name, []).append(text)
    return found
