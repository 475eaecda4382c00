"""Letters of Uzbek and Russian: Latin to Cyrillic for readers, every spelling to one for search."""

import re
import unicodedata
from functools import lru_cache

from core.loanwords import ANYWHERE, FORMS, LATIN, STEMS

# Latin to Cyrillic --------------------------------------------------------------------------------

_MARKS = "ʻʼ'‘’`´"
_ASCII = "[A-Za-z]"
_LETTERS = {
    **{f"o{mark}": "ў" for mark in _MARKS},
    **{f"g{mark}": "ғ" for mark in _MARKS},
    **dict(zip("abdfghijklmnopqrstuvxyz", "абдфгҳижклмнопқрстувхйз", strict=True)),
    **dict.fromkeys(_MARKS, "ъ"),
    "ya": "я",
    "yo": "ё",
    "yu": "ю",
    "ye": "е",
    "sh": "ш",
    "ch": "ч",
}

# What stays as it is: placeholders, tags and entities, addresses, file names, options, code.
_KEPT = re.compile(
    r"%\(\w+\)[-#0 +]*[\d.]*[A-Za-z] | %[sdr] | \{[^{}]*\}"
    r"| <[^<>]*> | &\#?\w+; | `[^`]*`"
    r"| https?://\S+ | www\.\S+ | \S+@\S+\.\w+ | (?<!\S)@\w+ | (?<!\S)/[\w./-]+ | --[a-z][\w-]*"
    r"| [\w./-]*\.(?:com|csv|db|docx|html?|ini|json|org|pdf|po|py|ru|toml|uz|vcf|xlsx?|xml)\b"
    r"| [A-Za-z]+[0-9_]\w* | _\w+",
    re.VERBOSE,
)
_WORD = re.compile(rf"{_ASCII}(?:{_ASCII}|[{_MARKS}](?={_ASCII})|[ʻʼ]|(?<=[gG])[{_MARKS}])*")
_TEXT = re.compile(f"(?P<kept>{_KEPT.pattern})|(?P<word>{_WORD.pattern})", re.VERBOSE)
_FOREIGN = re.compile(r"[wW]|[cC](?![hH])|[a-z][A-Z]")  # no Uzbek word holds these
_STEMS = "|".join(sorted(STEMS, key=len, reverse=True))
_SOUND = re.compile(
    rf"(?P<stem>^(?:{_STEMS}))|(?P<middle>{'|'.join(ANYWHERE)})"
    rf"|(?P<apart>(?<=s)[{_MARKS}](?=h))|y(?=o[{_MARKS}])"
    rf"|[og][{_MARKS}]|sh|ch|y[aoue]|(?P<e>e)|."
)


def to_cyrillic(text: str) -> str:
    """Write Uzbek text in Cyrillic letters by the official rules.

    Placeholders, HTML, addresses, file names, code and foreign names keep their letters.
    """
    return _TEXT.sub(_kept_or_written, text)


def _kept_or_written(match: re.Match[str]) -> str:
    text = match.group()
    if text in FORMS:
        return FORMS[text]
    if match["kept"] is not None or text.lower() in LATIN or _FOREIGN.search(text):
        return text
    return _word_to_cyrillic(text)


@lru_cache(maxsize=4096)
def _word_to_cyrillic(word: str) -> str:
    lower = word.lower()

    def write(match: re.Match[str]) -> str:
        letters = _sound_to_cyrillic(match, lower)
        return letters.capitalize() if word[match.start()].isupper() else letters

    written = _SOUND.sub(write, lower)
    return written.upper() if word.isupper() and len(word) > 1 else written


def _sound_to_cyrillic(match: re.Match[str], word: str) -> str:
    sound = match.group()
    if match["stem"]:
        written = STEMS[sound]
        return written if match.end() == len(word) else written.removesuffix("ь")
    if match["middle"]:
        return ANYWHERE[sound]
    if match["apart"]:
        return ""
    if match["e"]:
        before = word[match.start() - 1] if match.start() else ""
        return "э" if not before or before in "aeiouʻ" else "е"
    return _LETTERS.get(sound, sound)


# Folding for search -------------------------------------------------------------------------------

_DROPPED = "ʻʼʽʾʿˈˊˋ'‘’‚‛`´′‵＇ꞌъь\"“”„‟«»‹›″\0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_FOLDED = {
    **dict(zip("абвгдежзийклмнопрстуфхыэ", "abvgdejziyklmnoprstufhie", strict=True)),
    **dict(zip("ёўқғҳіїєґәөүңһ", "eokghiiegaounh", strict=True)),
    # A Russian keyboard has neither қ nor ҳ, and people mix x and h in Latin too.
    "q": "k",
    "x": "h",
    "ц": "ts",
    "ч": "ch",
    "ҷ": "ch",
    "ш": "sh",
    "щ": "sh",
    "ю": "yu",
    "я": "ya",
    **dict.fromkeys("‐‑‒–—−", "-"),
}
_FOLD = str.maketrans(_FOLDED | dict.fromkeys(_DROPPED, ""))
_NOT_DIGITS = re.compile(r"[^0-9]+")


def fold(text: str) -> str:
    """What search compares: one spelling for all ways of writing the same Uzbek word.

    Lower-case Latin letters without apostrophes, quotation marks and accents; Ўткир, Oʻtkir, O'tkir
    and Otkir are all "otkir". Where scripts disagree the shorter form stands: Aliyev, Алиев and
    Aliev are "aliev", Baxtiyor, Бахтиёр and Бахтиер "baxtier", Мария and Maria "maria"; q and k are
    one letter, x and h are. White space becomes single spaces. Folding twice changes nothing.
    """
    folded = text.casefold().translate(_FOLD)
    if not folded.isascii():
        folded = _without_accents(text)
    if "y" in folded:
        while "yy" in folded:
            folded = folded.replace("yy", "y")
        folded = folded.replace("yo", "e").replace("ye", "e").replace("iy", "i")
    return " ".join(folded.split())


def _without_accents(text: str) -> str:
    """Translate what only Unicode's own tables know; repeated until nothing changes any more."""
    before = ""
    while text != before:
        before = text
        # Composed first: й and ў are letters of their own, not и and у with a mark.
        letters = unicodedata.normalize("NFKC", text).casefold().translate(_FOLD)
        marked = unicodedata.normalize("NFKD", letters)
        bare = "".join(letter for letter in marked if not unicodedata.combining(letter))
        text = bare.casefold().translate(_FOLD)
    return text


def fold_digits(text: str) -> str:
    """The digits alone, as telephones are compared: "+998 90 123-45-67" is 998901234567."""
    return _NOT_DIGITS.sub("", text)
