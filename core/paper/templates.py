"""The templates of papers that lie in files, with all that they stand on and their words."""

from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, TemplateError, meta
from jinja2.ext import extract_from_ast

from core.config import ROOT
from core.i18n import _ as spoken
from core.i18n import current_language, pgettext
from core.modules.registry import current_registry
from core.paper.wire import Paper

Sources = tuple[dict[str, str], tuple[str, ...]]


def paper_of(template: str, data: dict[str, Any], title: str, created: str) -> Paper:
    """A paper by the name of its template, in the language that is spoken."""
    sources, texts = current_registry().once(("paper", template), lambda: _collected(template))
    words = {text: _wording(text) for text in texts}
    return Paper(template, sources, data, title, current_language(), created, words)


def _wording(key: str) -> str:
    context, mark, text = key.rpartition("\x04")
    return str(pgettext(context, text) if mark else spoken(text))


def _collected(template: str) -> Sources:
    """The sources by name, and the texts in them that are translated. What is missing or broken is
    left to the render server, which says where it stands.
    """
    addons = current_registry().addons.values()
    folders = [ROOT / "templates", *(each.path / "templates" for each in reversed(addons))]
    loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    environment = Environment(loader=loader, autoescape=True)
    sources: dict[str, str] = {}
    texts: dict[str, None] = {}
    wanted = [template]
    while wanted:
        name = wanted.pop()
        if name in sources:
            continue
        try:
            sources[name] = loader.get_source(environment, name)[0]
            tree = environment.parse(sources[name])
        except TemplateError:
            continue
        wanted += [each for each in meta.find_referenced_templates(tree) if each]
        for _line, function, said in extract_from_ast(tree, ("_", "pgettext")):
            # What fills a text stands beside it, without a wording of its own.
            parts = said if isinstance(said, tuple) else (said,)
            key = parts[:2] if function == "pgettext" else parts[:1]
            texts["\x04".join(str(each) for each in key)] = None
    return sources, tuple(texts)
