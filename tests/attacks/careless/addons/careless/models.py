"""What the careless addon keeps."""

from core.api import CharField, IntegerField, Model, TextField, _


class Note(Model):
    """Something that was written down."""

    name = CharField(verbose_name=_("Name"))
    text = TextField(default="", verbose_name=_("Text"))
    views = IntegerField(default=0, verbose_name=_("Views"))

    class Meta:
        search = ("name", "text")

    def __str__(self) -> str:
        return str(self.name)
