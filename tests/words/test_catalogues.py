"""What translators work with: texts collected from an addon, merged into its catalogues."""

import pytest

from core.catalogues import collect, faults, missing, update
from core.errors import UserError
from core.i18n import _, ngettext, pgettext, speaking, use_catalogues

MODELS = """
from core.i18n import _, ngettext, pgettext

# Translators: shown above the list
TITLE = _("Horses")
HELLO = _("Hello %(name)s", name="x")
WORD = pgettext("of a letter", "Horse")
MANY = ngettext("%(n)s horse", "%(n)s horses", 3)
PLAIN = "not for people"
"""
PAGE = """
<h1>{{ _("Horses") }}</h1>{% do 1 %}
<p title="{{ _('Ride %(name)s', name=horse.name) }}">{{ pgettext("of chess", "Horse") }}</p>
{{ ngettext("%(n)s cart", "%(n)s carts", carts|length) }}
"""
MANIFEST = 'title = "Stable"\nsummary = "Horses and carts"\nversion = "1.0"\n'
SOURCES = ["%(n)s cart", "%(n)s horse", "Hello %(name)s", "Horse", "Horse", "Horses"]
SOURCES += ["Horses and carts", "Ride %(name)s", "Stable"]


@pytest.fixture
def stable(tmp_path):
    folder = tmp_path / "stable"
    (folder / "templates/stable").mkdir(parents=True)
    (folder / "tests").mkdir()
    (folder / "models.py").write_text(MODELS, encoding="utf-8")
    (folder / "templates/stable/page.html").write_text(PAGE, encoding="utf-8")
    (folder / "manifest.toml").write_text(MANIFEST, encoding="utf-8")
    (folder / "tests/test_x.py").write_text('_("Only a test")', encoding="utf-8")
    return folder


def translate(folder, language, **translations):
    path = folder / f"i18n/{language}.po"
    text = path.read_text(encoding="utf-8")
    for source, wording in translations.items():
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{wording}"')
    path.write_text(text, encoding="utf-8")


def test_texts_come_from_code_templates_and_the_manifest(stable):
    found = collect(stable)
    assert sorted(str(each.id) for each in found if each.id and isinstance(each.id, str)) == [
        each for each in SOURCES if "(n)" not in each
    ]
    assert found.get(("%(n)s cart", "%(n)s carts"))
    assert found.get("Horse", "of a letter")
    assert found.get("Horse", "of chess")
    assert [name for name, line in found.get("Horses").locations] == [
        "models.py",
        "templates/stable/page.html",
    ]


def test_a_first_update_writes_every_text_without_translation(stable):
    assert update(stable) == [stable / "i18n/uz.po", stable / "i18n/ru.po"]
    assert missing(stable) == {"uz": SOURCES, "ru": SOURCES}
    text = (stable / "i18n/uz.po").read_text(encoding="utf-8")
    assert '"Plural-Forms: nplurals=1; plural=0;\\n"' in text
    assert "#. Translators: shown above the list" in text
    assert "#: models.py templates/stable/page.html\n" in text
    assert "Date" not in text


def test_a_folder_without_catalogues_misses_everything(stable):
    assert missing(stable) == {"uz": SOURCES, "ru": SOURCES}


def test_a_second_update_changes_nothing(stable):
    update(stable)
    translate(stable, "uz", Horses="Otlar")
    update(stable)
    before = (stable / "i18n/uz.po").read_bytes()
    assert update(stable) == []
    assert (stable / "i18n/uz.po").read_bytes() == before


def test_texts_are_sorted(stable):
    update(stable)
    lines = (stable / "i18n/ru.po").read_text(encoding="utf-8").splitlines()
    sources = [line[7:-1] for line in lines if line.startswith("msgid ") and line != 'msgid ""']
    assert sources == sorted(sources) == SOURCES


