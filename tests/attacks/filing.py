"""Attacks by files: those of foreign records; what files hold, how they are called, their size."""

import io
import re
import tarfile
import zipfile
from collections.abc import Iterator
from functools import partial
from typing import Any

from PIL import Image
from werkzeug.test import TestResponse

from core.attached.files.models import Attachment
from core.testing.instances import BASE_URL
from tests.attacks.addresses import addresses
from tests.attacks.reading import FILES as READ
from tests.attacks.reading import like_never
from tests.attacks.ruling import NARROW
from tests.attacks.sending import refused, unchanged
from tests.attacks.target import NEVER, SESSIONS, Target
from tests.attacks.writing import FILES as WRITTEN
from tests.web.sending_files import workbook

RUN = {
    "a.html": b"<!doctype html><script>alert(1)</script>",
    "a.png": b"<html><script>alert(1)</script></html>",
    "a.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">',
    "a.gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;<script>alert(1)</script>",
    "a.pdf": b"%PDF-1.7 <html><script>alert(1)</script>",
    "a.xml": b'<?xml version="1.0"?><?xml-stylesheet href="x"?><a/>',
}
NAMES = (
    "%22><img src=x onerror=alert(1)>.txt",
    "%0D%0AX-Evil: 1.txt",
    "../../../etc/passwd",
    "nul\0.txt",
    "..\\..\\a.txt",
)
HARMLESS = ("application/octet-stream", "text/plain")
BILLION = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY a
"&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]><worksheet>&a;</worksheet>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<sst><si><t>&x;</t></si></sst>"""
PARTS = {"xl/worksheets/sheet1.xml": BILLION, "xl/sharedStrings.xml": OUTSIDE}
# A file that is refused for what it would become was looked at, and is swept away later.
CONTENTS = SESSIONS | {"core_content"}
LARGE = 26 * 2**20  # bytes: more than a file may have


def post_file(target: Target, kind: str, url: str, name: str, content: bytes) -> TestResponse:
    """Send one file. By hand: the test client leaves the temporary file of a large form open."""
    head = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    browser = target.site.browser(kind)
    return browser.client.post(
        url,
        data=head.encode() + content + b"\r\n--B--\r\n",
        content_type="multipart/form-data; boundary=B",
        headers={"X-CSRFToken": browser.csrf_token()},
        base_url=BASE_URL,
    )


def line_19(target: Target) -> Iterator[str]:
    """Files of foreign records: read, put there, removed, and reached through own records."""
    for address in addresses(target):
        if address.does in READ:
            yield from like_never(target, address)
    for address in addresses(target, "POST"):
        if address.does in WRITTEN:
            yield from refused(target, address, "POST")
    for view in target.views:
        own, foreign = (target.ids(view.model, side)[0] for side in ("own", "foreign"))
        number = target.file_of(view.model, foreign)
        hash = Attachment.get_by_id(number).hash
        send = partial(post_file, target, NARROW, f"{view.list_url}{foreign}/files", "a.txt", b"a")
        yield from unchanged(target, f"a file sent to the foreign {view.list_url}{foreign}", send)
        for named in (number, hash, NEVER):
            url = f"{view.list_url}{own}/files/{named}"
            yield from _not_found(target, "GET", url)
            yield from _not_found(target, "POST", f"{url}/remove")
            yield from _not_found(target, "POST", f"{url}/restore")
            for path in (f"/files/{named}", f"/attachments/{named}"):
                yield from _not_found(target, "GET", path)


def _not_found(target: Target, method: str, url: str) -> Iterator[str]:
    status = target.send(NARROW, method, url, data={}).status_code
    if status not in (403, 404):  # 403 where no record of the screen may be changed
        yield f"{method} {url} answers {status} for a file of another record"


def attached_by_attackers(target: Target) -> dict[str, tuple[str, str]]:
    """{address: (address of its record, name)} of files that browsers could run and of those whose
    names break out, each on an own record of another screen.
    """
    found = {}
    files = [*RUN.items(), *((name, b"words") for name in NAMES)]
    for view in target.views:
        record = f"{view.list_url}{target.ids(view.model, 'own')[0]}"
        for name, content in files:
            answer = post_file(target, NARROW, f"{record}/files", name, content)
            if answer.status_code == 303:
                newest = Attachment.select(Attachment.id).order_by(Attachment.id.desc()).first()
                found[f"{record}/files/{newest.id}"] = (record, name)
    return found


