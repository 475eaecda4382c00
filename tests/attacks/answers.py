"""What an answer says, whatever its format, and what of it differs between two visits."""

import io
import re
import zipfile
from typing import Any

import pypdf
from werkzeug.test import TestResponse


def said(answer: TestResponse) -> str:
    """All that an answer says: its body, the parts of a workbook, the pages of a PDF."""
    body = answer.get_data()
    if answer.mimetype == "application/pdf" and body.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return body.decode(errors="replace") + str(answer.headers.get("Location", ""))


def masked(text: str, *words: Any) -> str:
    """A page without what differs between two visits: tokens, and the numbers that were asked."""
    text = re.sub(r'(content|value)="[\w.-]{40,}"', "", text)
    for word in words:
        text = re.sub(rf"(?<!\d){word}(?!\d)", "#", text)
    return text
