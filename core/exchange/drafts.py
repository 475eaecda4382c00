"""Reads what was typed into a form as the values of a record and its lines, or says what is wrong.

Only what the shape names is looked at; what was not sent stays as it is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import peewee
from peewee import ForeignKeyField

from core.data.fields import BooleanField, DoubtfulField, StateField
from core.data.model import Model
from core.data.scope import in_reach
from core.data.translated import IN_LANGUAGES, Translated, TranslatedField
from core.exchange.cells import WHOLE, empty, reader
from core.exchange.problems import Unfit
from core.exchange.shapes import YES, Part, Shape, Texts
from core.i18n import _

MOST_LINES = 200  # of one part in one form
UNSEEN = " \u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"  # of which no name can be made
LINE = re.compile(r"([0-9]{1,4})-([a-z_0-9]+)")


@dataclass
class Draft:
    """What a form holds. `values` and `lines` can be stored when there are no `errors`; errors and
    doubts stand by the name of the input, "telephones-0-number" in the first line of a part;
    `refused` is what an addon said against all of it.
    """

    texts: Texts
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    refused: str = ""


def typed(shape: Shape, sent: Mapping[str, list[str]]) -> Texts:
    """The texts that a form sent, `{name: [value, …]}`. A box that is not ticked sends the "0" of
    the input before it, lines their mark `part-lines`, marks one empty value.
    """
    texts: Texts = {name: sent[name][-1] for name in shape.fields if sent.get(name)}
    for name, column in shape.fields.items():
        if isinstance(column, TranslatedField) and name not in texts:
            texts |= _typed_by_language(name, sent)
    for name, part in shape.parts.items():
        if part.mark is not None:
            if name not in sent:
                continue
            texts[name] = list(dict.fromkeys(id.strip() for id in sent[name] if id.strip()))
        elif f"{name}-lines" in sent:
            texts[name] = _typed_lines(part, sent)
    return texts


def _typed_by_language(name: str, sent: Mapping[str, list[str]]) -> Texts:
    """{name: the texts of all languages}, each of which has an input of its own: "name@uz"."""
    given = {each: sent[f"{name}@{each}"] for each in IN_LANGUAGES if sent.get(f"{name}@{each}")}
    return {name: Translated({n: v[-1] for n, v in given.items()}).stored()} if given else {}


def _typed_lines(part: Part, sent: Mapping[str, list[str]]) -> list[dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for name, values in sent.items():
        rest = name.removeprefix(f"{part.name}-")
        match = LINE.fullmatch(rest) if rest != name else None
        if match and (match[2] in part.fields or match[2] == "id") and values:
            found[int(match[1])][match[2]] = values[-1]
    return [found[number] for number in sorted(found)][:MOST_LINES]


def is_blank(part: Part, line: Mapping[str, str]) -> bool:
    """Whether nothing was typed into a line: what one chooses or ticks says nothing alone."""
    return not any(
        line.get(name, "").strip()
        for name, field in part.fields.items()
        if not isinstance(field, (BooleanField, StateField))
    )


def read(shape: Shape, texts: Texts, standing: Texts) -> Draft:
    """The draft of the texts. A reference may lead to what the actor reaches or where it stands."""
    draft = Draft(texts)
    reached = _reached(_references(shape, texts))
    for name, column in shape.fields.items():
        if name in texts:
            known = {standing.get(name, ""), *reached[column]}
            _read_one(draft, draft.values, (name, name), column, texts[name], known)
    for name, part in shape.parts.items():
        if name not in texts:
            continue
        if part.mark is not None:
            _read_marks(draft, part, part.mark, reached[part.mark], set(standing.get(name, ())))
        else:
            _read_lines(draft, part, reached, standing.get(name, ()))
    return draft


def _read_marks(
    draft: Draft, part: Part, column: ForeignKeyField, reached: set[str], standing: set[str]
) -> None:
    wanted = draft.texts[part.name]
    if set(wanted) <= reached | standing:
        draft.lines[part.name] = [{column.name: int(id)} for id in wanted]
    else:
        draft.errors[part.name] = sentence(_("there is no such record"), _("Choose another"))


def _read_lines(draft: Draft, part: Part, reached: Any, standing: Iterable[Any]) -> None:
    before = {line["id"]: line for line in standing}
    draft.lines[part.name] = []
    for number, line in enumerate(draft.texts[part.name]):
        if is_blank(part, line):
            continue
        values: dict[str, Any] = {"id": int(line["id"])} if line.get("id") in before else {}
        for name, column in part.fields.items():
            if name in line:
                known = {before.get(line.get("id"), {}).get(name, ""), *reached[column]}
                place = (f"{part.name}-{number}-{name}", name)
                _read_one(draft, values, place, column, line[name], known)
        draft.lines[part.name].append(values)


def doubts_of(shape: Shape, texts: Texts) -> dict[str, str]:
    """What looks odd about the texts of a record as it stands, by the names of their inputs."""
    places = [(name, column, texts[name]) for name, column in shape.fields.items()]
    for name, part in shape.parts.items():
        if part.mark is None:
            places += [
                (f"{name}-{number}-{inner}", column, line[inner])
                for number, line in enumerate(texts[name])
                for inner, column in part.fields.items()
            ]
    return {
        place: str(said)
        for place, column, text in places
        if text and isinstance(column, DoubtfulField) and (said := column.doubt(text))
    }


def _read_one(
    draft: Draft,
    values: dict[str, Any],
    place: tuple[str, str],
    column: peewee.Field,
    text: str,
    known: set[str],
) -> None:
    """Read one text, which stands in the input `place[0]`, as the value `place[1]`."""
    input_name, name = place
    try:
        values[name] = value_of(column, text, known)
    except Unfit as unfit:
        draft.errors[input_name] = sentence(unfit.reason, unfit.cure)
        return
    if isinstance(column, DoubtfulField) and values[name] and (said := column.doubt(values[name])):
        draft.doubts[input_name] = str(said)


def value_of(column: peewee.Field, text: str, known: set[str]) -> Any:
    """The value that a text stands for; `known` are the ids that a reference may hold. Raises
    `Unfit`.
    """
    text = text.replace("\r\n", "\n").strip()
    if isinstance(column, BooleanField):
        return text == YES
    if not text.strip(UNSEEN):
        return empty(column)
    if isinstance(column, ForeignKeyField):
        if text not in known:
            raise Unfit(_("there is no such record"), _("Choose another"))
        return int(text)
    read_text = reader(column)
    if read_text is None:
        raise Unfit(_("it cannot be typed"), _("Leave it empty"))
    return read_text(text)


def _references(shape: Shape, texts: Texts) -> dict[ForeignKeyField, set[str]]:
    """The ids that the texts name, by the foreign key that holds them."""
    found: dict[ForeignKeyField, set[str]] = defaultdict(set)
    for name, column in shape.fields.items():
        if isinstance(column, ForeignKeyField):
            found[column].add(texts.get(name, "").strip())
    for name, part in shape.parts.items():
        for line in texts.get(name, ()):
            for inner, column in part.fields.items():
                if isinstance(column, ForeignKeyField):
                    text = line if isinstance(line, str) else line.get(inner, "")
                    found[column].add(text.strip())
    return found


def _reached(wanted: Mapping[ForeignKeyField, set[str]]) -> dict[Any, set[str]]:
    """Those of the wanted ids that the actor may see, asked once for each model."""
    by_model: dict[type[Model], set[int]] = defaultdict(set)
    for column, texts in wanted.items():
        by_model[column.rel_model] |= {int(text) for text in texts if _is_id(text)}
    there = {
        model: {str(id) for id in in_reach(model, ids, "r")} if ids else set()
        for model, ids in by_model.items()
    }
    return defaultdict(set, {column: there[column.rel_model] for column in wanted})


def _is_id(text: str) -> bool:
    return bool(WHOLE.fullmatch(text)) and abs(int(text)) < 2**31


def sentence(reason: Any, cure: Any) -> str:
    """The two halves as sentences: It is empty. Fill it in."""
    text = str(reason)
    return f"{text[:1].upper()}{text[1:]}. {cure}."


def taken_texts(mine: Texts, theirs: Texts, chosen: Mapping[str, str]) -> Texts:
    """`mine`, but where "theirs" is chosen what stands."""
    return {
        name: theirs[name] if chosen.get(name) == "theirs" and name in theirs else text
        for name, text in mine.items()
    }
