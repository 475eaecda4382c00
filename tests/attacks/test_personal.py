"""Personal data of a hidden record is neither handed out nor erased, and nobody is helped to it."""

import io
import zipfile

import pytest

from core.access.models import User, UserRole
from core.background.jobs.models import Job
from core.data.actor import system
from core.personal.archive import write_archive
from core.personal.models import PersonArchive
from core.personal.person import Person
from tests.attacks.test_records import NEVER, READERS, masked, reached

PATHS = ("personal", "personal/erase", "personal/archives/1")
DEEDS = ("personal/archives", "personal/erase")


@pytest.mark.attack(13)
def test_nobody_without_the_role_is_let_in_for_a_record_that_they_see(world, site):
    with site.unchanged():
        for kind in ("own", "ruled", "all"):
            browser = site.browser(kind)
            reach, _every = reached(world, kind, world.contact)
            form = {"csrf_token": browser.csrf_token(), "step": "do", "reason": "x", "version": "1"}
            for id in sorted(reach)[:2]:
                url = f"/contacts/contact/{id}/"
                assert browser.get(f"{url}personal").status_code == 403
                for path in DEEDS:
                    assert browser.post(url + path, {**form, "number": str(id)}).status_code == 403


@pytest.fixture(scope="module")
def caring(world, site):
    """The site, where everybody cares for personal data on top of what they are."""
    with system("a test gives a role"):
        for kind in READERS:
            UserRole.create(user=world.people[kind], role="core.privacy")
    return site


@pytest.mark.attack(1)
@pytest.mark.attack(6)
@pytest.mark.attack(18)
def test_the_personal_data_of_a_hidden_record_looks_like_that_of_none(caring, world):
    tried = 0
    with caring.unchanged():
        for kind in READERS:
            browser = caring.browser(kind)
            reach, every = reached(world, kind, world.contact)
            token = browser.csrf_token()
            for id in sorted(set(every) - set(reach))[:4]:
                form = {"csrf_token": token, "step": "do", "reason": "x", "version": "1"}
                for path in PATHS:
                    answer = browser.get(f"/contacts/contact/{id}/{path}")
                    never = browser.get(f"/contacts/contact/{NEVER}/{path}")
                    assert answer.status_code == never.status_code in (403, 404), (kind, path)
                    assert masked(answer.text, id) == masked(never.text, NEVER, id)
                    tried += 1
                for path in DEEDS:
                    url = f"/contacts/contact/{id}/{path}"
                    assert browser.post(url, {**form, "number": str(id)}).status_code in (403, 404)
    assert tried > 10


@pytest.mark.attack(19)
def test_an_archive_of_another_reader_is_not_there(caring, world):
    with system("a test makes an archive"):
        owner = world.people["all"]
        id = min(world.rows)
        birth = Person(world.contact.get_by_id(id)).birth
        made = PersonArchive.create(
            owner=owner, model="contacts_contact", record=id, birth=birth, hash="a" * 64
        )
    answer = caring.browser("admin").get(f"/contacts/contact/{id}/personal/archives/{made.id}")
    assert answer.status_code == 404
    PersonArchive.delete().execute()


@pytest.mark.attack(6)
@pytest.mark.attack(17)
def test_an_archive_of_a_user_holds_no_secret(world):
    with system("a test writes an archive"):
        file = io.BytesIO()
        write_archive(Person(User.get_by_id(world.people["all"])), file)
    with zipfile.ZipFile(file) as archive:
        texts = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "argon2" not in texts
    assert "digest" not in texts
    assert Job.select().count() == 0
