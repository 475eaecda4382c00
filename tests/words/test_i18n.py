"""Lazy texts and the catalogues that they speak from."""

import os
from concurrent.futures import ThreadPoolExecutor

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from core.config import ROOT
from core.i18n import (
    LANGUAGE_NAMES,
    LANGUAGES,
    _,
    current_language,
    current_zone,
    load_catalogue,
    ngettext,
    pgettext,
    speaking,
    use_catalogues,
)

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {}\\n"\n'
)
PLURALS = {
    "uz": "nplurals=1; plural=0;",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4"
    " && (n%100<10 || n%100>=20) ? 1 : 2);",
}
UZ = """
msgid "Horse"
msgstr "Ot"

msgid "Horse: %(name)s"
msgstr "Ot: %(name)s"

msgctxt "of a letter"
msgid "Horse"
msgstr "Xat"

msgid "%(n)s horse"
msgid_plural "%(n)s horses"
msgstr[0] "%(n)s ta ot"

msgid "Broken %(name)s"
msgstr "Buzuq %(nom)s"

#, fuzzy
msgid "Guess"
msgstr "Taxmin"

msgid "Trough"
msgstr ""

msgid "100% < 200%"
msgstr "yuz %"
"""
RU = """
msgid "Horse"
msgstr "Лошадь"

msgid "%(n)s horse"
msgid_plural "%(n)s horses"
msgstr[0] "%(n)s лошадь"
msgstr[1] "%(n)s лошади"
msgstr[2] "%(n)s лошадей"
"""


def write(folder, **languages):
    folder.mkdir(exist_ok=True)
    for language, text in languages.items():
        path = folder / f"{language}.po"
        path.write_text(HEADER.format(PLURALS[language]) + text, encoding="utf-8")
    return folder


@pytest.fixture
def stable(tmp_path):
    folder = write(tmp_path / "stable", uz=UZ, ru=RU)
    use_catalogues((folder,))
    yield folder
    use_catalogues(())


def said(text, language):
    with speaking(language):
        return str(text)


def test_four_languages_are_named_in_themselves():
    assert LANGUAGES == ("uz", "uz-Cyrl", "ru", "en")
    assert tuple(LANGUAGE_NAMES) == LANGUAGES
    assert LANGUAGE_NAMES["ru"] == "Русский"


def test_a_text_is_translated_when_it_is_shown(stable):
    text = _("Horse")
    assert [said(text, each) for each in LANGUAGES] == ["Ot", "От", "Лошадь", "Horse"]
    assert f"{text:>7}" == "  Horse"


def test_outside_a_block_english_is_spoken(stable):
    assert current_language() == "en"
    with speaking("ru"), speaking("uz"):
        assert current_language() == "uz"
    assert current_language() == "en"


def test_an_unknown_language_speaks_english(stable):
    assert said(_("Horse"), "de") == "Horse"


def test_a_block_sets_the_zone_only_when_one_is_given():
    assert current_zone() == "Asia/Tashkent"
    with speaking("ru", "Asia/Almaty"):
        assert current_zone() == "Asia/Almaty"
        with speaking("uz"):
            assert current_zone() == "Asia/Almaty"
    assert current_zone() == "Asia/Tashkent"


def test_threads_speak_their_own_language(stable):
    text = _("Horse")
    with ThreadPoolExecutor(4) as pool:
        assert (
            list(pool.map(lambda each: said(text, each), ["uz", "ru"] * 40))
            == [
                "Ot",
                "Лошадь",
            ]
            * 40
        )


def test_values_fill_the_placeholders(stable):
    assert said(_("Horse: %(name)s", name="Boʻz"), "uz") == "Ot: Boʻz"
    assert said(_("Horse: %(name)s") % {"name": "Boʻz"}, "uz-Cyrl") == "От: Boʻz"
    assert said(_("Horse: %(name)s", name=_("Horse")), "uz") == "Ot: Ot"


def test_a_missing_translation_is_english(stable):
    assert said(_("Saddle %(n)s", n=1), "uz") == "Saddle 1"
    for word in ("Guess", "Trough"):
        assert said(_(word), "uz") == word


def test_without_values_a_percent_sign_is_plain(stable):
    assert said(_("100% < 200%"), "uz") == "yuz %"
    assert said(_("100% < 200%"), "ru") == "100% < 200%"


def test_a_broken_translation_falls_back_to_english(stable):
    text = _("Broken %(name)s", name="<x>")
    assert said(text, "uz") == "Broken <x>"
    with speaking("uz"):
        assert text.__html__() == "Broken &lt;x&gt;"


def test_a_context_tells_words_apart(stable):
    assert said(pgettext("of a letter", "Horse"), "uz") == "Xat"
    assert said(pgettext("of chess", "Horse"), "uz") == "Horse"


