"""Short texts with placeholders: the sandbox of papers, without what loops or calls."""

from collections.abc import Mapping
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError, nodes

from core.errors import UserError
from core.i18n import _
from core.paper.sandbox import PaperEnvironment

TEXT = "text"
ALLOWED = (nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr)


def check_text(source: str) -> None:
    """Raise `UserError` unless a text holds placeholders such as `{{ record.name }}` alone."""
    try:
        environment = PaperEnvironment({TEXT: source})
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        raise _refused(str(error.message)) from None
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, ALLOWED):
            raise _refused(type(node).__name__.lower())
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            raise _refused(node.attr)
        if isinstance(node, nodes.Name) and node.name in environment.globals:
            raise _refused(node.name)


def filled_text(source: str, data: Mapping[str, Any]) -> str:
    """The text with its placeholders filled from plain data. Raises `UserError` for one that is
    not among the data, and for all that is no placeholder.
    """
    check_text(source)
    environment = PaperEnvironment({TEXT: source})
    environment.autoescape = False
    try:
        return environment.get_template(TEXT).render(dict(data))
    except UndefinedError as error:
        raise UserError(_("There is no “%(name)s” to write here.", name=str(error))) from None
    except TemplateError as error:
        raise _refused(str(error)) from None


def _refused(what: str) -> UserError:
    return UserError(
        _("“%(what)s” cannot stand in this text: write {{ record.name }} alone.", what=what)
    )
