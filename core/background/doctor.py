"""Look over what happens beside requests: files, jobs, mail, Redis; a sentence for each fault."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

from core.background.files.kept import CHUNK, open_kept
from core.background.files.sweeping import every_kept
from core.background.jobs.models import QUEUED, RUNNING, Job
from core.background.mail.inbox import has_inbox, opened_inbox
from core.background.mail.server import greet, post
from core.data import soundness
from core.data.fields import now
from core.data.redis import current_redis
from core.data.search import SearchIndex
from core.errors import KarvonError
from core.i18n import Text, _
from core.modules.registry import Registry

LATE = timedelta(hours=1)  # that a job which is due may wait where workers are at work
SHOWN = 3


def faults(registry: Registry) -> Iterator[str]:
    """A sentence for each fault; none when all is well."""
    for fault in (
        *_of_search(registry.search),
        *_of_files(),
        *_of_jobs([*registry.addons, "core"]),
        *_of_mail(),
        *_of_inbox(),
        *_of_redis(),
    ):
        yield str(fault)


def _of_search(index: SearchIndex) -> Iterator[Text]:
    for table, count in soundness.not_found(index):
        yield _(
            "The search index of %(table)s differs from %(count)s records:"
            " run `shell --run 'registry.search.rebuild()'`.",
            table=table,
            count=count,
        )


def _of_files() -> Iterator[Text]:
    gone, changed = [], []
    for hash in every_kept():
        try:
            kept = _sum(hash)
        except FileNotFoundError:
            gone.append(hash)
        except KarvonError as error:
            yield _("Kept files cannot be read: %(reason)s", reason=error)
            return
        else:
            changed += [hash] * (kept != hash)
    if gone:
        yield _(
            "%(count)s kept files are gone (%(which)s): put them back from a backup.",
            count=len(gone),
            which=_some(gone),
        )
    if changed:
        yield _(
            "%(count)s kept files are damaged (%(which)s): put them back from a backup.",
            count=len(changed),
            which=_some(changed),
        )


def _some(hashes: list[str]) -> str:
    return ", ".join(hash[:12] for hash in hashes[:SHOWN])


def _sum(hash: str) -> str:
    found = sha256()
    with open_kept(hash) as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _of_jobs(addons: list[str]) -> Iterator[Text]:
    before = now() - LATE
    mine = Job.addon.in_(addons)
    if late := Job.select().where(mine, Job.state == QUEUED, Job.not_before < before).count():
        yield _(
            "%(count)s jobs have waited for more than an hour: start `worker`, or `serve` with"
            " [background] workers.",
            count=late,
        )
    silent = Job.select().where(Job.state == RUNNING, Job.heartbeat_at < before).count()
    if silent:
        yield _(
            "%(count)s jobs run in workers that say nothing any more: start `worker`, which takes"
            " them up again.",
            count=silent,
        )


def _of_mail() -> Iterator[Text]:
    if not post().is_open:
        return
    try:
        greet()
    except KarvonError as error:
        yield _("Mails cannot be sent: %(reason)s Correct [mail] url.", reason=_ended(str(error)))


def _of_inbox() -> Iterator[Text]:
    if not has_inbox():
        return
    try:
        with opened_inbox():
            pass
    except KarvonError as error:
        yield _("%(reason)s Correct [mail] inbox.", reason=_ended(str(error)))


def _of_redis() -> Iterator[Text]:
    redis = current_redis()
    if redis is not None and (reason := redis.check()):
        yield _(
            "Redis at %(place)s cannot be used (%(reason)s): start it, or correct [redis] url.",
            place=redis.place,
            reason=reason.rstrip("."),
        )


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
