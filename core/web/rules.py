"""Addresses that are registered quickly, each read once in a process and compiled when needed.

Werkzeug compiles two functions for each rule at once, which is half of the time that an app with
some hundred addresses takes to be made; few of them are ever built from their name. An app is made
anew whenever an addon goes on or off, with the same addresses but for that addon's.
`tests/web/test_compiled.py` says when another Werkzeug does it otherwise.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.rules import RulePart

Builder = Callable[..., tuple[str, str]]


class Read(NamedTuple):
    """What Werkzeug reads from the text of a rule."""

    parts: tuple[RulePart, ...]
    trace: tuple[tuple[bool, str], ...]
    converters: tuple[tuple[Any, ...], ...]


_read: dict[str, Read] = {}


class LateRule(Rule):
    """A rule whose text is read once, and that compiles its builders when they are first asked."""

    def get_converter(
        self,
        variable_name: str,
        converter_name: str,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> BaseConverter:
        self._asked.append((variable_name, converter_name, args, kwargs))
        return super().get_converter(variable_name, converter_name, args, kwargs)

    def _parse_rule(self, rule: str) -> Iterable[RulePart]:
        self._asked: list[tuple[Any, ...]] = []
        if (read := _read.get(rule)) is None:
            before = len(self._trace)
            parts = tuple(super()._parse_rule(rule))
            read = Read(parts, tuple(self._trace[before:]), tuple(self._asked))
            _read[rule] = read
            return parts
        for asked in read.converters:
            self._converters[asked[0]] = super().get_converter(*asked)
            self.arguments.add(asked[0])
        self._trace += read.trace
        return read.parts

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compiled: list[Builder] = []
        compile_now = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build
