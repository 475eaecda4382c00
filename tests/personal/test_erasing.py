"""A person is erased: no value is left, while the row, its books and the history stay whole."""

import io
import json
from urllib.parse import quote

import pytest

from core.access.accounts import create_user
from core.access.models import User
from core.attached.comments import write_comment
from core.attached.files.attaching import attach, take_in
from core.attached.models import Comment
from core.background.files.models import Content
from core.background.jobs.models import Job
from core.background.mail.sending import send
from core.background.notices import Notice
from core.data.actor import acting_as
from core.data.audit import note
from core.data.chain import seal_history, unsealed
from core.data.database import db
from core.data.erasing import ERASE, erase_each, erased_unseen
from core.data.history import History, HistoryValue
from core.data.soundness import not_found
from core.data.verifying import verify
from core.errors import UserError
from core.exchange.bulk.editing import edit_all
from core.exchange.bulk.models import begun
from core.exchange.exports import book
from core.exchange.idempotency import Idempotency
from core.exchange.saved_filters import SavedFilter
from core.exchange.uploads.models import Upload, UploadChunk
from core.exchange.webhooks.models import Delivery, Webhook
from core.personal.blanks import erased_name
from core.personal.erasing import erase, is_erased, preview
from tests.personal.dumps import found

VALUES = {
    "name": "Zulayho Qodirxonova",
    "job": "Bosh muhandis-x7",
    "telegram": "@zulayho_x7",
    "address": "Nurafshon koʻchasi 77-x7",
    "city": "Kattaqoʻrgʻon-x7",
    "region": "Samarqand-x7",
    "postal_code": "140x7",
    "country": "Oʻzbekiston-x7",
    "greeting": "Hurmatli Zulayhoxon",
    "tax_id": "301x7y9z1",
    "bank_account": "20208000x7",
    "bank_code": "0x7y44",
    "birthday": "1977-07-17",
    "reference": "mijoz-x7-1",
    "note": 'Choyni "yashil" ichadi, x7\nva shakarsiz',
}
OLD = {"name": "Zulayho Rahimova-x6", "note": "eski izoh x6"}
LINES = ("+998 90 777 13 17", "+998937771319", "zulayho@x7.example.uz")
SAID = "Zulayho Qodirxonova qarzini toʻladi x7"
FILE = "shartnoma-x7-zulayho.txt"
# What the notes of one person hold is one text in the table and an escaped one in the history.
WORDS = [*OLD.values(), *VALUES.values(), *LINES, "998907771317", SAID, FILE, "ichadi, x7"]


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


@pytest.fixture
def zulayho(working, contact):
    """A person who left something in every book."""
    parts = working.parts(contact)
    values = {**VALUES, **OLD, "kind": "person"}
    record = contact.create(**values)
    record.change({name: VALUES[name] for name in OLD})
    for number in LINES[:2]:
        parts["telephones"].create(contact=record, number=number)
    gone = parts["telephones"].create(contact=record, number="+998 71 x7 000")
    gone.delete_instance()
    parts["emails"].create(contact=record, address=LINES[2])
    _leave_copies(contact.get_by_id(record.id))
    return contact.get_by_id(record.id)


def _leave_copies(record):
    malika = create_user("malika", name="Malika", roles=("admin",))
    assert malika.id == 1
    write_comment(record, SAID)
    attach(record, [take_in(io.BytesIO(b"the contract of x7"), FILE, 1_000)])
    Notice.create(user=malika, kind="core.told", text=f"{record.name} qoʻngʻiroq qildi")
    send.later(letter={"to": LINES[2], "subject": "Salom", "text": "x"})
    body = f'{{"id": {record.id}, "name": "{record.name}"}}'
    Idempotency.create(user=malika, key="k", digest="d", status=201, body=body)
    SavedFilter.create(
        owner=malika, model="contacts.contact", title="u", asked="search=mijoz-x7-1", position=1
    )
    for asked in ("search=Zulayho+Qodirxonova", "search=zulayho%20qodirxonova&city=x"):
        book.begin("contacts.contact", "csv", asked)
    hook = Webhook.create(key="k", title="t", url="u", events="[]", user=1, owner=1, secret="s")
    told = json.dumps({"record": {"id": record.id, "city": VALUES["city"]}})
    about = json.dumps({"record": ["contacts.contact", record.id]})
    for n, state in enumerate(("arrived", "waiting")):
        Delivery.create(webhook=hook, key=str(n), event="e", records=about, state=state, body=told)
    upload = Upload.create(owner=malika, model="contacts.contact", name="mijozlar.csv", rows=2)
    lines = (
        f'[[1, ["{OLD["name"]}", "{VALUES["city"]}"], "", false, "c", []],'
        ' [2, ["Boshqa odam", "Xiva"], "", false, "c", []]]'
    )
    done = f'[[1, {record.id}, "c", {{}}]]'
    UploadChunk.create(upload=upload, number=0, verdicts="cc", lines=lines, done=done)
    with acting_as(_actor(malika)):
        edit = begun("contacts.contact", {"city": VALUES["city"]}, [record.id])
        edit_all(type(record), {"greeting": VALUES["greeting"]}, [record.id], edit.tag)


