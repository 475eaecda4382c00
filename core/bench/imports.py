"""What writing a long import costs, and how long somebody else waits for a write of their own."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from core.access.accounts import user_called
from core.access.actors import actor_of, by_id
from core.bench.ground import MODEL, Ground
from core.bench.measure import BenchError, Cost
from core.data.actor import acting_as
from core.data.database import release, transaction
from core.exchange.uploads.checking import begin
from core.exchange.uploads.models import Line, Upload
from core.exchange.uploads.taking import Taken, begun, fill
from core.exchange.uploads.trying import check
from core.exchange.uploads.undoing import Undoing, begin_undo
from core.exchange.uploads.writing import Writer

PLACES = ["name", "telephones.1.number", "emails.1.address", "city", "reference"]
PAUSE = 0.02  # seconds between two writes of somebody else


def import_rows(ground: Ground, rows: int) -> tuple[Cost, float]:
    """(cost of writing `rows` rows that were checked, longest wait of another one who writes), in
    milliseconds. They are taken back by the undoing of imports.
    """
    with ground.instance.acting("bench imports as a manager"):
        user = user_called("manager")
        with acting_as(actor_of(by_id(user.id)[0], "en")):
            upload = _checked(rows)
            with _another_writes() as waits:
                cpu, wall = time.process_time(), time.perf_counter()
                is_written = Writer(upload).write_long()
                cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            upload = Upload.get_by_id(upload.id)
            begin_undo(upload)
            if not is_written or Undoing(upload).undo():
                raise BenchError("The import was not written, or could not be taken back.")
            Upload.delete().where(Upload.id == upload.id).execute()
    release()
    return Cost(cpu * 1000, wall * 1000), max(waits, default=0.0) * 1000


def _checked(rows: int) -> Upload:
    lines = [
        Line(
            number,
            [
                f"Bahor Market {number}",
                f"+9989012{number:05}",
                f"bahor{number}@example.uz",
                "Buxoro",
                f"bench-import-{number}",
            ],
        )
        for number in range(2, rows + 2)
    ]
    with transaction():
        upload = begun(MODEL, "bench.csv", "")
        fill(upload, Taken(tuple(PLACES), lines))
    mapping = json.dumps({"places": PLACES, "key": "reference"})
    Upload.update(mapping=mapping).where(Upload.id == upload.id).execute()
    checked: Upload = Upload.get_by_id(upload.id)
    check(checked)
    with transaction():
        begin(checked)
    return checked


@contextmanager
def _another_writes() -> Iterator[list[float]]:
    """Let a thread write something small again and again; yields how long each write took."""
    is_over, waits = threading.Event(), list[float]()

    def write() -> None:
        while not is_over.wait(PAUSE):
            started = time.perf_counter()
            with transaction():
                Upload.update(job=None).where(Upload.id == 0).execute()
            waits.append(time.perf_counter() - started)
        release()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield waits
    finally:
        is_over.set()
        thread.join()
