"""All that is held of a person in one zip, as far as whoever asked may read it."""

import io
import json
import zipfile

import pytest

from core.access.accounts import create_user
from core.access.actors import actors_of
from core.attached.comments import write_comment
from core.attached.files.attaching import attach, take_in
from core.background.mail.sending import send
from core.data.actor import acting_as
from core.data.erasing import HAND_OUT
from core.data.history import History
from core.errors import NotAllowed
from core.exchange.exports.book import Export
from core.personal.archive import write_archive
from core.personal.handing import ask_for_archive, forget_archives
from core.personal.models import PersonArchive
from core.personal.person import Person


def read(record):
    """{name in the zip: what it holds}, JSON read."""
    file = io.BytesIO()
    write_archive(Person(record), file)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {
            name: json.loads(archive.read(name)) if name.endswith(".json") else archive.read(name)
            for name in archive.namelist()
        }


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


@pytest.fixture
def person(working, contact):
    record = contact.create(name="Zulayho", kind="person", city="Xiva", note="choy")
    record.change({"city": "Buxoro"})
    for number in ("+998907771317", "+998937771319"):
        working.model("contacts.telephone").create(contact=record, number=number)
    working.model("contacts.email").create(contact=record, address="zulayho@x.uz")
    contact.create(name="Boshqaning siri", parent=record)
    write_comment(record, "u keldi")
    attach(record, [take_in(io.BytesIO(b"the contract"), "shartnoma.txt", 1_000)])
    send.later(letter={"to": "zulayho@x.uz", "subject": "Salom, Zulayho", "text": "Xat"})
    return contact.get_by_id(record.id)


def test_an_archive_holds_the_record_its_lines_files_comments_and_history(working, person):
    held = read(person)
    [record] = held["record.json"]
    assert (record["Name"], record["City"], record["Kind"]) == ("Zulayho", "Buxoro", "Person")
    assert [line["Number"] for line in held["telephones.json"]] == [
        "+998907771317",
        "+998937771319",
    ]
    assert [each["text"] for each in held["comments.json"]] == ["u keldi"]
    [file] = held["files.json"]
    assert held[file["file"]] == b"the contract"
    changes = [each["changes"] for each in held["history.json"] if "changes" in each]
    assert {"field": "City", "before": "Xiva", "after": "Buxoro"} in changes[0]
    assert [mail["to"] for mail in held["mails.json"]] == ["zulayho@x.uz"]


def test_who_refers_to_the_person_is_told_by_number_alone(working, person):
    held = read(person)
    [reference] = held["references.json"]
    assert (reference["records"], reference["count"]) == ("contacts.contact", 1)
    assert "Boshqaning" not in json.dumps(held["references.json"])


def test_what_is_hidden_from_the_reader_is_not_in_their_archive(working, person):
    malika = create_user("malika", name="Malika Xodimova", roles=("core.privacy",))
    malika.change({"email": "malika@sir.uz", "telephone": "+998900000077"})
    reader = create_user("sardor", name="Sardor", roles=("core.privacy",))
    with acting_as(actors_of([reader.id])[reader.id]):
        held = read(type(malika).get_by_id(malika.id))
    texts = json.dumps(held, default=str)
    assert "Malika Xodimova" in texts
    assert "malika@sir.uz" not in texts
    assert "+998900000077" not in texts
    assert "roles.json" not in held


def test_an_admin_gets_the_sessions_and_roles_of_a_user_too(working):
    malika = create_user("malika", "a long word 1", name="Malika", roles=("core.privacy",))
    [role] = read(malika)["roles.json"]
    assert "Cares for personal data" in role["Role"]


def test_a_job_makes_the_archive_for_whoever_asked_and_the_history_says_so(
    working, person, run_jobs, clock
):
    boss = create_user("bosh", name="Bosh", roles=("admin",))
    with acting_as(actors_of([boss.id])[boss.id]):
        ask_for_archive(person)
    assert not History.select().where(History.action == HAND_OUT).exists()
    run_jobs()
    [made] = PersonArchive.select()
    assert made.owner_id == boss.id
    assert made.size > 0
    [told] = History.select().where(History.action == HAND_OUT)
    assert (told.actor, told.record) == (boss.id, person.id)
    assert [row.format for row in Export.select()] == ["zip"]
    clock.forward(days=8)
    assert forget_archives() == 1


def test_a_job_of_somebody_who_may_no_more_makes_nothing(working, person, run_jobs):
    carer = create_user("p", name="P", roles=("core.privacy", "contacts.manager"))
    with acting_as(actors_of([carer.id])[carer.id]):
        ask_for_archive(person)
    for role in list(carer.roles):
        if role.role == "core.privacy":
            role.delete_instance()
    run_jobs()
    assert PersonArchive.get().hash is None


def test_only_those_who_care_for_personal_data_may_ask(working, person):
    seller = create_user("s", name="S", roles=("contacts.manager",))
    with acting_as(actors_of([seller.id])[seller.id]), pytest.raises(NotAllowed):
        ask_for_archive(person)
    assert PersonArchive.select().count() == 0
