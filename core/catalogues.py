"""The work of translators: collect the texts of core or of an addon, and keep its .po files."""

import re
import tokenize
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import PoFileError, read_po, write_po
from jinja2 import TemplateSyntaxError

from core.config import ROOT
from core.errors import UserError

CORE = ROOT / "core"
TRANSLATED = ("uz", "ru")  # English is in the code, Cyrillic Uzbek is derived
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_COMMENTS = ("Translators:",)
_METHODS = {".py": "babel.messages.extract:extract_python", ".html": "jinja2.ext:babel_extract"}
_OPTIONS = {
    ".py": {},
    ".html": {"extensions": "jinja2.ext.do,jinja2.ext.loopcontrols", "silent": "false"},
}
_MANIFEST = ("title", "summary")
_IGNORED = {"tests", "locale", "node_modules", "__pycache__"}
_PLURALS = {
    "uz": "nplurals=1; plural=0;",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4"
    " && (n%100<12 || n%100>14) ? 1 : 2);",
}
# Without dates and names: a header that never changes makes no conflicts.
_HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plurals}\n"
"""
_PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*[\d.]*[A-Za-z]")
_WRONG_MARK = re.compile(r"['‘’`´](?![^<]*>)")  # in a tag they are HTML's
_CODE = re.compile(r"`[^`]*`")  # what is typed as it stands
_TWICE = re.compile(r"(.{12,}?)\1+", re.DOTALL)
_GLUED = re.compile(r"%\(\w+\)s(?=[^\W\d_])")


def collect(folder: Path) -> Catalog:
    """Gather what `folder` says: an addon's folder, or core's with the shared templates.

    Texts come from .py and .html files and from the title and summary of manifest.toml, each with
    the files that say it. Raises UserError for a file that cannot be parsed.
    """
    found = Catalog(charset="utf-8")
    for path in _sources(folder):
        name = path.relative_to(ROOT if folder == CORE else folder).as_posix()
        try:
            messages = list(_texts(path))
        except (SyntaxError, tokenize.TokenError, TemplateSyntaxError, ValueError) as error:
            raise UserError(f"{path} cannot be read for its texts ({error}); mend it.") from error
        for text, context, comments in messages:
            # Line 1 stands for the file: locations with numbers would change with every edit.
            found.add(text, None, [(name, 1)], auto_comments=comments, context=context)
    return found


def update(folder: Path, languages: tuple[str, ...] = TRANSLATED) -> list[Path]:
    """Bring the .po files of `folder` up to date; returns those that changed.

    New texts are added empty, translations kept, texts that nobody says any more left out.
    """
    template = collect(folder)
    changed = []
    for language in languages:
        path = _file(folder, language)
        text = _written(_merged(template, _existing(path, language), language), language)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def missing(folder: Path, languages: tuple[str, ...] = TRANSLATED) -> dict[str, list[str]]:
    """Name the texts of `folder` that a language cannot say yet; a complete one is not named."""
    template = collect(folder)
    found = {}
    for language in languages:
        existing = _existing(_file(folder, language), language)
        lacking = [each for each in template if each.id and not _translation(existing, each)]
        if lacking:
            found[language] = sorted(map(_source, lacking))
    return found


def faults(folder: Path, languages: tuple[str, ...] = TRANSLATED) -> list[str]:
    """Name the translations that would read wrongly, a sentence each.

    Placeholders must be those of the English text. Uzbek writes ʻ and ʼ, and glues no suffix to a
    placeholder, for what replaces it may end in any letter.
    """
    found = []
    for language in languages:
        path = _file(folder, language)
        for message in _existing(path, language):
            for wording in _forms(message.string):
                found += [f"{path}: {fault}: {wording}" for fault in _faults(message, wording)]
                if language == "uz":
                    found += [f"{path}: {fault}: {wording}" for fault in _uzbek_faults(wording)]
    return found


def _faults(message: Message, wording: str) -> Iterator[str]:
    allowed = {name for text in _forms(message.id) for name in _PLACEHOLDER.findall(text)}
    said = set(_PLACEHOLDER.findall(wording))
    # One form of several may leave out the number: "a customer".
    if said - allowed or (isinstance(message.id, str) and allowed - said):
        yield f"the placeholders are not those of {_source(message)!r}"
    if _TWICE.fullmatch(wording):
        yield "it says the same again and again"


def _uzbek_faults(wording: str) -> Iterator[str]:
    if _WRONG_MARK.search(_CODE.sub("", wording)):
        yield "write oʻ and gʻ with U+02BB and the glottal stop with U+02BC"
    if _GLUED.search(wording):
        yield "a suffix is glued to a placeholder; reword it, as in “Mijoz: %(name)s”"


def _file(folder: Path, language: str) -> Path:
    return folder / ("locale" if folder == CORE else "i18n") / f"{language}.po"


def _empty(language: str) -> Catalog:
    plurals = _PLURALS.get(language, "nplurals=2; plural=(n != 1);")
    header = _HEADER.format(language=language, plurals=plurals)
    return read_po(BytesIO(header.encode()), locale=language.replace("-", "_"))


def _existing(path: Path, language: str) -> Catalog:
    if not path.exists():
        return _empty(language)
    try:
        with path.open("rb") as file:
            catalog = read_po(file, locale=language.replace("-", "_"), abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise UserError(f"{path} cannot be read as a catalogue ({error}); mend it.") from error
    catalog.delete("")
    return catalog


def _merged(template: Catalog, existing: Catalog, language: str) -> Catalog:
    merged = _empty(language)
    for message in template:
        if message.id:
            known = existing.get(message.id, message.context)
            merged.add(
                message.id,
                _translation(existing, message),
                message.locations,
                auto_comments=message.auto_comments,
                user_comments=known.user_comments if known else (),
                context=message.context,
            )
    return merged


def _translation(existing: Catalog, message: Message) -> str | tuple[str, ...] | None:
    """What `existing` says for `message`; None when nothing, a guess, or not every form."""
    known = existing.get(message.id, message.context)
    if not known or known.fuzzy or isinstance(known.id, str) != isinstance(message.id, str):
        return None
    forms = _forms(known.string)
    expected = 1 if isinstance(message.id, str) else existing.num_plurals
    if len(forms) != expected or not all(forms):
        return None
    return forms[0] if isinstance(message.id, str) else forms


def _written(catalog: Catalog, language: str) -> str:
    catalog.header_comment = ""
    content = BytesIO()
    write_po(content, catalog, 100, omit_header=True, sort_output=True, include_lineno=False)
    plurals = f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr};"
    body = content.getvalue().decode().strip()
    return _HEADER.format(language=language, plurals=plurals) + (f"\n{body}\n" if body else "")


def _source(message: Message) -> str:
    return _forms(message.id)[0]


def _forms(text: object) -> tuple[str, ...]:
    """The sentences of a message's id or string; () for an untranslated one."""
    if isinstance(text, str):
        return (text,) if text else ()
    return tuple(text) if isinstance(text, (tuple, list)) else ()


def _sources(folder: Path) -> Iterator[Path]:
    for root in (folder, ROOT / "templates") if folder == CORE else (folder,):
        for path in sorted(root.rglob("*")):
            if _IGNORED.isdisjoint(path.relative_to(root).parts) and (
                path.suffix in _METHODS or path == root / "manifest.toml"
            ):
                yield path


def _texts(path: Path) -> Iterator[tuple[Any, str | None, list[str]]]:
    """Yield (text or (singular, plural), context, comments for translators)."""
    content = path.read_bytes()
    if path.suffix == ".toml":
        manifest = tomllib.loads(content.decode())
        yield from ((manifest[key], None, []) for key in _MANIFEST if key in manifest)
        return
    method, options = _METHODS[path.suffix], _OPTIONS[path.suffix]
    for __, text, comments, context in extract(
        method, BytesIO(content), _KEYWORDS, _COMMENTS, options
    ):
        yield text, context, comments
