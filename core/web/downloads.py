"""What a file that is sent is called in the folder of its reader."""

from urllib.parse import quote

from core.attached.files.names import clean_name


def called(name: str, plain: str, how: str = "attachment") -> str:
    """The header that names a file in the words of its reader; `plain`, in ASCII, is for programs
    that know no other (RFC 6266).
    """
    file = quote(clean_name(name), safe="")
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{file}"