def _actor(user):
    from core.access.actors import actors_of

    return actors_of([user.id])[user.id]


def test_no_value_of_an_erased_person_is_left_in_any_table(working, zulayho):
    assert {"contacts_contact", "core_history_value", "core_job"} <= found(WORDS).keys()
    erase(zulayho, "asked for it by letter 14")
    assert found(WORDS) == {}


def test_the_row_its_number_and_its_books_stay(working, contact, zulayho):
    child = contact.create(name="Boshqa", parent=zulayho)
    history = History.select().count()
    erase(zulayho, "asked for it")
    row = contact.get_by_id(zulayho.id)
    assert row.name == erased_name(row.id)
    assert (row.note, row.birthday, row.reference, row.telephone) == ("", None, None, "")
    assert (row.kind, row.is_customer) == ("person", False)
    assert contact.get_by_id(child.id).parent_id == row.id
    assert History.select().count() > history
    assert list(row.telephones) == []


def test_the_history_is_proved_and_says_who_erased_and_why(working, zulayho):
    erase(zulayho, "  asked for it\nby letter ")
    assert verify().fault is None
    told = History.select().where(History.action == ERASE, History.record == zulayho.id).get()
    assert (told.model, told.record) == ("contacts_contact", zulayho.id)
    assert [(v.field, v.new) for v in told.values] == [("reason", '"asked for it by letter"')]
    assert is_erased(type(zulayho), [zulayho.id]) == {zulayho.id}
    type(zulayho).get_by_id(zulayho.id).change({"name": "Yana kimdir"})
    assert is_erased(type(zulayho), [zulayho.id]) == set()


def test_what_events_tell_of_the_person_is_erased_in_the_history_too(working, zulayho):
    asked = [("filter", None, f"search={quote(VALUES['name'])}")]
    note("export", ("core_export", 7), asked, under=("contacts_contact", 0))
    note("export", ("core_export", 8), [("filter", None, "city=x")], under=("contacts_contact", 0))
    erase(zulayho, "asked for it")
    assert found(WORDS) == {}
    told = HistoryValue.select(HistoryValue.new).where(HistoryValue.field == "filter")
    # Two are of the exports that named them before.
    assert [row.new for row in told.order_by(HistoryValue.id)] == [*[None] * 3, '"city=x"']


def test_what_was_searched_for_among_other_records_is_erased_in_the_history_too(working, contact):
    person = contact.create(name="Zulayho Qodirova-x7", kind="person")
    contact.create(name="Boshqa Odam", kind="person")
    for asked in ("search=Zulayho+Qodirova-x7", "search=Boshqa+Odam"):
        book.begin("core.user", "csv", asked, table="core_user")
    note("import", ("core_upload", 1), [("file", None, "Zulayho Qodirova-x7.csv")])
    erase(person, "asked for it")
    assert found(["Zulayho"]) == {}
    assert "core_history_value" in found(["Boshqa+Odam"])
    assert erased_unseen() == 0


def test_a_comment_that_was_erased_is_not_brought_back(working, zulayho):
    erase(zulayho, "asked for it")
    [comment] = Comment.select()
    assert (comment.text, comment.author_id, comment.author_name) == ("", None, "")
    assert comment.removed_at is not None


