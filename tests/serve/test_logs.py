"""What a server writes on its console."""

import logging
import sys

import pytest

from core.web.serving.logs import OneLine


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