@pytest.mark.parametrize(
    ("n", "russian"),
    [(n, "лошадь") for n in (1, 21, 101)]
    + [(n, "лошади") for n in (2, 34, 102)]
    + [(n, "лошадей") for n in (0, 5, 11, 12, 14, 111, 10_000)],
)
def test_a_number_chooses_the_form(stable, n, russian):
    text = ngettext("%(n)s horse", "%(n)s horses", n)
    assert said(text, "ru") == f"{n} {russian}"
    assert said(text, "uz") == f"{n} ta ot"
    assert said(text, "uz-Cyrl") == f"{n} та от"
    assert said(text, "en") == (f"{n} horse" if n == 1 else f"{n} horses")


def test_the_number_may_be_shown_otherwise_than_it_counts(stable):
    text = ngettext("%(n)s horse", "%(n)s horses", 10_000, n="10 000+")
    assert said(text, "ru") == "10 000+ лошадей"
    assert said(text % {"n": "many"}, "en") == "many horses"


def test_an_untranslated_count_is_english(stable):
    assert said(ngettext("%(n)s cart", "%(n)s carts", 2), "ru") == "2 carts"


def test_html_escapes_the_text_and_its_values_but_no_markup(stable):
    template = jinja2.Environment(autoescape=True).from_string("{{ text }}")
    assert template.render(text=_("100% < 200%")) == "100% &lt; 200%"
    assert template.render(text=_("Horse: %(name)s", name="<b>")) == "Horse: &lt;b&gt;"
    link = Markup("<a>x</a>")
    assert template.render(text=_("Horse: %(name)s", name=link)) == "Horse: <a>x</a>"
    assert template.render(text=ngettext("%(n)s <", "%(n)s <<", 2)) == "2 &lt;&lt;"


def test_equal_texts_are_equal_in_every_language(stable):
    assert _("Horse") == _("Horse")
    assert len({_("Horse"), _("Horse"), pgettext("of chess", "Horse")}) == 2
    assert _("Horse: %(name)s", name=1) != _("Horse: %(name)s", name=2)
    assert _("Horse") != "Horse"
    assert ngettext("a", "b", 1) == ngettext("a", "b", 1) != ngettext("a", "b", 2)
    assert ngettext("a", "b", 1) != _("a")
    assert repr(_("Horse")) == "LazyText('Horse')"


def test_the_earlier_folder_wins_and_the_rest_is_merged(tmp_path, stable):
    word = '\nmsgid "{}"\nmsgstr "{}"\n'
    other = write(
        tmp_path / "other", uz=word.format("Horse", "Eshak") + word.format("Cow", "Sigir")
    )
    use_catalogues((stable, other))
    assert said(_("Horse"), "uz") == "Ot"
    assert said(_("Cow"), "uz") == "Sigir"
    use_catalogues((other,))
    assert said(_("Horse"), "uz") == "Eshak"


def test_an_addon_that_is_off_is_silent(stable):
    use_catalogues(())
    assert said(_("Horse"), "uz") == "Horse"


def test_an_edited_catalogue_is_read_again(stable):
    assert said(_("Horse"), "ru") == "Лошадь"
    write(stable, ru=RU.replace("Лошадь", "Конь"))
    os.utime(stable / "ru.po", (1, 1))
    use_catalogues((stable,))
    assert said(_("Horse"), "ru") == "Конь"


def test_a_catalogue_can_be_looked_into(stable, tmp_path):
    catalogue = load_catalogue("uz", (stable, tmp_path / "nowhere"))
    assert catalogue.texts["of a letter\x04Horse"] == "Xat"
    assert catalogue.counted["%(n)s horse"] == ("%(n)s ta ot",)
    assert not load_catalogue("en", (stable,)).texts


@pytest.mark.parametrize("damage", [b'msgid "x', b"\xff\xfe\x00", b'msgid "a"\nmsgstr "\xd0"\n'])
def test_a_damaged_catalogue_is_named_and_left_out(stable, caplog, damage):
    (stable / "ru.po").write_bytes(damage)
    use_catalogues((stable,))
    assert said(_("Horse"), "ru") == "Horse"
    assert str(stable / "ru.po") in caplog.text


def test_core_has_its_catalogues_where_they_are_looked_for():
    assert {path.name for path in (ROOT / "core/locale").glob("*.po")} == {"uz.po", "ru.po"}


@given(st.text(), st.sampled_from(LANGUAGES))
def test_any_text_can_be_said(text, language):
    strange = f"{text} \N{DROMEDARY CAMEL}"  # in no catalogue
    assert said(_(strange), language) == strange
    assert said(_("%(name)s", name=text), language) == text
