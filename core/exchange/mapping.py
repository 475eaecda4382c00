"""The TOML of maps and plans: which column goes into which field. docs/import.md explains it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from core.exchange.problems import Problem, Problems, nearest, quoted

SOURCE_KEYS = ("column", "constant", "format", "values", "model", "key")
MAP_KEYS = ("key", "skip_without", "fields", "parts")
STEP_KEYS = ("name", "file", "model", *MAP_KEYS)
PLAN_KEYS = ("step",)
LARGEST = 1_000_000  # bytes of TOML


@dataclass(frozen=True)
class Source:
    """Where a value comes from: a column, translated by `values` and put into `format`, or a
    constant. For a reference, `model` and `key` say which record has it.
    """

    column: str = ""
    constant: str | None = None
    format: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    key: str = ""


@dataclass(frozen=True)
class Step:
    """One pass over one file: each row becomes a record of `model`, found again by `key`.

    `place` leads to it in the file `origin`; `skip_without` is a column: rows where it is blank
    are left out. `fields` is None when every column stands for the field of its name.
    """

    origin: str
    place: str
    name: str
    file: str
    model: str
    key: str = ""
    skip_without: str = ""
    fields: Mapping[str, Source] | None = None
    parts: Mapping[str, list[Mapping[str, Source]]] = field(default_factory=dict)


class Reading:
    """Reads one TOML file into steps; what is wrong with it is told to `problems`."""

    def __init__(self, path: Path, problems: Problems) -> None:
        self.path = path
        self.origin = path.name
        self.problems = problems

    def plan(self) -> list[Step]:
        """The steps of a plan, in order."""
        raw = self._load()
        if raw is None:
            return []
        self._check_keys(raw, PLAN_KEYS, "")
        steps = raw.get("step", [])
        if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
            self.tell("step", "the steps are no list of tables", "Begin each one with [[step]]")
            return []
        if not steps:
            self.tell("", "the plan has no step", "Write one, beginning with [[step]]")
        return [self._step(step, f"step {number}") for number, step in enumerate(steps, 1)]

    def map(self, model: str, file: str) -> Step:
        """The map of one file."""
        raw = self._load()
        if raw is None:
            return Step(self.origin, "", file, file, model)
        self._check_keys(raw, MAP_KEYS, "")
        return self._mapped(raw, "", name=file, file=file, model=model)

    def tell(self, place: str, reason: str, cure: str) -> None:
        self.problems.add(Problem(self.origin, reason, cure, place=place))

    def _load(self) -> dict[str, Any] | None:
        try:
            with self.path.open("rb") as file:
                text = file.read(LARGEST + 1)
            if len(text) > LARGEST:
                self.tell("", "the file is larger than 1 MB", "Name a plan")
                return None
            return tomllib.loads(text.decode())
        except OSError as error:
            self.tell("", f"the file cannot be read: {error.strerror}", "Check its name")
        except UnicodeDecodeError:
            self.tell("", "the file is not UTF-8", "Save it as UTF-8")
        except (tomllib.TOMLDecodeError, ValueError) as error:
            self.tell("", f"this is no TOML: {error}", "Correct that place")
        except RecursionError:
            self.tell("", "the brackets are nested too deeply", "Write it more simply")
        return None

    def _check_keys(self, raw: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
        for key in raw:
            if key not in known:
                self.tell(place, f"there is no key {quoted(key)}", nearest(key, known))

    def _step(self, raw: dict[str, Any], place: str) -> Step:
        self._check_keys(raw, STEP_KEYS, place)
        named = {key: self._word(raw, key, place) for key in ("name", "file", "model")}
        for key in ("file", "model"):
            if not named[key] and key not in raw:
                self.tell(place, f"the key “{key}” is missing", f"Name the {key}")
        if PurePath(named["file"]).is_absolute() or ".." in PurePath(named["file"]).parts:
            reason = f"the file {quoted(named['file'])} lies outside the folder"
            self.tell(place, reason, "Name a file in the folder that is imported")
        named["name"] = named["name"] or f"{named['file']} → {named['model']}"
        return self._mapped(raw, place, **named)

    def _mapped(self, raw: dict[str, Any], place: str, **named: str) -> Step:
        fields = self._sources(raw.get("fields"), _inside(place, "fields"))
        if "fields" not in raw:
            self.tell(place, "the key “fields” is missing", "Name the fields and their columns")
        return Step(
            self.origin,
            place,
            key=self._word(raw, "key", place),
            skip_without=self._word(raw, "skip_without", place),
            fields=fields,
            parts=self._parts(raw.get("parts", {}), _inside(place, "parts")),
            **named,
        )

    def _parts(self, raw: Any, place: str) -> dict[str, list[Mapping[str, Source]]]:
        if not isinstance(raw, dict) or not all(
            isinstance(lines, list) and all(isinstance(line, dict) for line in lines)
            for lines in raw.values()
        ):
            cure = 'Write such as telephones = [{ number = "phone" }]'
            self.tell(place, "parts are lists of tables", cure)
            return {}
        return {
            name: [
                self._sources(line, f"{_inside(place, name)}[{number}]")
                for number, line in enumerate(lines, 1)
            ]
            for name, lines in raw.items()
        }

    def _sources(self, raw: Any, place: str) -> dict[str, Source]:
        if raw is None:
            return {}
        if not isinstance(raw, dict):
            self.tell(place, "this is no table", 'Write such as name = "company_name"')
            return {}
        found = {name: self._source(value, _inside(place, name)) for name, value in raw.items()}
        return {name: source for name, source in found.items() if source}

    def _source(self, raw: Any, place: str) -> Source | None:
        if isinstance(raw, str):
            raw = {"column": raw}
        if not isinstance(raw, dict):
            self.tell(place, "this is neither a column nor a table",
                      "Write the name of a column, or { constant = … }")  # fmt: skip
            return None
        self._check_keys(raw, SOURCE_KEYS, place)
        if ("column" in raw) == ("constant" in raw):
            self.tell(place, "it needs either a column or a constant", "Write one of the two")
            return None
        source = Source(
            constant=self._text(raw["constant"], place) if "constant" in raw else None,
            values=self._values(raw.get("values", {}), place),
            **{key: self._word(raw, key, place) for key in ("column", "format", "model", "key")},
        )
        if source.format and source.format.count("{}") != 1:
            self.tell(place, f"the format {quoted(source.format)} does not hold {{}} once",
                      "Write {} where the cell goes, such as customer-{}")  # fmt: skip
        return source

    def _values(self, raw: Any, place: str) -> dict[str, str]:
        if not isinstance(raw, dict):
            self.tell(place, "“values” is no table", 'Write such as values = { A = "active" }')
            return {}
        return {cell.strip(): self._text(value, place) for cell, value in raw.items()}

    def _word(self, raw: Mapping[str, Any], key: str, place: str) -> str:
        value = raw.get(key, "")
        if not isinstance(value, str) or (key in raw and not value.strip()):
            self.tell(place, f"“{key}” is no text", f'Write {key} = "…"')
            return ""
        return value.strip() if key == "column" else value

    def _text(self, value: Any, place: str) -> str:
        """A value of TOML as it would stand in a cell."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (str, int)):
            return str(value)
        if isinstance(value, date):  # a datetime is one too
            return value.isoformat()
        self.tell(place, "this kind of value cannot stand in a cell", "Write it as text in quotes")
        return ""


def _inside(place: str, name: str) -> str:
    """Lead on from a place: to "step 2, fields", and from there to "step 2, fields.name"."""
    if not place:
        return name
    first = place.startswith("step") and "," not in place
    return f"{place}, {name}" if first else f"{place}.{name}"
