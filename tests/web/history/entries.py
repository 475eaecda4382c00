"""What stands on the page of the history."""

import re


def entries(page):
    """The words of each entry on a page, without its marks."""
    rows = re.findall(r'<tr id="row-\d+">(.*?)</tr>', page.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]
