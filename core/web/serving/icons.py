"""Symbols of the sprite, as templates write them: `{{ icon("plus", "icon-sm") }}`."""

from functools import lru_cache

from markupsafe import Markup

from core.web.serving.static import static_version


@lru_cache(maxsize=1024)  # a page holds dozens, and the same ones again
def icon(name: str, css: str = "") -> Markup:
    """One symbol; a name with a slash is the address of an addon's own symbol."""
    place = name if "/" in name else f"/static/icons.svg?v={static_version()}#{name}"
    shown = Markup('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>')
    return shown.format(f"icon {css}".strip(), place)
