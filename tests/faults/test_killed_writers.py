"""Thirty writers of an instance are killed: what was acknowledged stands, and all books agree."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from core.config import ROOT, without_instance
from core.data import history, soundness
from core.data.history import History, HistoryValue
from core.data.verifying import verify

ROUNDS = 10  # of three writers each
CONTACT = "contacts_contact"


def _killed(url, var):
    """What thirty writers said: {record: [(values, whether they were acknowledged)]}."""
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("killing.py"), url, var, str(ROUNDS)],
        env={**without_instance(os.environ), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *lines, killed = map(json.loads, done.stdout.splitlines())
    assert killed[:2] == ["killed", 3 * ROUNDS]
    return lines


def _replayed(rows, current):
    """Go back through the history of a record: each row must have made what stood after it."""
    for row in reversed(rows):
        for value in row.values:
            new = None if value.new is None else json.loads(value.new)
            assert current[value.field] == new, (row.id, value.field)
            current[value.field] = None if value.old is None else json.loads(value.old)


def test_thirty_killed_writers_lose_nothing_and_leave_books_that_agree(working, instance):
    said = _killed(instance.settings.database.url, instance.settings.paths.var)
    contact = working.model("contacts.contact")
    records = {record.id: record for record in contact.select()}
    promised, asked = {}, defaultdict(list)
    for writer, word, record, values in said:
        if word == "did":
            promised[record] = values
            asked[writer].pop()
        else:
            asked[writer].append((record, values))
    assert len(promised) >= 30
    assert promised.keys() <= records.keys()
    unsure = dict(each for left in asked.values() for each in left if each[0])
    for id, values in promised.items():
        stands = {"name": records[id].name, "city": records[id].city}
        assert stands in (values, unsure.get(id, values)), id
    # What was made but never acknowledged is at most the last word of each writer.
    assert len(records) - len(promised) <= sum(not r for left in asked.values() for r, _ in left)

    told = defaultdict(list)
    rows = History.select().where(History.model == CONTACT).order_by(History.id)
    for row in rows.prefetch(HistoryValue):
        told[row.record].append(row)
    assert told.keys() == records.keys()
    for id, record in records.items():
        actions = [row.action for row in told[id]]
        assert actions == [history.CREATE, *[history.UPDATE] * (len(actions) - 1)]
        _replayed(told[id], {"name": record.name, "city": record.city})

    lines = contact.telephones.field.model
    owners = sorted(line.contact_id for line in lines.select())
    assert owners == sorted(records)
    made = History.select().where(History.model == lines._meta.table_name)
    assert sorted(row.root_record for row in made) == owners

    assert soundness.not_found(working.search) == []
    assert verify().fault is None
    assert soundness.faults_of_pages() == []
