"""Files on the page of a record: attached, shown, removed, brought back, refused."""

import io
import re

import pytest
from PIL import Image

from core.attached.files.models import Attachment
from core.background.files.store import current_store
from core.testing.instances import BASE_URL

ROLE = "contacts.manager"


@pytest.fixture
def send(contact, as_role):
    """Make `send(name, content)`: attach it as a manager; answers the browser and the answer."""
    browser = as_role(ROLE, "core.staff")

    def attach(name, content):
        # By hand: the test client leaves the temporary file of a large form open.
        head = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        return browser, browser.client.post(
            f"/contacts/contact/{contact.id}/files",
            data=head.encode() + content + b"\r\n--B--\r\n",
            content_type="multipart/form-data; boundary=B",
            headers={"X-CSRFToken": browser.csrf_token()},
            base_url=BASE_URL,
        )

    return attach


@pytest.fixture
def photo():
    """A photograph as a camera makes it: lying, with its place and maker written into it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Kamera"
    stream = io.BytesIO()
    Image.new("RGB", (800, 400), (200, 40, 40)).save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def url_of(contact):
    file = Attachment.select().order_by(Attachment.id.desc()).first()
    return f"/contacts/contact/{contact.id}/files/{file.id}"


@pytest.mark.requirement("M8")
def test_a_photo_is_attached_shown_small_removed_and_brought_back(send, contact, photo):
    browser, answer = send("do‘kon.jpg", photo)
    assert answer.status_code == 303
    page = browser.get(f"/contacts/contact/{contact.id}").text
    url = url_of(contact)
    assert f'src="{url}/thumbnail"' in page
    assert "File attached: do‘kon.jpg" in page
    assert "400 × 800" in page

    whole = browser.get(url, buffered=True)
    assert (whole.status_code, whole.mimetype) == (200, "image/jpeg")
    assert whole.data == photo
    assert whole.headers["Content-Disposition"].startswith("inline")
    small = browser.get(f"{url}/thumbnail", buffered=True)
    with Image.open(io.BytesIO(small.data)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (160, 320))
        assert not picture.getexif()

    assert browser.post(f"{url}/remove").status_code == 303
    assert browser.get(url).status_code == 404
    assert browser.get(f"{url}/thumbnail").status_code == 404
    page = browser.get(f"/contacts/contact/{contact.id}").text
    assert f'action="{url}/restore"' in page
    assert "File removed: do‘kon.jpg" in page
    assert browser.post(f"{url}/restore").status_code == 303
    assert browser.get(url, buffered=True).status_code == 200
    assert "File brought back" in browser.get(f"/contacts/contact/{contact.id}").text


def test_a_file_is_asked_for_again_and_sent_in_parts(send, contact, photo):
    browser, _ = send("a.jpg", photo)
    first = browser.get(url_of(contact), buffered=True)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = browser.get(url_of(contact), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    part = browser.get(url_of(contact), headers={"Range": "bytes=0-9"}, buffered=True)
    assert (part.status_code, part.data) == (206, photo[:10])


@pytest.mark.attack(20)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<!doctype html><script>alert(1)</script>"),
        ("a.png", b"<html><script>alert(1)</script></html>"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">'),
        ("a.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;<script>alert(1)</script>"),
        ("a.pdf", b"%PDF-1.7 <html><script>alert(1)</script>"),
        ("a.xml", b'<?xml version="1.0"?><?xml-stylesheet href="x"?><a/>'),
        ("a.txt", b"words"),
    ],
)
def test_what_a_browser_could_run_is_only_saved(send, contact, name, content):
    browser, _ = send(name, content)
    answer = browser.get(url_of(contact), buffered=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype in ("application/octet-stream", "text/plain")


@pytest.mark.attack(21)
@pytest.mark.parametrize(
    "name", ["<img onerror=alert(1)>.txt", "%0D%0AX-Evil: 1.txt", "../../../a.txt", "nul\0.txt"]
)
def test_a_hostile_name_stands_escaped_in_page_and_header(send, contact, name):
    browser, _ = send(name, b"words")
    answer = browser.get(url_of(contact), buffered=True)
    assert "X-Evil" not in answer.headers
    given = answer.headers["Content-Disposition"]
    assert not set("\r\n\0") & set(given)
    assert "../" not in given
    assert "<img onerror" not in browser.get(f"/contacts/contact/{contact.id}").text
    assert len(list(current_store().hashes())) == 1


@pytest.mark.attack(23)
def test_what_is_too_large_is_413_and_kept_nowhere(send, contact):
    _, answer = send("large.bin", b"x" * (25 * 2**20 + 1))
    assert answer.status_code == 413
    assert "25 MB" in answer.text
    _, answer = send("huge.bin", b"x" * (27 * 2**20))
    assert answer.status_code == 413
    assert Attachment.select().count() == 0
    assert list(current_store().hashes()) == []


@pytest.mark.attack(23)
def test_a_picture_of_too_many_pixels_is_refused(send):
    stream = io.BytesIO()
    Image.new("1", (9000, 9000)).save(stream, "PNG")
    _, answer = send("bomb.png", stream.getvalue())
    assert answer.status_code == 400
    assert "50 million pixels" in answer.text
    assert Attachment.select().count() == 0


def test_a_form_without_a_file_says_so(contact, as_role):
    answer = as_role(ROLE).post(f"/contacts/contact/{contact.id}/files")
    assert answer.status_code == 400
    assert "No file was chosen" in answer.text


def test_who_only_reads_a_record_sees_its_files_and_changes_none(send, contact, as_role):
    browser, _ = send("a.txt", b"words")
    reader = as_role("core.staff")
    page = reader.get(f"/core/user/{browser.user.id}")
    assert page.status_code == 200
    assert "data-files" not in page.text
    data = {"file": (io.BytesIO(b"words"), "a.txt")}
    assert reader.post(f"/core/user/{browser.user.id}/files", data).status_code == 403
    assert Attachment.select().count() == 1


@pytest.mark.attack(19)
def test_a_file_is_reached_through_its_own_record_alone(send, contact, working):
    other = working.model("contacts.contact").create(name="Yulduz")
    browser, _ = send("a.txt", b"words")
    number = url_of(contact).rpartition("/")[2]
    foreign = f"/contacts/contact/{other.id}/files/{number}"
    for path in (foreign, f"{foreign}/thumbnail", f"{foreign[: -len(number)]}{'0' * 64}"):
        assert browser.get(path).status_code == 404
    assert browser.post(f"{foreign}/remove").status_code == 404
    assert Attachment.get().removed_at is None


def test_a_record_with_the_id_of_a_deleted_one_has_no_file_of_it(as_role, working):
    draft = working.model("contacts.contact").create(name="Qoralama")
    browser, id = as_role(ROLE), draft.id
    data = {"file": (io.BytesIO(b"words"), "a.txt")}
    assert browser.post(f"/contacts/contact/{id}/files", data).status_code == 303
    url = url_of(draft)
    draft.delete_instance()
    again = working.model("contacts.contact").create(name="Yulduz", id=id)
    assert again.id == id
    assert browser.get(url).status_code == 404
    assert not re.search(r"files/\d", browser.get(f"/contacts/contact/{id}").text)
