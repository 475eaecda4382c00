"""Formatted texts: a little HTML, cleaned whenever it is written and whenever it is shown."""

import html
import re
from functools import lru_cache
from typing import Any

import nh3

from core.data.fields import TextField

TAGS = frozenset(
    {"p", "div", "br", "b", "strong", "i", "em", "u", "s", "del", "a", "ul", "ol", "li"}
    | {"h1", "h2", "h3", "blockquote", "pre", "code"}
)
GONE_WHOLE = frozenset(
    {"script", "style", "svg", "math", "template", "iframe", "object", "noscript"}
)
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
MOST_TAGS = 5_000  # nested in each other they cost the square of their number
REL = "noopener noreferrer nofollow"

_cleaner = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(GONE_WHOLE),
    attributes={"a": {"href"}},
    url_schemes=set(SCHEMES),
    link_rel=REL,
)
_MARKED = re.compile(rf"</?(?:{'|'.join(sorted(TAGS))})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENDS = re.compile(r"<br\s*/?>|</(?:p|div|li|h1|h2|h3|blockquote|pre)>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


class RichTextField(TextField):
    """A formatted text, kept as HTML of which only harmless tags remain."""

    def db_value(self, value: Any) -> Any:
        return super().db_value(cleaned(value) if isinstance(value, str) else value)


def cleaned(text: str) -> str:
    """The HTML without what could do harm: other tags, all attributes but the address of a link,
    and addresses of other kinds than those of pages, mails and telephones. Where there are more
    tags than people write, all of them become words.
    """
    if text.count("<") > MOST_TAGS:
        return html.escape(text, quote=False)
    return _cleaner.clean(text) if "<" in text or "&" in text else text


def as_rich(text: str) -> str:
    """What somebody typed or pasted: HTML where it holds tags of ours, else plain paragraphs."""
    text = text.replace("\r\n", "\n").strip()
    if _MARKED.search(text):
        return cleaned(text)
    paragraphs = re.split(r"\n{2,}", html.escape(text, quote=False))
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in paragraphs if part)


@lru_cache(maxsize=1024)
def as_plain(text: str) -> str:
    """The words of a formatted text, with the lines and paragraphs that a reader sees."""
    broken = _ENDS.sub(_line_end, cleaned(text))
    words = html.unescape(_TAG.sub("", broken))
    lines = [" ".join(line.split()) for line in words.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _line_end(found: re.Match[str]) -> str:
    return "\n\n" if found[0].lower() == "</p>" else "\n"


def as_typed(text: str) -> str:
    """A formatted text as one types it: plain where it is made of paragraphs alone, else HTML."""
    plain = as_plain(text)
    return plain if as_rich(plain) == cleaned(text) else text
