"""The page of the history says whether it is whole, and hands it out as a file."""

import csv
import io
import re

from core.background.jobs.models import Job
from core.background.sealing import seal, verify_history
from core.data.database import db
from core.data.history import History
from core.exchange.exports.book import Export
from tests.data.breaking import break_history

TABLE = "contacts_contact"


def test_it_says_how_far_the_history_is_sealed_and_when_it_was_verified(admin, contact):
    contact.create(name="Bahor")
    text = admin.get("/history").text
    assert "Nothing is sealed yet." in text
    assert "It was not verified yet." in text
    seal()
    verify_history()
    text = admin.get("/history").text
    assert re.search(r"Sealed [^<]+, rows: \d+\.", text)
    assert re.search(r"Verified [^<]+: all \d+ rows are as they were written\.", text)


def test_verifying_is_a_job_of_whoever_asks_and_its_fault_stands_on_the_page(
    admin, contact, run_jobs, caplog
):
    record = contact.create(name="Bahor")
    answer = admin.post("/history/verify")
    assert answer.status_code == 303
    run_jobs()
    job = admin.get(answer.location)
    assert "rows are as they were written" in job.text
    assert History.select().where(History.action == "verify").count() == 1
    row = History.get((History.model == TABLE) & (History.record == record.id))
    break_history(f"UPDATE core_history SET actor_name = 'x' WHERE id = {row.id}")
    job = admin.post("/history/verify").location
    run_jobs()
    said = f"Row {row.id} of the history is not as it was written."
    assert said in admin.get(job).text
    assert said in admin.get("/history").text
    assert f"The history is broken: {said}" in caplog.messages
    verify_history()
    assert admin.get("/notices").text.count(said) == 1


def test_a_value_that_was_erased_past_the_program_is_told_on_the_page(admin, contact, caplog):
    """The triggers let it go, and no row can be named by it."""
    contact.create(name="Bahor").change({"name": "Navroʻz"})
    seal()
    db.execute_sql("UPDATE core_history_value SET old = NULL, new = NULL, salt = NULL")
    verify_history()
    said = "Values of the history were erased past the program"
    assert said in admin.get("/history").text
    assert any(said in message for message in caplog.messages)
    verify_history()
    assert admin.get("/notices").text.count(said) == 1


def test_verifying_wants_the_token_of_a_form(admin):
    answer = admin.client.post("/history/verify", base_url="https://karvon.example")
    assert answer.status_code in (400, 403)
    assert Job.select().count() == 0


def read(answer):
    text = answer.get_data(as_text=True).removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def test_the_filtered_history_is_taken_out_as_csv_and_told(admin, contact):
    record = contact.create(name="Bahor", city="Xiva", is_customer=True)
    record.change({"city": "=1+1", "is_customer": False})
    contact.create(name="Navroʻz")
    header, *lines = read(admin.get(f"/history/export.csv?what={TABLE}&record={record.id}"))
    assert header[1:3] == ["When", "Who"]
    assert sorted(line[-3:] for line in lines) == [
        ["", "", ""],
        ["City", "Xiva", "'=1+1"],
        ["Customer", "Yes", "No"],
    ]
    assert {line[7] for line in lines} == {"Bahor"}
    told = Export.select().order_by(Export.id.desc()).first()
    assert (told.model, told.format, told.rows) == ("core.history", "csv", 2)
    assert told.asked == f"what={TABLE}&record={record.id}"


def test_a_long_history_is_taken_out_in_batches(admin, contact, query_count):
    contact.create_many({"name": f"Mijoz {n}"} for n in range(1100))
    with query_count:
        lines = read(admin.get(f"/history/export.csv?what={TABLE}"))
    assert len(lines) == 1101
    assert len({line[0] for line in lines[1:]}) == 1100
    asked = [sql for sql in query_count.statements if 'FROM "core_history" AS' in sql]
    assert len([sql for sql in asked if "DESC" in sql]) == 4
