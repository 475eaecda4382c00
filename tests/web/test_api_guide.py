"""docs/api.md says what is true: its examples are sent one after the other, and answered so."""

import json
import re

import pytest

from core.config import ROOT

GUIDE = (ROOT / "docs/api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```http\n(.*?)```", GUIDE, re.DOTALL)


def read(block):
    """The first line of an example, its headers, and what its body holds."""
    head, _, body = block.partition("\n\n")
    first, *lines = head.strip().split("\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return first, headers, json.loads(body) if body.strip() else None


def shown(answer, example):
    """As much of an answer as the example shows."""
    if isinstance(example, dict) and isinstance(answer, dict):
        return {name: shown(answer.get(name), example[name]) for name in example}
    if isinstance(example, list) and isinstance(answer, list) and len(answer) == len(example):
        return [shown(*pair) for pair in zip(answer, example, strict=True)]
    return answer


@pytest.mark.requirement("M8")
def test_the_examples_of_the_guide_are_answered_as_it_says(program):
    send = program("contacts.manager")
    asked, answered = BLOCKS[::2], BLOCKS[1::2]
    assert len(asked) == len(answered) > 10
    for question, expected in zip(asked, answered, strict=True):
        first, headers, body = read(question)
        status, _, example = read(expected)
        answer = send(*first.split(" ", 1), body, **headers)
        assert answer.status_code == int(status), (first, answer.text)
        assert shown(answer.json if example else None, example) == example, first


def test_the_guide_names_every_parameter_and_status_of_the_document(program):
    document = program("admin")("GET", "/api/v1/openapi.json").json
    calls = [call for path in document["paths"].values() for call in path.values()]
    statuses = {code for call in calls if isinstance(call, dict) for code in call["responses"]}
    parameters = document["paths"]["/contacts/contact"]["get"]["parameters"]
    assert [each["name"] for each in parameters if f"| `{each['name']}` |" not in GUIDE] == []
    assert [code for code in statuses if not re.search(rf"\b{code}\b", GUIDE)] == []
