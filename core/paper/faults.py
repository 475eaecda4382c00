"""What stands in the way of a paper, said to a person in one sentence."""

from core.errors import UserError
from core.i18n import Text, _
from core.paper.wire import Fault


class PaperError(UserError):
    """The paper cannot be made as its template and data stand."""


def sentence(fault: Fault) -> str:
    """The fault with the line of the template, in the language that is spoken."""
    text = _REASONS.get(fault.kind, _REASONS["failed"]) % {"what": fault.what}
    if not fault.line:
        return str(text)
    place = {"line": fault.line, "template": fault.template, "reason": str(text)}
    if fault.template:
        return str(_("%(template)s, line %(line)s: %(reason)s") % place)
    return str(_("Line %(line)s: %(reason)s") % place)


_REASONS: dict[str, Text] = {
    "syntax": _("this is no valid template (%(what)s)."),
    "absent": _("there is no %(what)s."),
    "missing": _("there is no template %(what)s."),
    "failed": _("this cannot be printed (%(what)s)."),
    "memory": _("This paper needs too much memory: choose fewer records or smaller pictures."),
    "time": _("This paper takes too long to make: choose fewer records."),
}
