"""Pictures: how large they are, and small ones made of them."""

import threading
from typing import IO, BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from core.background.files.kinds import PICTURES
from core.background.files.store import current_store
from core.errors import UserError
from core.i18n import _

THUMBNAIL = ".webp"  # what the key of a thumbnail ends in
THUMBNAIL_TYPE = "image/webp"
EDGE = 320  # pixels, the longest of a thumbnail
MOST_PIXELS = 50_000_000

_formats = [kind.partition("/")[2].upper() for kind in sorted(PICTURES)]
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# One picture of 50 million pixels takes 200 MB while it is made small.
_one_at_a_time = threading.Lock()


def size_of(file: IO[bytes]) -> tuple[int, int] | None:
    """Width and height as the picture is looked at; None for what only looks like a picture.
    Raises `UserError` for one that is too large to be opened.
    """
    try:
        with Image.open(file, formats=_formats) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise UserError(_too_many_pixels())
            turned = picture.getexif().get(0x0112, 1) >= 5  # the tag of orientation
    except _BOMBS as error:
        raise UserError(_too_many_pixels()) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    return (height, width) if turned else (width, height)


def _too_many_pixels() -> str:
    return str(
        _(
            "A picture may have %(most)s million pixels at most: send a smaller one.",
            most=MOST_PIXELS // 1_000_000,
        )
    )


def make_thumbnail(hash: str) -> bool:
    """Keep a small copy of a picture that is kept, upright and without what a camera writes into
    it; answers whether it could be read. It takes long: call it outside of a transaction.
    """
    store = current_store()
    with _one_at_a_time, store.open(hash) as file:
        small = _small(file)
    if small is None:
        return False
    with store.draft() as draft:
        small.save(draft, "WEBP", quality=80, method=4)
        store.put(draft, hash + THUMBNAIL)
    return True


def _small(file: IO[bytes]) -> Image.Image | None:
    try:
        with Image.open(file, formats=_formats) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture.draft("RGB", (EDGE, EDGE))
            upright = ImageOps.exif_transpose(picture)
            has_alpha = upright.has_transparency_data
            small = upright.convert("RGBA" if has_alpha else "RGB")
            small.thumbnail((EDGE, EDGE))
    except (*_BOMBS, OSError, ValueError, SyntaxError, MemoryError):
        return None
    clean = Image.new(small.mode, small.size)
    clean.paste(small)
    return clean


def open_thumbnail(hash: str) -> BinaryIO:
    """The small copy of a picture, made anew where it is missing; raises FileNotFoundError."""
    try:
        return current_store().open(hash + THUMBNAIL)
    except FileNotFoundError:
        if not make_thumbnail(hash):
            raise
    return current_store().open(hash + THUMBNAIL)
