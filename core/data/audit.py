"""What happens that is no change of a record's fields, told in the history all the same."""

import json
import logging
from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

import peewee

from core.data import history
from core.data.database import after_end, db, transaction
from core.data.history import Change, Origin, origin
from core.errors import Busy
from core.i18n import Text, pgettext

log = logging.getLogger("karvon.data")

Value = tuple[str, Any, Any]  # (field, before, after)

# All that the history tells of, and how people read it; at most 32 letters each.
ACTIONS: dict[str, Text] = {
    history.CREATE: pgettext("history", "Created"),
    history.UPDATE: pgettext("history", "Changed"),
    history.ARCHIVE: pgettext("history", "Archived"),
    history.RESTORE: pgettext("history", "Restored"),
    history.DELETE: pgettext("history", "Deleted"),
    history.CONFIRM: pgettext("history", "Confirmed all the same"),
    "log_in": pgettext("history", "Logged in"),
    "fail_log_in": pgettext("history", "Failed to log in"),
    "log_out": pgettext("history", "Logged out"),
    "end_session": pgettext("history", "Ended a session"),
    "remember_device": pgettext("history", "Remembered a device"),
    "forget_device": pgettext("history", "Forgot a device"),
    "set_password": pgettext("history", "Set a password"),
    "ask_reset": pgettext("history", "Asked for a new password"),
    "add_factor": pgettext("history", "Added a second factor"),
    "remove_factor": pgettext("history", "Removed a second factor"),
    "use_recovery_code": pgettext("history", "Logged in by a recovery code"),
    "make_recovery_codes": pgettext("history", "Made recovery codes"),
    "create_token": pgettext("history", "Made a token"),
    "revoke_token": pgettext("history", "Revoked a token"),
    "invite": pgettext("history", "Invited"),
    "hand_over": pgettext("history", "Handed over"),
    "erase": pgettext("history", "Erased values"),
    "hand_out": pgettext("history", "Handed out personal data"),
    "enable": pgettext("history", "Enabled a module"),
    "disable": pgettext("history", "Disabled a module"),
    "upgrade": pgettext("history", "Updated a module"),
    "downgrade": pgettext("history", "Undid an update of a module"),
    "purge": pgettext("history", "Purged a module"),
    "bring_back": pgettext("history", "Brought a module back"),
    "export": pgettext("history", "Exported"),
    "import": pgettext("history", "Imported"),
    "undo_import": pgettext("history", "Undid an import"),
    "load_demo": pgettext("history", "Loaded demo records"),
    "back_up": pgettext("history", "Made a backup"),
    "restore_backup": pgettext("history", "Restored a backup"),
    "verify": pgettext("history", "Verified the history"),
}


def note(
    action: str,
    about: tuple[str, int],
    values: Iterable[Value] = (),
    *,
    under: tuple[str, int] | None = None,
    by: tuple[int | None, str] | None = None,
) -> None:
    """Tell the history of something in the transaction that is open: it is kept or undone with it.

    `action` is one of `ACTIONS`, which is where a new one gets its words. `about` is (table, id) of
    what it was done to: ("core_user", 7); the id is 0 where it is no single row. `values` are
    (field, before, after) each, of what JSON can hold; None where there was or is nothing. They
    are read by whoever watches over access: never a password, a key, a code or the hash of one.
    `under` is (table, id) of the record that it belongs to, when that is another one. `by` is
    (user id, name) of who did it, when it is not whoever acts: at a login nobody acts yet.

    Names of fields end at 64 letters. Raises `ValueError` for an action without words.
    """
    _add(*_event(action, about, values, under, by))


def note_regardless(
    action: str,
    about: tuple[str, int],
    values: Iterable[Value] = (),
    *,
    under: tuple[str, int] | None = None,
    by: tuple[int | None, str] | None = None,
) -> None:
    """Tell the history of something that stays told, even if all else is undone: a wrong password,
    a try that was refused. The arguments are those of `note`.

    It commits by itself: at once where no transaction is open. Where this thread has one it is
    written just after that one ended, kept or undone, with the time and the actor of now. It could
    not be written earlier: SQLite has one writer, whose turn this thread holds, and a second
    connection to PostgreSQL may never come while all threads hold their first and wait for
    another. A transaction that is tried again tells again. What cannot be written is logged.
    """
    told = _event(action, about, values, under, by)
    after_end(lambda: _add_apart(*told))


Told = tuple[Origin, tuple[str, str], Change]


def _event(
    action: str,
    about: tuple[str, int],
    values: Iterable[Value],
    under: tuple[str, int] | None,
    by: tuple[int | None, str] | None,
) -> Told:
    if action not in ACTIONS:
        raise ValueError(f"The history has no words for {action}: give it some in ACTIONS.")
    (table, record), (root_table, root) = about, under or about
    who = origin()
    if by is not None:
        who = who._replace(actor=by[0], actor_name=by[1][: history.LONGEST_NAME])
    texts = [(field[:64], _text(old), _text(new)) for field, old, new in values]
    return who, (table, root_table), Change(action, record, root, texts)


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _add(who: Origin, tables: tuple[str, str], change: Change) -> None:
    with nullcontext() if db.in_transaction() else transaction():
        history.add(who, tables, [change])  # a row and its values are kept together


def _add_apart(who: Origin, tables: tuple[str, str], change: Change) -> None:
    try:
        _add(who, tables, change)
    except (peewee.DatabaseError, peewee.InterfaceError, Busy) as error:
        # Whatever this thread did is over: nobody is there any more to be told.
        told = json.dumps([*who, *tables, *change])
        log.error("The history could not be told of %s: %s", told, " ".join(str(error).split()))
