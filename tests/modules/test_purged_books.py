"""A purge takes along what the kernel's books hold of an addon, and a restore brings it back."""

import io

import pytest

from core.access.accounts import create_user
from core.access.models import UserRole
from core.attached.comments import write_comment
from core.attached.files.attaching import attach, files_of, take_in
from core.attached.files.models import Attachment
from core.attached.models import Comment, Follower, Mention
from core.background.choices import NoticeChoice
from core.background.files.kept import AllKept, open_kept
from core.background.files.sweeping import sweep
from core.background.jobs.models import Job, Schedule
from core.background.mail.models import Letter
from core.background.notices import Notice, notify
from core.config import MEGABYTE
from core.data.actor import system
from core.data.history import key_of
from core.exchange.saved_filters import SavedFilter
from core.modules import lifecycle, purging
from core.modules.registry import using
from core.modules.settings import Setting
from core.testing.scratch import forget_extensions
from tests.conftest import WAREHOUSE
from tests.files.test_kept import NONE

BOOKS = (
    *(Attachment, Comment, Mention, Follower, Notice, Letter, NoticeChoice),
    *(Job, Schedule, Setting, SavedFilter),
)


@pytest.fixture
def opened(migrated_url, open_at):
    """An instance with the warehouse, of which every book of the kernel holds something."""
    made = open_at(migrated_url, KARVON_ADDONS__PATH=str(WAREHOUSE))
    lifecycle.enable(made.found(), "warehouse")
    with using(made.registry()) as registry, system("a test"):
        user = create_user("dilnoza", roles=("warehouse.manager", "contacts.user", "admin"))
        item = registry.model("warehouse.item").create(name="Oʻram", sku="B-1")
        contact = registry.model("contacts.contact").create(name="Bahor")
        for record in (item, contact):
            key = key_of(record)
            attach(record, [take_in(io.BytesIO(b"shartnoma"), "a.txt", MEGABYTE)])
            write_comment(record, "Yaxshi @dilnoza")
            Follower.create(user=user, **key)
            notify(user, "Salom", about=record)
            Letter.create(digest=str(record), reader=user, **key)
            SavedFilter.create(owner=user, model=key["model"], title="Mine", asked="", position=1)
        for addon in ("warehouse", "contacts"):
            NoticeChoice.create(user=user, kind=f"{addon}.low", channel="mail", is_on=True)
            Schedule.create(name=f"{addon}.jobs.remind", period=7)
            Setting.create(addon=addon, name="lowest", value="3")
            Job.create(
                addon=addon, name=f"{addon}.jobs.x", arguments="{}", language="uz", zone="UTC"
            )
        yield made, item, contact
    forget_extensions()


def held():
    """What the books hold, but for their ids and for jobs that channels queued."""
    return {
        book: sorted(
            str({name: value for name, value in row.__data__.items() if name != "id"})
            for row in book.select()
        )
        for book in BOOKS
    }


def roles():
    return sorted(role for (role,) in UserRole.select(UserRole.role).tuples())


def purge(made):
    lifecycle.disable(made.found(), "warehouse")
    return purging.purge(made.found(), made.settings.paths.var, "warehouse", AllKept())


def test_the_books_keep_nothing_of_it_and_all_of_the_others(opened):
    made, _item, contact = opened
    before = {book: book.select().count() for book in BOOKS}
    counts = dict(purging._kept(made.found(), "warehouse").counts())
    assert {counts[book._meta.table_name] for book in (Comment, Attachment, Setting)} == {1}
    purge(made)
    assert {book: book.select().count() * 2 for book in BOOKS} == before
    assert roles() == ["admin", "contacts.user"]
    assert Attachment.get().record == contact.id


def test_a_restore_brings_all_of_it_back_though_its_files_were_swept(opened):
    made, item, _contact = opened
    files_of(item)[0].delete_instance()
    attach(item, [take_in(io.BytesIO(b"faqat shu"), "b.txt", MEGABYTE)])
    before, had = held(), roles()
    archive = purge(made)
    assert sweep(NONE) == 1
    purging.restore(made.found(), made.settings.paths.var, archive, AllKept())
    assert held() == before
    assert roles() == had
    [file] = files_of(item)
    with open_kept(file.hash) as kept:
        assert kept.read() == b"faqat shu"


def test_a_comment_whose_number_went_to_another_is_never_shown_in_its_place(opened, browser_of):
    made, item, contact = opened
    archive = purge(made)
    with using(made.registry()):
        write_comment(contact, "Maxfiy soʻz")
    purging.restore(made.found(), made.settings.paths.var, archive, AllKept())
    lifecycle.enable(made.found(), "warehouse")
    browser = browser_of(made, "warehouse.manager")
    page = browser.get(f"/warehouse/item/{item.id}")
    assert page.status_code == 200
    assert "Maxfiy" not in page.text
    texts = sorted(comment.text for comment in Comment.select())
    assert texts == ["Maxfiy soʻz", "Yaxshi @dilnoza", "Yaxshi @dilnoza"]
