"""Contents are kept once each by what is in them, on both stores, and swept when unnamed."""

import io
import threading
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from core.attached.files.attaching import attach, forget_removed, remove, take_in
from core.attached.files.models import Attachment
from core.background.files.kept import keep, open_kept
from core.background.files.models import Content
from core.background.files.store import Disk
from core.background.files.sweeping import every_kept, sweep
from core.config import MEGABYTE
from core.data.database import release
from core.data.fields import now
from core.errors import NotKept, TooLarge

NONE = timedelta(seconds=-1)


def kept(content):
    return keep(io.BytesIO(content), MEGABYTE)


def test_a_content_is_kept_once_and_comes_back_whole(store, working):
    first, again = kept(b"shartnoma"), kept(b"shartnoma")
    assert first == again
    assert first.hash == sha256(b"shartnoma").hexdigest()
    with open_kept(first.hash) as file:
        assert file.read() == b"shartnoma"
    assert list(store.hashes()) == [first.hash]
    with pytest.raises(FileNotFoundError):
        open_kept("0" * 64)


def test_what_is_too_large_leaves_nothing(store, working):
    with pytest.raises(TooLarge, match="1 MB"):
        kept(b"x" * (MEGABYTE + 1))
    assert list(store.hashes()) == []
    assert Content.select().count() == 0


def test_only_what_no_row_names_is_swept(store, working, contact, picture):
    named = take_in(io.BytesIO(picture()), "a.png", MEGABYTE)
    attach(contact, [named])
    idle = kept(b"idle")
    assert sweep() == 0  # both were wanted just now
    assert sweep(NONE) == 1
    assert list(every_kept()) == [named.stored.hash]
    assert idle.hash not in list(store.hashes())
    remove(contact, Attachment.get())
    assert sweep(NONE) == 0  # it can still be brought back
    Attachment.update(removed_at=now() - timedelta(days=31)).execute()
    assert forget_removed() == 1
    assert sweep(NONE) == 1
    assert list(store.hashes()) == []


def test_a_content_that_the_book_lacks_has_its_time_too(store, working):
    stored = kept(b"older")
    Content.delete().execute()
    assert sweep() == 0
    assert sweep(NONE) == 1
    assert stored.hash not in list(store.hashes())


def test_many_keep_the_same_content_at_once(store, working):
    found, content = [], b"same" * 50_000

    def one():
        try:
            found.append(kept(content).hash)
        finally:
            release()

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [sha256(content).hexdigest()] * 8
    assert list(store.hashes()) == [found[0]]


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_half_done(
    working, tmp_path, monkeypatch
):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    monkeypatch.setattr("core.background.files.store._store", Disk(tmp_path / "blocked"))
    with pytest.raises(NotKept, match="administrator"):
        kept(b"content")
    assert Content.select().count() == 0


def test_a_full_disk_is_said_and_nothing_is_half_done(working, tmp_path):
    with pytest.raises(NotKept, match="full"), Disk(tmp_path / "own").draft():
        Path("/dev/full").write_bytes(b"content")
    assert list((tmp_path / "own" / "drafts").iterdir()) == []


def test_contents_are_their_owners_alone(working, tmp_path, monkeypatch):
    disk = Disk(tmp_path / "own")
    monkeypatch.setattr("core.background.files.store._store", disk)
    stored = kept(b"content")
    path = next(disk.folder.glob("??/??/*"))
    assert path.name == stored.hash
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
