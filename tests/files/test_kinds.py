"""What a content is follows from its bytes, and a name is made harmless."""

import pytest

from core.attached.files.names import clean_name
from core.background.files.kinds import BINARY, Looker


def kind_of(content):
    looker = Looker()
    for start in range(0, len(content), 7):
        looker.look(content[start : start + 7])
    return looker.type


def test_a_picture_and_a_picture_that_is_a_page_too(picture):
    assert kind_of(picture("PNG")) == "image/png"
    assert kind_of(picture("JPEG")) == "image/jpeg"
    assert kind_of(picture("GIF") + b"<script>alert(1)</script>") == BINARY
    assert kind_of(picture("PNG", size=(1, 1)) + b"%PDF-1.7") == BINARY


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%%EOF", "application/pdf"),
        (b"%PDF-1.7\n<html><script >", BINARY),
        (b"\n<!DOCTYPE html><p>", "text/html"),
        (b"hello <script>alert(1)</script>", "text/html"),
        (b'<?xml version="1.0"?><svg xmlns="x">', "image/svg+xml"),
        (b"<?xml version='1.0'?><a/>", "application/xml"),
        (b"nom;summa\nBahor;5\nYulduz;7\n", "text/csv"),
        ("Номи;Сумма\nБахор;5\n".encode("cp1251"), "text/csv"),
        (b"BEGIN:VCARD\nFN:A\nEND:VCARD", "text/vcard"),
        (b"just words\nand more", "text/plain"),
        (b"\x00\x01\x02", BINARY),
        (b"", "text/plain"),
    ],
)
def test_texts_are_known_by_what_stands_in_them(content, kind):
    assert kind_of(content) == kind


@pytest.mark.attack(21)
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\shartnoma.pdf", "shartnoma.pdf"),
        ('"><img src=x onerror=alert(1)>.png', "img src=x onerror=alert(1) .png"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie x=1.txt"),
        ("nul\0.txt", "nul .txt"),
        ("gpj.\u202eexe", "gpj. exe"),
        ("Oʻtkir – hisob № 5.pdf", "Oʻtkir – hisob № 5.pdf"),
        ("..", "file"),
        ("", "file"),
        (None, "file"),
    ],
)
def test_a_name_is_one_line_without_folders(sent, shown):
    assert clean_name(sent) == shown


def test_a_long_name_keeps_its_ending():
    assert clean_name("a" * 400 + ".pdf").endswith("a.pdf")
    assert len(clean_name("a" * 400 + ".pdf")) == 200
