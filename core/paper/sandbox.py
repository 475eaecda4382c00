"""Fill a template with plain data where it can reach nothing else."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, NoReturn

from jinja2 import (
    FunctionLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
)
from jinja2.runtime import BlockReference, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from jinja2.utils import Cycler, Joiner, Namespace
from markupsafe import Markup, escape

from core.formats import format_integer, format_money
from core.paper.wire import Fault, Paper

PLAIN = (dict, list, tuple, str, int, float, type(None))
MAY_BE_CALLED = (Macro, BlockReference, Cycler, Joiner)
# Filters that look into objects by a name, or make numbers that nobody reproduces.
WITHOUT_FILTERS = ("attr", "random", "pprint", "xmlattr")
LONGEST_REASON = 200


class Absent(StrictUndefined):
    """A name that is not there: whatever is done with it fails, and the error is the name."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name or self._undefined_hint or "")


class PaperEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox over plain data: a dot asks for a key and for nothing else, so that no value has
    a method. What may be called are macros and the few functions of the globals.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        super().__init__(
            loader=FunctionLoader(lambda name: _source(sources, name)),
            undefined=Absent,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self.functions: tuple[Any, ...] = (safe_range, dict, Namespace)
        self.globals = {"range": safe_range, "dict": dict, "namespace": Namespace}
        self.globals |= {"cycler": Cycler, "joiner": Joiner}
        for name in WITHOUT_FILTERS:
            del self.filters[name]
        self.filters |= {"integer": format_integer, "money": format_money}

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, PLAIN):
            return self.getitem(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if not isinstance(obj, PLAIN):
            return super().getitem(obj, argument)
        try:
            return obj[argument]  # type: ignore[index]  # what has no items raises TypeError
        except (KeyError, IndexError, TypeError):
            return self.undefined(obj=obj, name=argument)

    def is_safe_callable(self, obj: Any) -> bool:
        return isinstance(obj, MAY_BE_CALLED) or obj in (*self.functions, Cycler, Joiner)


def filled(paper: Paper) -> str:
    """The HTML of a paper. Raises `Fault` with the line of the template that is to blame."""
    environment = PaperEnvironment(paper.sources)
    translate = _translator(paper.words)
    environment.functions += (translate, *_by_context(translate))
    environment.globals |= {"_": translate, "pgettext": environment.functions[-1]}
    try:
        template: Template = environment.get_template(paper.template)
        return template.render(
            {**paper.data, "paper": {"title": paper.title, "language": paper.language}}
        )
    except MemoryError:
        raise
    except Exception as error:  # whatever a template does wrong is said with its line
        _blame(environment, paper, error)


def _source(sources: Mapping[str, str], name: str) -> tuple[str, str, None] | None:
    # The name stands for the file, so that a traceback tells which template a line is of.
    return (sources[name], name, None) if name in sources else None


def _translator(words: Mapping[str, str]) -> Any:
    def translate(text: str, /, **values: Any) -> Markup:
        wording = escape(words.get(text, text.rpartition("\x04")[2]))
        return wording % values if values else wording

    return translate


def _by_context(translate: Any) -> tuple[Any]:
    return (lambda context, text, /, **values: translate(f"{context}\x04{text}", **values),)


def _blame(environment: PaperEnvironment, paper: Paper, error: Exception) -> NoReturn:
    """Raise the `Fault` of what went wrong."""
    if isinstance(error, TemplateSyntaxError):
        name = error.name or error.filename or paper.template
        raise Fault("syntax", name, error.lineno, _reason(error)) from None
    name, line = _place(paper.sources, error.__traceback__)
    if isinstance(error, UndefinedError):
        path = _dotted(environment, paper.sources.get(name, ""), line, str(error))
        raise Fault("absent", name, line, path) from None
    if isinstance(error, TemplateNotFound):
        raise Fault("missing", name or paper.template, line, str(error.name or "")) from None
    raise Fault("failed", name or paper.template, line, _reason(error)) from None


def _reason(error: Exception) -> str:
    text = (error.message if isinstance(error, TemplateError) else str(error)) or ""
    return " ".join((text or type(error).__name__).split())[:LONGEST_REASON]


def _place(sources: Mapping[str, str], traceback: TracebackType | None) -> tuple[str, int]:
    """The innermost line of a template that a traceback passes."""
    place = ("", 0)
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if name in sources:
            place = (name, traceback.tb_lineno)
        traceback = traceback.tb_next
    return place


def _dotted(environment: PaperEnvironment, source: str, line: int, name: str) -> str:
    """What the line calls the missing `name`: with all that stands before its dot."""
    asked = [
        node
        for node in environment.parse(source).find_all((nodes.Getattr, nodes.Getitem))
        if _key(node) == name
    ]
    near = [node for node in asked if node.lineno == line] or asked
    return (_path(near[0]) if near else "") or name


def _path(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        before = _path(node.node)
        return f"{before}.{_key(node)}" if before else ""
    return ""


def _key(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return str(node.attr)
    argument = getattr(node, "arg", None)
    return str(argument.value) if isinstance(argument, nodes.Const) else ""
