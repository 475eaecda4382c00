"""One watcher a process reads what is new in the history, and hands it to all open streams."""

import logging
import queue
import threading
import time

import peewee

from core.data.database import release
from core.data.history import news
from core.errors import Busy
from core.web.live.events import Event, events_after, newest

log = logging.getLogger("karvon.web")

LOOK_SECONDS = 0.03
TOLD_SECONDS = 1.0  # between two looks while Redis tells of every write
BREATH_SECONDS = 0.01  # what is written meanwhile is read together
# A transaction that is still open may have taken a smaller id than one that was kept before it.
GAP_SECONDS = 10.0
MOST_WAITING = 100  # batches that a slow client may be behind


class Stream:
    """What one client is yet to be told: batches of events; None when the stream has to end."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[list[Event] | None] = queue.Queue(MOST_WAITING)
        self.is_closed = False

    def put(self, batch: list[Event] | None) -> None:
        try:
            self.waiting.put_nowait(batch)
        except queue.Full:  # it comes again and says where it was
            self.is_closed = True

    def get(self, seconds: float) -> list[Event] | None:
        """The next batch, empty after so many seconds; None when the stream has to end."""
        if self.is_closed:
            return None
        try:
            return self.waiting.get(timeout=seconds)
        except queue.Empty:
            return []


class Log:
    """Reads each event once, also where ids become visible in another order than their own."""

    def __init__(self) -> None:
        self.floor = newest()
        self.seen: dict[int, float] = {}  # when, by id, of those above the floor

    def news(self) -> list[Event]:
        """What was not there at the last look."""
        moment = time.monotonic()
        found = events_after(self.floor)
        fresh = [event for event in found if event.id not in self.seen]
        self.seen.update((event.id, moment) for event in fresh)
        for event in found:
            if event.id != self.floor + 1 and moment - self.seen[event.id] < GAP_SECONDS:
                break
            self.floor = event.id
            del self.seen[event.id]
        return fresh


class Hub:
    """The open streams of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.streams: set[Stream] = set()
        self.is_watched = False

    def open(self, most: int) -> Stream | None:
        """A new stream; None when there are `most` already."""
        with self.lock:
            if len(self.streams) >= most:
                return None
            stream = Stream()
            self.streams.add(stream)
            if not self.is_watched:
                self.is_watched = True
                watcher = threading.Thread(
                    target=self._watch, args=(Log(),), name="karvon-live", daemon=True
                )
                watcher.start()
        return stream

    def close(self, stream: Stream) -> None:
        with self.lock:
            self.streams.discard(stream)

    def end(self) -> None:
        """Let every stream end: the server is told to stop."""
        for stream in list(self.streams):
            stream.is_closed = True
            stream.put(None)

    def _watch(self, events: Log) -> None:
        while self._is_wanted():
            try:
                if fresh := events.news():
                    for stream in list(self.streams):
                        stream.put(fresh)
            except (peewee.OperationalError, peewee.InterfaceError, Busy) as error:
                log.warning("The live stream cannot read the history: %s", error)
                time.sleep(1)
            finally:
                release()
            time.sleep(BREATH_SECONDS)
            news.wait(LOOK_SECONDS - BREATH_SECONDS, TOLD_SECONDS)

    def _is_wanted(self) -> bool:
        with self.lock:
            self.is_watched = bool(self.streams)
            return self.is_watched


hub = Hub()
