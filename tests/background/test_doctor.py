"""What the doctor finds beside requests, and the cure that each sentence names."""

import io

import pytest

from core.attached import leaving
from core.attached.comments import write_comment
from core.attached.files.attaching import attach, take_in
from core.attached.files.models import Attachment
from core.attached.models import Comment
from core.background import doctor
from core.background.files.kept import open_kept
from core.background.files.store import current_store
from core.background.jobs.models import Job
from core.background.mail.server import use_mail
from core.config import MEGABYTE, Mail
from core.data.copies import SQLITE, kind
from core.data.database import db
from core.testing.instances import BASE_URL
from core.testing.ports import HOST, free_port

LONG_AGO = "2026-01-01 00:00:00"


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


@pytest.fixture
def found(working):
    """Make `found()`: all that is wrong."""
    return lambda: [*doctor.faults(working), *leaving.faults()]


def test_an_instance_with_records_and_files_is_well(contact, found):
    record = contact.create(name="Bahor", city="Buxoro")
    record.telephones.model.create(contact=record, number="+998901234567")
    attach(record, [take_in(io.BytesIO(b"shartnoma"), "a.txt", MEGABYTE)])
    write_comment(record, "Yaxshi")
    assert found() == []


def test_records_that_a_search_would_miss_are_counted_and_a_rebuild_brings_them(
    contact, found, working
):
    for number in range(5):
        contact.create(name=f"Bahor {number}")
    db.execute_sql('DELETE FROM "contacts_contact_search" WHERE id < 3')
    db.execute_sql("UPDATE \"contacts_contact_search\" SET head = 'x' WHERE id = 4")
    [fault] = found()
    assert fault.startswith("The search index of contacts_contact differs from 3 records: run")
    working.search.rebuild()
    assert found() == []


def test_trigrams_that_went_astray_are_found(contact, found, working):
    contact.create(name="Bahor")
    if kind() != SQLITE:
        return
    db.execute_sql(
        "INSERT INTO contacts_contact_search_fts (contacts_contact_search_fts)"
        " VALUES ('delete-all')"
    )
    assert len(found()) == 1
    working.search.rebuild()
    assert found() == []


def test_files_that_are_gone_or_damaged_are_told_apart(contact, found):
    record = contact.create(name="Bahor")
    texts = (b"one", b"two", b"three")
    kept = [take_in(io.BytesIO(text), "a.txt", MEGABYTE) for text in texts]
    attach(record, kept)
    store = current_store()
    store.remove(kept[0].stored.hash)
    with store.draft() as draft:
        draft.write(b"other")
        store.put(draft, kept[1].stored.hash)
    gone, damaged = found()
    assert gone.startswith(f"1 kept files are gone ({kept[0].stored.hash[:12]})")
    assert damaged.startswith(f"1 kept files are damaged ({kept[1].stored.hash[:12]})")


def test_jobs_that_nobody_does_are_told_and_those_of_addons_that_are_off_are_not(works):
    works.note.later(word="x")
    Job.update(not_before=LONG_AGO).execute()
    registry = works.instance.registry()
    [fault] = doctor.faults(registry)
    assert fault.startswith("1 jobs have waited for more than an hour")
    Job.update(addon="another").execute()
    assert list(doctor.faults(registry)) == []
    Job.update(state="running", heartbeat_at=LONG_AGO).execute()
    [fault] = doctor.faults(registry)
    assert fault.startswith("1 jobs run in workers that say nothing any more")


def test_a_mail_server_is_asked_and_gets_no_mail(found, outbox):
    assert found() == []
    assert len(outbox) == 0
    use_mail(Mail(f"smtp://user:word@{HOST}:{free_port()}", ""), BASE_URL)
    [fault] = found()
    assert fault.startswith("Mails cannot be sent: The mail server 127.0.0.1")
    assert fault.endswith("Correct [mail] url.")
    assert "word" not in fault


def test_redis_that_is_away_is_told_without_its_password(open_at, migrated_url, redis_server):
    instance = open_at(migrated_url, KARVON_REDIS__URL=redis_server.url)
    assert list(doctor.faults(instance.registry())) == []
    redis_server.stop()
    [fault] = doctor.faults(instance.registry())
    assert fault.startswith(f"Redis at {HOST}:{redis_server.port} cannot be used (")
    assert fault.endswith("start it, or correct [redis] url.")


def test_what_was_attached_goes_with_a_deleted_record_and_stays_with_the_others(contact, found):
    draft, other = contact.create(name="Bahor"), contact.create(name="Kuz")
    files = [take_in(io.BytesIO(b"shartnoma"), "a.txt", MEGABYTE)]
    for record in (draft, other):
        attach(record, files)
        write_comment(record, "Yaxshi")
    draft.delete_instance()
    assert [row.record for row in Attachment.select()] == [other.id]
    assert [row.record for row in Comment.select()] == [other.id]
    assert found() == []


def test_what_is_attached_to_nothing_is_told_and_swept_at_night(contact, found):
    record, other = contact.create(name="Bahor"), contact.create(name="Kuz")
    files = [take_in(io.BytesIO(b"shartnoma"), "a.txt", MEGABYTE)]
    for each in (record, other):
        attach(each, files)
    db.execute_sql(f'DELETE FROM "contacts_contact" WHERE id = {record.id}')
    [fault] = found()
    assert fault.startswith("1 files, comments or notices are of records that are gone")
    assert leaving.sweep_attached() == 1
    assert found() == []
    assert Attachment.get().record == other.id
    with open_kept(files[0].stored.hash) as kept:
        assert kept.read() == b"shartnoma"
