"""Uzbek in Cyrillic, and folding: one spelling for all ways of writing a word."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alphabet import fold, fold_digits, to_cyrillic

# Everyday words and names; none is a loan word whose Cyrillic letters its Latin ones do not show.
WORDS = (Path(__file__).parent / "uzbek_words.txt").read_text(encoding="utf-8").split()


def test_there_are_two_hundred_words():
    assert len(set(WORDS)) >= 200


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Oʻzbekiston Respublikasi", "Ўзбекистон Республикаси"),
        ("Gʻafur Gʻulom koʻchasi", "Ғафур Ғулом кўчаси"),
        ("shartnoma va choy", "шартнома ва чой"),
        ("yangi yil, yoʻl, ayol, yuk", "янги йил, йўл, аёл, юк"),
        ("yetkazib beruvchi", "етказиб берувчи"),
        ("eski poema, aeroport, belgi", "эски поэма, аэропорт, белги"),
        ("maʼlumot, eʼlon, sanʼat", "маълумот, эълон, санъат"),
        ("Isʼhoq asʼhob bilan", "Исҳоқ асҳоб билан"),
        ("tayyor sayyoh", "тайёр сайёҳ"),
        ("xat, hujjat, qogʻoz, joy", "хат, ҳужжат, қоғоз, жой"),
        ("konstitutsiya, aksiya, 5 protsent", "конституция, акция, 5 процент"),
        ("pensiya, versiya, uyatsiz", "пенсия, версия, уятсиз"),
        ("1-sentabr, 2-sentabrda", "1-сентябрь, 2-сентябрда"),
        ("Modul: modullar", "Модуль: модуллар"),
        ("obyekt, kompyuter, rayon", "объект, компьютер, район"),
        ("o'g'il, to'g'ri, tog‘ va “bog’”", "ўғил, тўғри, тоғ ва “боғ”"),
        ("'salom'", "'салом'"),
    ],
)
def test_uzbek_is_written_in_cyrillic(latin, cyrillic):
    assert to_cyrillic(latin) == cyrillic


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("OʻZBEKISTON", "ЎЗБЕКИСТОН"),
        ("SHARTNOMA CHEK", "ШАРТНОМА ЧЕК"),
        ("Sharh, Chop, Yangi, Yoʻl", "Шарҳ, Чоп, Янги, Йўл"),
        ("YOʻL, Eʼtibor, ETIBOR, E", "ЙЎЛ, Эътибор, ЭТИБОР, Э"),
        ("STIR, QQS, EHF, JSHSHIR", "СТИР, ҚҚС, ЭҲФ, ЖШШИР"),
        ("STIRni yozing", "СТИРни ёзинг"),
        ("Bahor MChJ, Xiva YaTT, AJ", "Баҳор МЧЖ, Хива ЯТТ, АЖ"),
    ],
)
def test_capitals_stay_capitals(latin, cyrillic):
    assert to_cyrillic(latin) == cyrillic


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Mijoz: %(name)s, %(count)d ta", "Мижоз: %(name)s, %(count)d та"),
        ("{name} topilmadi", "{name} топилмади"),
        ('<a href="/x">ochish</a> &nbsp;yoʻq', '<a href="/x">очиш</a> &nbsp;йўқ'),
        ("https://karvon.uz/yordam ga qarang", "https://karvon.uz/yordam га қаранг"),
        ("info@example.uz manzili, @bahor", "info@example.uz манзили, @bahor"),
        ("config.ini faylida `addon list` va --lang", "config.ini файлида `addon list` ва --lang"),
        ("/api/v1/contacts orqali yoki/va", "/api/v1/contacts орқали ёки/ва"),
        ("CSV, XLSX va PDF-fayl, Email", "CSV, XLSX ва PDF-файл, Email"),
        ("Telegram, WhatsApp, Excel, SQLite", "Telegram, WhatsApp, Excel, SQLite"),
        ("KARVON_SERVER__PORT, A4 qogʻoz", "KARVON_SERVER__PORT, A4 қоғоз"),
        ("100% toʻlangan", "100% тўланган"),
    ],
)
def test_what_is_not_uzbek_stays_latin(latin, cyrillic):
    assert to_cyrillic(latin) == cyrillic


def test_cyrillic_is_left_as_it_is():
    assert to_cyrillic("Ўзбекистон, Щербаков") == "Ўзбекистон, Щербаков"


@pytest.mark.parametrize(
    "written",
    [
        "Oʻtkir",
        "O'tkir",
        "O‘tkir",
        "O’tkir",
        "O`tkir",
        "Oʼtkir",
        "O´tkir",
        "Otkir",
        "Ўткир",
        "ЎТКИР",
        "У\u0306ткир",
        "  oʻtkir\t",
    ],
)
def test_every_spelling_of_otkir_folds_alike(written):
    assert fold(written) == "otkir"


@pytest.mark.parametrize(
    "alike",
    [
        ("Aliyev", "Алиев", "Aliev", "АЛИЕВ"),
        ("Baxtiyor", "Бахтиёр", "Бахтиер"),
        ("Фёдор", "Федор", "Fyodor", "Fedor"),
        ("Mariya", "Мария", "Maria"),
        ("Щербаков", "Sherbakov"),
        ("Цой", "Tsoy"),
        ("объект", "обект", "obyekt"),
        ("Крылов", "Krilov"),
        ("Hasan", "Ҳасан"),
        ("Xurshid", "Хуршид"),
        ("Müller", "MULLER", "mu\u0308ller"),
        ("Straße", "STRASSE"),
        ('"Bahor" MCHJ', "«Баҳор»  МЧЖ", "Bahor\u00a0MCHJ"),
        ("Тоҷикӣ", "Tochiki"),
    ],
)
def test_spellings_that_people_mix_fold_alike(alike):
    assert len({fold(each) for each in alike}) == 1


def test_letters_that_a_russian_keyboard_lacks_are_found_without_it():
    assert fold("Гулчеҳра") == fold("Гулчехра") == fold("Gulchehra") == fold("Gulchexra")
    assert fold("Қодиров") == fold("Кодиров") == fold("Qodirov")
    assert fold("Hasan") != fold("Kasan")


@pytest.mark.parametrize("typed", ["Aliy", "Алие", "Бахтиё", "Baxtiy", "Мари", "oʻtki", "ЎТ"])
def test_what_is_typed_so_far_begins_a_folded_name(typed):
    names = ("Aliyev", "Бахтиёр", "Maria", "Ўткир")
    assert any(fold(name).startswith(fold(typed)) for name in names)


@pytest.mark.parametrize("word", WORDS)
def test_an_uzbek_word_folds_alike_in_both_alphabets(word):
    written = to_cyrillic(word)
    assert not any(letter.isascii() for letter in written)
    assert fold(written) == fold(word)
    assert fold(word).isascii()


MIXED = st.text(alphabet="yoeiYOаеёийьцщʻ'ʼ aʔ\u0306\u0308ıİſßΣς\u00a0", max_size=20)


@given(st.one_of(st.text(), MIXED))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_no_text_breaks_folding_or_writing(text):
    fold(text)
    fold_digits(text)
    to_cyrillic(text)


@given(st.text())
def test_folding_leaves_single_spaces_between_words(text):
    assert fold(text) == " ".join(fold(text).split())


def test_a_telephone_is_compared_by_its_digits():
    assert fold_digits("+998 90 123-45-67") == "998901234567"
    assert "901234567" in fold_digits("+998 (90) 123 45 67")
    assert fold_digits("yoʻq") == ""
