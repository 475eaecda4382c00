"""What a server writes on its console."""

import json
import logging
import sys

import pytest

from core.data.history import coming_from
from core.web.serving.logs import OneLine, OneObject


def _written(text, exc_info=None):
    record = logging.LogRecord("karvon", logging.ERROR, "", 1, text, (), exc_info)
    return OneLine().format(record)


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x1b[2J", "\x85", "\u2028"])
def test_what_a_stranger_sent_cannot_forge_a_line(sign):
    written = _written(f"GET /a{sign}2026-01-01 ERROR all is lost")
    assert len(written.splitlines()) == 1
    assert written.isprintable()


def test_the_lines_of_a_traceback_cannot_be_mistaken_for_others():
    try:
        raise ValueError("first\n2026-01-01 ERROR forged")
    except ValueError:
        written = _written("It broke", sys.exc_info())
    first, *others = written.splitlines()
    assert "It broke" in first
    assert all(line.startswith("  | ") for line in others)
    assert others[-1].endswith("ERROR forged")


def test_an_event_is_one_json_object_with_the_name_of_its_request():
    record = logging.LogRecord("karvon", logging.ERROR, "", 1, "a\nb", (), None)
    with coming_from("127.0.0.1", "ab12cd34"):
        written = OneObject().format(record)
    assert len(written.splitlines()) == 1
    said = json.loads(written)
    assert (said["message"], said["level"], said["request"]) == ("a\nb", "ERROR", "ab12cd34")
    assert "exception" not in said
