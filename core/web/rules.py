"""Addresses that are registered quickly: what builds them is compiled when one is built.

Werkzeug compiles two functions for each rule at once, which is half of the time that an app with
some hundred addresses takes to be made; few of them are ever built from their name.
`tests/web/test_compiled.py` says when another Werkzeug does it otherwise.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A rule that compiles its builders when they are first asked."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compiled: list[Builder] = []
        compile_now = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build
