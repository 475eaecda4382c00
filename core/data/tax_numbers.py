"""Tax numbers of Uzbekistan; a doubt is a warning beside the field, never a refusal."""

import re

_STIR = re.compile(r"(?!([0-9])\1{8})[0-9]{9}")


def is_plausible_stir(text: str) -> bool:
    """Whether `text` can be a STIR: nine digits, not all alike; spaces do not matter.

    No check digit is published, so a wrong digit goes unnoticed.
    """
    return _STIR.fullmatch("".join(text.split())) is not None