def line_20(target: Target, files: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Files that a browser could run are saved, never shown."""
    for url, (_record, name) in files.items():
        given = target.get(NARROW, url).headers
        if name in RUN:
            if not given["Content-Disposition"].startswith("attachment"):
                yield f"{url} shows {name}"
            if given["X-Content-Type-Options"] != "nosniff":
                yield f"{url} lets a browser guess what {name} is"
            if "sandbox" not in given["Content-Security-Policy"]:
                yield f"{url} gives {name} no sandbox"
            if given["Content-Type"].split(";")[0] not in (
                "application/octet-stream",
                "text/plain",
            ):
                yield f"{url} calls {name} {given['Content-Type']}"


def line_21(target: Target, files: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Names of files break out of no page, no header and no folder."""
    for url, (record, name) in files.items():
        given = target.get(NARROW, url).headers
        if "X-Evil" in given or set("\r\n\0") & set(given["Content-Disposition"]):
            yield f"the name {name!r} adds a header to {url}"
        if (
            ".." in given["Content-Disposition"]
            or "/" in given["Content-Disposition"].partition("*")[0]
        ):
            yield f"{url} is saved into another folder: {given['Content-Disposition']}"
        for path in (record, f"{record}/files", f"{record}/history"):
            if re.search(r"<img src=x|onerror=alert\(1\)>", target.get(NARROW, path).text):
                yield f"{path} holds the name {name!r} as it is"


def evil_entries() -> list[tarfile.TarInfo]:
    """What an archive should not hold: ways out of its folder, links, pipes."""
    found = []
    for name, kind, link in (
        ("../outside", tarfile.REGTYPE, ""),
        ("files/../../outside", tarfile.REGTYPE, ""),
        ("/outside-of-the-archive", tarfile.REGTYPE, ""),
        ("files\\..\\outside", tarfile.REGTYPE, ""),
        ("files/link", tarfile.SYMTYPE, "/etc/passwd"),
        ("files/hard", tarfile.LNKTYPE, "manifest.json"),
        ("files/pipe", tarfile.FIFOTYPE, ""),
    ):
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, link
        found.append(entry)
    return found


def bombs() -> dict[str, tuple[bytes, int, str]]:
    """{what it is: (content, the status that it gets, its name)} of what grows or is too large."""
    picture = io.BytesIO()
    Image.new("1", (9000, 9000)).save(picture, "PNG")
    return {
        "picture": (picture.getvalue(), 400, "bomb.png"),
        "file": (b"x" * LARGE, 413, "large.bin"),
    }


def line_23(target: Target) -> Iterator[str]:
    """Pictures of too many pixels, workbooks of too many entries, and what is too large."""
    view = target.views[0]
    record = f"{view.list_url}{target.ids(view.model, 'own')[0]}/files"
    for name, (content, wanted, file) in bombs().items():
        yield from _sent(target, record, file, content, (wanted,), f"a {name} that is too large")
    for importing in _importing(target):
        url = f"{importing.list_url}import"
        for name, content in (("entries", crowded(2_001)), ("size", b"Name\n" + b"x" * LARGE)):
            wanted = (400,) if name == "entries" else (413,)
            file = "a.xlsx" if name == "entries" else "a.csv"
            yield from _sent(target, url, file, content, wanted, f"a file of too many {name}")


def line_32(target: Target) -> Iterator[str]:
    """Workbooks whose parts name entities."""
    for view in _importing(target):
        for place, part in (
            ("xl/worksheets/sheet1.xml", BILLION),
            ("xl/sharedStrings.xml", OUTSIDE),
        ):
            content = repacked(place, part)
            yield from _sent(target, f"{view.list_url}import", "a.xlsx", content, (400,), place)


def _importing(target: Target) -> list[Any]:
    """The screens that take files from those who reach their own records."""
    return [v for v in target.views if target.get(NARROW, f"{v.list_url}import").status_code == 200]


def _sent(
    target: Target, url: str, name: str, content: bytes, wanted: tuple[int, ...], what: str
) -> Iterator[str]:
    answers: list[TestResponse] = []
    send = partial(post_file, target, NARROW, url, name, content)
    work = lambda: answers.append(send())  # noqa: E731 - of this turn
    yield from unchanged(target, f"{what}, sent to {url},", work, CONTENTS)
    if answers[0].status_code not in wanted:
        yield f"{url} answers {answers[0].status_code} to {what}"
    if "root:" in answers[0].text:
        yield f"{url} reads files of the server"


def repacked(name: str, content: bytes) -> bytes:
    """A workbook in which one of its files is another."""
    source, made = io.BytesIO(workbook(["Name"], ["Bahor"])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry.filename))
        new.writestr(name, content)
    return made.getvalue()


def crowded(entries: int) -> bytes:
    """A workbook of so many entries."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(entries):
            archive.writestr(f"xl/{number}.xml", b"<a/>")
    return made.getvalue()
