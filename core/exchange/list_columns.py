"""The columns of a list that each user chose to see, in their order."""

from collections.abc import Iterable

from core.access.models import User
from core.data.actor import current_actor
from core.data.fields import CharField, ForeignKeyField, TextField
from core.data.internal import Internal
from core.data.prepared import Prepared, parameter
from core.errors import UserError
from core.i18n import _

MOST_COLUMNS = 30
LONGEST_NAMES = 2_000  # characters


class ListColumns(Internal):
    """What one user sees of the list of one model: names with commas between them."""

    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    model = CharField(max_length=64)
    names = TextField()

    class Meta:
        indexes = ((("user", "model"), True),)


# Every list asks: a statement that is rendered once costs a tenth.
_kept = Prepared(
    lambda: ListColumns.select(ListColumns.names).where(
        ListColumns.user == parameter(), ListColumns.model == parameter()
    )
)


def kept_columns(model: str) -> list[str]:
    """The names that the actor chose for the list of a model; none where they chose nothing."""
    rows = _kept(current_actor().id, model)
    return split_names(rows[0][0]) if rows else []


def keep_columns(model: str, names: Iterable[str]) -> None:
    """Show the actor these columns from now on; the declared ones where there are no names."""
    chosen = list(dict.fromkeys(names))
    if len(chosen) > MOST_COLUMNS:
        raise UserError(_("A list shows at most %(most)s columns.", most=MOST_COLUMNS))
    user = current_actor().id
    if not chosen:
        ListColumns.delete().where(ListColumns.user == user, ListColumns.model == model).execute()
        return
    row = ListColumns.insert(user=user, model=model, names=",".join(chosen))
    # Two windows may keep their columns at the same moment.
    target = (ListColumns.user, ListColumns.model)
    row.on_conflict(conflict_target=target, preserve=(ListColumns.names,)).execute()


def split_names(text: str) -> list[str]:
    """The names in a text with commas between them, each once."""
    return list(dict.fromkeys(filter(None, text[:LONGEST_NAMES].split(","))))
