"""The book of contents: what the store holds, and when it was last wanted."""

from peewee import BigIntegerField, CharField

from core.data.fields import DateTimeField
from core.data.internal import Internal


class Content(Internal):
    """One content of the store. Whoever wants it kept writes it here first, so that a sweep in
    another process either sees that or has taken it away before it is written anew.
    """

    hash = CharField(max_length=64, unique=True)
    size = BigIntegerField()
    kept_at = DateTimeField(index=True)