def test_a_sealed_history_is_proved_after_values_of_it_were_erased(working, zulayho):
    seal_history()
    erase(zulayho, "asked for it")
    assert verify().fault is None
    seal_history()
    verdict = verify()
    assert (verdict.fault, unsealed()) == (None, 0)
    assert verdict.rows == History.select().count()


def test_an_erasing_past_the_program_is_seen_and_one_by_it_is_told(working, contact, zulayho):
    erase(zulayho, "asked for it")
    assert erased_unseen() == 0
    told = History.select().where(History.action == ERASE, History.model == "core_chain").count()
    assert told == 1
    contact.create(name="Bahor").change({"name": "Navroʻz"})
    last = HistoryValue.select().order_by(HistoryValue.id.desc()).get()
    db.execute_sql(
        "UPDATE core_history_value SET old = NULL, new = NULL, salt = NULL"
        f" WHERE id = {int(last.id)}"
    )
    assert (verify().fault, erased_unseen()) == (None, 1)


def test_a_value_that_is_erased_twice_is_told_once(working, zulayho):
    mine = HistoryValue.history.in_(History.select(History.id).where(History.record == zulayho.id))
    ids = [id for (id,) in HistoryValue.select(HistoryValue.id).where(mine).tuples()]
    assert erase_each(ids) == len(ids) > 0
    assert erase_each(ids) == 0
    assert erased_unseen() == 0


def test_the_search_finds_nothing_of_them_and_is_whole(working, zulayho):
    erase(zulayho, "asked for it")
    assert not_found(working.search) == []


def test_what_others_hold_alike_is_left_alone(working, contact, zulayho):
    other = contact.create(name="Boshqa Odam", city=VALUES["city"], note="boshqa")
    notice = Notice.create(user=User.get(), kind="core.told", text=f"{VALUES['city']}ga bordik")
    erase(zulayho, "asked for it")
    assert contact.get_by_id(other.id).city == VALUES["city"]
    assert Notice.get_by_id(notice.id)
    chunk = UploadChunk.get()
    assert "Boshqa odam" in chunk.lines


def test_a_delivery_that_waits_is_written_anew_and_one_that_went_goes(working, zulayho):
    erase(zulayho, "asked for it")
    assert [(row.state, row.body) for row in Delivery.select()] == [("waiting", None)]


def test_work_for_others_whose_names_are_alike_is_left(working, contact):
    anor = contact.create(name="Anorgul Karimova", kind="person")
    send.later(letter={"to": "a@b.uz", "text": "Anorgul Karimovaga emas, Anorgulga"})
    contact.create(name="Karimova", kind="person")
    erase(anor, "asked for it")
    assert Job.select().where(Job.name.contains("send")).count() == 1


def test_the_content_of_a_file_goes_when_nobody_else_holds_it(
    working, contact, zulayho, run_jobs, clock
):
    other = contact.create(name="Boshqa Odam")
    attach(other, [take_in(io.BytesIO(b"shared"), "a.txt", 100)])
    attach(zulayho, [take_in(io.BytesIO(b"shared"), "b.txt", 100)])
    assert Content.select().count() == 2
    clock.forward(hours=1)
    erase(zulayho, "asked for it")
    run_jobs()
    [left] = Content.select()
    assert left.size == len(b"shared")


def test_a_preview_counts_what_goes_and_changes_nothing(working, zulayho):
    before = found(WORDS)
    shown = preview(zulayho)
    counts = {str(title): count for title, count in shown.held}
    assert counts["Files on the record"] == 1
    assert counts["Comments on the record"] == 1
    assert counts["Telephones"] == 2
    assert counts["Rows of imported files"] == 1
    assert counts["Fields of the record"] == len(VALUES)
    assert shown.vetoes == []
    assert found(WORDS) == before


def test_a_reason_is_needed_and_must_not_name_the_person(working, zulayho):
    for reason, said in (
        ("  ", "Write down why"),
        ("zulayho qodirxonova asks", "names the person"),
    ):
        with pytest.raises(UserError, match=said):
            erase(zulayho, reason)
    assert type(zulayho).get_by_id(zulayho.id).name == VALUES["name"]
