"""A browser and its system in words, from what it says of itself."""

import re

# The first that is found: most browsers claim to be those that stand below them.
BROWSERS = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("YaBrowser/", "Yandex Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
LONGEST = 64
_PROGRAM = re.compile(r"[A-Za-z][\w.-]*")


def said_agent(header: str) -> str:
    """“Firefox, Windows” for a User-Agent header; the name of a program that is no browser; empty
    where nothing is known. The words are names and the same in every language.
    """
    browser = next((name for mark, name in BROWSERS if mark in header), "")
    system = next((name for mark, name in SYSTEMS if mark in header), "")
    if browser or system:
        return ", ".join(filter(None, (browser, system)))
    found = _PROGRAM.match(header)
    return found.group()[:LONGEST] if found else ""
