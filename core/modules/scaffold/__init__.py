"""Make a new addon: a model with its list, roles, texts and tests, to be changed into your own.

The files under template/ are those of the addon; `$name` and `$title` in them become its own.
"""

import keyword
import shutil
from pathlib import Path
from string import Template

from core.catalogues import update
from core.errors import UserError
from core.i18n import _
from core.modules.discovery import Found
from core.modules.manifest import NAME, RESERVED

TEMPLATE = Path(__file__).parent / "template"
SUFFIX = ".template"
WORDS = {
    "$title": ("$title", "$title"),
    "$title: read and write": ("$title: oʻqish va yozish", "$title: чтение и запись"),
    "$title: manage": ("$title: boshqarish", "$title: управление"),
    "What is worth writing down.": (
        "Yozib qoʻyishga arziydigan narsalar.",
        "То, что стоит записать.",
    ),
    "Entries": ("Yozuvlar", "Записи"),
    "New entry": ("Yangi yozuv", "Новая запись"),
    "Name": ("Nomi", "Название"),
    "Note": ("Izoh", "Примечание"),
}


def make_addon(name: str, into: Path, found: Found) -> Path:
    """Make the folder `into`/`name` and answer it; `found` are the addons that there are already.

    Raises `UserError` for a name that an addon cannot have, or has.
    """
    _check(name, into, found)
    words = {"name": name, "title": name.replace("_", " ").capitalize()}
    making = into / f".{name}.making"
    shutil.rmtree(making, ignore_errors=True)
    for source in sorted(TEMPLATE.rglob(f"*{SUFFIX}")):
        target = making / Template(str(source.relative_to(TEMPLATE))).substitute(words)
        target = target.with_name(target.name.removesuffix(SUFFIX))
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        target.write_text(Template(text).substitute(words), encoding="utf-8")
    _translate(making, words)
    return making.rename(into / name)


def _check(name: str, into: Path, found: Found) -> None:
    if not NAME.fullmatch(name) or keyword.iskeyword(name) or name in RESERVED:
        raise UserError(
            _(
                "An addon cannot be called %(name)s: take a small letter, then small letters,"
                " digits and _ , and no word that Python or the core uses.",
                name=name,
            )
        )
    if name in found.manifests or name in found.broken or (into / name).exists():
        raise UserError(_("There is an addon %(name)s already: take another name.", name=name))


def _translate(folder: Path, words: dict[str, str]) -> None:
    for file in update(folder):
        text = file.read_text(encoding="utf-8")
        place = ("uz", "ru").index(file.stem)
        for english, translations in WORDS.items():
            source = Template(english).substitute(words)
            translation = Template(translations[place]).substitute(words)
            text = text.replace(
                f'msgid "{source}"\nmsgstr ""\n', f'msgid "{source}"\nmsgstr "{translation}"\n'
            )
        file.write_text(text, encoding="utf-8")
