"""What a browser says of itself, in words."""

import pytest

from core.access.agents import LONGEST, said_agent

MOZILLA = "Mozilla/5.0"
KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = "(iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (f"{MOZILLA} (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        (f"{MOZILLA} (X11; Linux x86_64) {KIT} Chrome/140.0.0.0 Safari/537.36", "Chrome, Linux"),
        (f"{MOZILLA} (Linux; Android 15) {KIT} Chrome/140 Mobile Safari/537", "Chrome, Android"),
        (f"{MOZILLA} (Windows NT 10.0) {KIT} Chrome/140 Safari/537 Edg/140.0", "Edge, Windows"),
        (f"{MOZILLA} (Windows NT 10.0) {KIT} Chrome/140 YaBrowser/25", "Yandex Browser, Windows"),
        (f"{MOZILLA} {PHONE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        (f"{MOZILLA} {PHONE} CriOS/140 Mobile/15E148 Safari/604.1", "Chrome, iPhone"),
        (
            f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {KIT} Version/18 Safari/6",
            "Safari, macOS",
        ),
        ("curl/8.5.0", "curl"),
        ("", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_browser_and_system_are_said_in_words(header, said):
    assert said_agent(header) == said


def test_what_calls_itself_long_is_cut():
    assert len(said_agent("a" * 500)) == LONGEST
