"""Addresses and templates are compiled as their libraries do it, and no more often than needed."""

import pytest
from jinja2 import DictLoader, Environment
from werkzeug.routing import Map, Rule

from core.web.compiled import Compiled
from core.web.rules import LateRule

RULES = (
    ("/", {}),
    ("/contacts/<int:id>", {}),
    ("/files/<path:name>", {"defaults": {"page": 1}}),
    ("/<word>/<int:id>/edit", {"methods": ("GET", "POST")}),
)
ASKED = (
    ("e0", {}),
    ("e0", {"search": "Oʻzbek & co"}),
    ("e1", {"id": 7, "sort": "-name"}),
    ("e2", {"name": "a/ʻb c", "page": 1}),
    ("e3", {"word": "ў", "id": 3}),
)


def addresses(kind):
    rules = [kind(text, endpoint=f"e{n}", **more) for n, (text, more) in enumerate(RULES)]
    return rules, Map(rules).bind("127.0.0.1")


@pytest.mark.parametrize(("name", "values"), ASKED)
def test_an_address_is_built_as_werkzeug_builds_it(name, values):
    assert addresses(LateRule)[1].build(name, values) == addresses(Rule)[1].build(name, values)


@pytest.mark.parametrize("path", ["/", "/contacts/7", "/files/a/b%20c", "/word/3/edit", "/no/3"])
def test_an_address_is_read_as_werkzeug_reads_it_by_the_second_app_too(path):
    def found(kind):
        _rules, made = addresses(kind)
        return made.test(path), made.test(path) and made.match(path)

    assert found(LateRule) == found(LateRule) == found(Rule)
    assert [rule.arguments for rule in addresses(LateRule)[0]] == [
        rule.arguments for rule in addresses(Rule)[0]
    ]


def test_nothing_is_compiled_before_it_is_asked_for(app, monkeypatch):
    asked = []
    compile_now = Rule._compile_builder
    monkeypatch.setattr(
        Rule,
        "_compile_builder",
        lambda rule, append_unknown=True: (
            asked.append(rule.endpoint) or compile_now(rule, append_unknown)
        ),
    )
    _rules, made = addresses(LateRule)
    assert asked == []
    assert made.build("e1", {"id": 1}) == "/contacts/1"
    assert made.build("e1", {"id": 2}) == "/contacts/2"
    assert asked == ["e1"]
    assert {type(rule) for rule in app.url_map.iter_rules()} == {LateRule}


def test_a_template_is_compiled_once_for_all_apps_while_its_text_is_the_same(monkeypatch):
    kept, asked = Compiled(), []
    compile_now = Environment.compile
    monkeypatch.setattr(
        Environment, "compile", lambda *args: asked.append(args[2]) or compile_now(*args)
    )

    def said(text):
        made = Environment(loader=DictLoader({"a": text}), bytecode_cache=kept, autoescape=True)
        return made.get_template("a").render(word="<b>")

    assert [said("one {{ word }}"), said("one {{ word }}")] == ["one &lt;b&gt;"] * 2
    assert asked == ["a"]
    assert said("two {{ word }}") == "two &lt;b&gt;"
    assert asked == ["a", "a"]
