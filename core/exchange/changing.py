"""Changes a record by texts, as if somebody typed them into its form."""

from collections.abc import Mapping

from core.data.model import Model
from core.errors import UserError
from core.exchange.drafts import read
from core.exchange.saving import update
from core.exchange.shapes import shape_of, texts_of
from core.i18n import _


def set_fields(record: Model, texts: Mapping[str, str]) -> None:
    """Give the fields of a record what the texts stand for, under the rights of the actor. Raises
    `UserError` with what does not fit, `NotAllowed` where the record may not be changed.
    """
    shape = shape_of(type(record), "u", texts)
    if unknown := sorted(texts.keys() - shape.fields.keys()):
        raise UserError(_("You may not fill in the field “%(name)s”.", name=unknown[0]))
    draft = read(shape, dict(texts), texts_of(shape, record))
    if not draft.errors:
        update(shape, draft, record, record.version)
    for name, error in draft.errors.items():
        title = shape.fields[name].verbose_name or name
        raise UserError(_("%(title)s: %(error)s", title=title, error=error))