def test_an_update_keeps_translations_and_comments_and_drops_what_is_no_longer_said(stable):
    update(stable)
    translate(stable, "uz", Horses="Otlar", Stable="Otxona")
    path = stable / "i18n/uz.po"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("#. Translators", "# by Malika\n#. Translators"), "utf-8")
    (stable / "manifest.toml").write_text(MANIFEST.replace("Stable", "Barn"), encoding="utf-8")
    assert path in update(stable)
    text = path.read_text(encoding="utf-8")
    assert 'msgid "Horses"\nmsgstr "Otlar"' in text
    assert "# by Malika" in text
    assert "Otxona" not in text
    assert "Barn" in missing(stable)["uz"]
    assert "Horses" not in missing(stable)["uz"]


def test_moving_code_to_other_lines_changes_no_catalogue(stable):
    update(stable)
    (stable / "models.py").write_text("\n\n\n" + MODELS, encoding="utf-8")
    assert update(stable) == []


def test_a_guess_and_an_incomplete_count_are_missing(stable):
    update(stable)
    path = stable / "i18n/ru.po"
    text = path.read_text(encoding="utf-8")
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s"', 1)
    text = text.replace('msgid "Stable"\nmsgstr ""', '#, fuzzy\nmsgid "Stable"\nmsgstr "Конь"')
    path.write_text(text, encoding="utf-8")
    assert missing(stable, ("ru",)) == {"ru": SOURCES}


def test_what_was_translated_is_spoken(stable):
    update(stable)
    translate(stable, "uz", Horses="Otlar")
    path = stable / "i18n/uz.po"
    text = path.read_text(encoding="utf-8")
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s ta ot"')
    path.write_text(
        text.replace(
            '"of chess"\nmsgid "Horse"\nmsgstr ""', '"of chess"\nmsgid "Horse"\nmsgstr "Ot"'
        )
    )
    update(stable)
    use_catalogues((stable / "i18n",))
    with speaking("uz"):
        assert str(_("Horses")) == "Otlar"
        assert str(pgettext("of chess", "Horse")) == "Ot"
        assert str(ngettext("%(n)s horse", "%(n)s horses", 7)) == "7 ta ot"
    use_catalogues(())


@pytest.mark.parametrize(
    ("language", "wording", "fault"),
    [
        ("uz", "%(name)sga salom", "a suffix is glued"),
        ("uz", "Salom, %(nom)s", "the placeholders are not those of 'Hello %(name)s'"),
        ("ru", "Привет", "the placeholders are not those of"),
        ("uz", "Qo'shilgan: %(name)s", "U+02BB"),
        ("uz", "Qo‘shilgan: %(name)s", "U+02BB"),
        ("uz", "Qoʻshilgan maʼlumot: %(name)s", None),
        ("uz", "<a href='x'>%(name)s</a>", None),
        ("ru", "%(name)s, привет", None),
        ("uz", "Salom, %(name)s. Salom, %(name)s. ", "again and again"),
    ],
)
def test_a_translation_that_reads_wrongly_is_named(stable, language, wording, fault):
    update(stable)
    translate(stable, language, **{"Hello %(name)s": wording})
    found = faults(stable)
    if fault is None:
        assert found == []
    else:
        assert len(found) == 1
        assert fault in found[0]
        assert f"{language}.po" in found[0]


def test_a_count_may_leave_the_number_out(stable):
    update(stable)
    path = stable / "i18n/uz.po"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('msgstr[0] ""', 'msgstr[0] "bir necha"'), encoding="utf-8")
    assert faults(stable) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("models.py", b'_("unfinished'),
        ("models.py", b"_('\xff')"),
        ("templates/stable/page.html", b"{% if %}"),
        ("manifest.toml", b"title = "),
        ("i18n/uz.po", b'msgid "x'),
    ],
)
def test_a_file_that_cannot_be_read_is_named(stable, name, content):
    update(stable)
    (stable / name).write_bytes(content)
    with pytest.raises(UserError, match="mend it") as caught:
        update(stable)
    assert str(stable / name) in str(caught.value)
