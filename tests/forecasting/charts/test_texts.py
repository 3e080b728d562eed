"""Words, numbers and letters on pictures."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.charts.fonts import can_draw, drawable, file_of, outline, width
from forecasting.charts.header_footer import fit
from forecasting.charts.texts import ENGLISH, ChartTexts, readable


@pytest.mark.parametrize(
    ("price", "currency", "text"),
    [
        (303.98, "USD", "$303.98"),
        (0.0034, "USD", "$0.0034"),
        (512_340.0, "USD", "$512,340.00"),
        (2800.5, "JPY", "¥2,800.5"),
        (48_210.0, "JPY", "¥48,210"),
        (1.08432, "", "1.0843"),
        (1234.5, "GBp", "1,234.50\xa0GBp"),
        (1234.5, "SEK", "1,234.50\xa0SEK"),
        (0.00001234, "USD", "$0.00001234"),
    ],
)
def test_a_close_is_written_as_its_exchange_quotes_it(price, currency, text):
    """Cents for dollars, none for yen, and a coin's every leading zero."""
    assert ENGLISH.exact(price, currency) == text


@pytest.mark.parametrize(
    ("price", "currency", "close", "text"),
    [
        (8.5616, "", 13.80, "8.56"),
        (10.1234, "", 9.87, "10.1234"),
        (3095.0, "JPY", 2892.5, "¥3,095.0"),
        (1.078, "USD", 1.0907, "$1.0780"),
        (172.2, "USD", 234.3, "$172.20"),
    ],
)
def test_prices_of_one_line_have_the_decimals_of_its_close(price, currency, close, text):
    """8.5616 to 22.24 looked like a mistake."""
    assert ENGLISH.alike(price, currency, close) == text


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "$1,296"),
        ("de", "1.296\xa0$"),
        ("es", "1.296\xa0US$"),
        ("fr", "1\u202f296\xa0$US"),
        ("pt_BR", "US$\xa01.296"),
        ("ru", "1\xa0296\xa0$"),
    ],
)
def test_money_is_written_as_the_language_writes_it(locale, text):
    """Signs stand where the language puts them, and the typeface has them all."""
    assert ChartTexts(locale=locale).money(1296.4, "USD", 0) == text
    assert can_draw(text, bold=True)


def test_numbers_and_dates_follow_the_locale():
    """A German reads 1.234,50 € and 20. Nov.; what rounds to nothing has no sign."""
    german = ChartTexts(locale="de")
    assert german.exact(1234.5, "EUR") == "1.234,50\xa0€"
    assert german.percent(-0.123, 1) == "−12,3\xa0%"
    assert german.percent(0.123, 0) == "+12\xa0%"
    assert german.percent(-0.004, 0) == "0\xa0%"
    assert german.day(date(2026, 11, 20)) == "20. Nov."
    assert ENGLISH.full_day(date(2026, 11, 20)) == "Fri, Nov 20, 2026"


def test_a_year_is_named_where_it_begins():
    """Below January stands the year, below other months their name."""
    assert ENGLISH.month(date(2027, 1, 4)) == "2027"
    assert ENGLISH.month(date(2026, 11, 2)) == "Nov"


def test_plurals_are_the_languages_own():
    """One session, 1,234 sessions: no reader meets "1 sessions"."""
    assert ENGLISH.sessions_ahead(1) == "next session"
    assert ENGLISH.sessions_old(1) == "1 session old"
    assert ENGLISH.sessions_old(1234) == "1,234 sessions old"


@pytest.mark.parametrize("locale", ["en", "de", "fr", "ru", "el", "tr", "ar", "he", "vi"])
def test_languages_the_font_knows_are_kept(locale):
    """Latin, Cyrillic, Greek, Arabic and Hebrew letters are all there."""
    assert readable(ChartTexts(locale=locale)).locale == locale


@pytest.mark.parametrize("locale", ["ja", "zh", "ko", "hi", "th"])
def test_languages_the_font_lacks_become_english(locale):
    """Japanese, Chinese, Korean, Hindi and Thai readers see words, not empty boxes."""
    assert readable(ChartTexts(locale=locale)) == ENGLISH


def test_one_word_out_of_reach_makes_the_whole_picture_english():
    """A picture never mixes two languages."""
    assert readable(replace(ENGLISH, today="今日")) == ENGLISH


@given(st.text(max_size=40))
def test_whatever_is_drawn_has_a_glyph(text):
    """No text, whatever a person typed, leaves an empty box or breaks a line on a picture."""
    shown = drawable(text, "TSLA")
    assert can_draw(shown)
    assert "\n" not in shown
    outline(shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ＴＳＬＡ", "TSLA"),
        ("Tesla 🚀 to the moon", "Tesla to the moon"),
        ("トヨタ", "FALLBACK"),
        ("🚀", "FALLBACK"),
        ("a\nb", "a b"),
        ("Société Générale", "Société Générale"),
        ("Газпром", "Газпром"),
        ("$x^2_i$", "$x^2_i$"),
    ],
)
def test_letters_without_a_glyph_are_left_out(text, shown):
    """A rocket goes, the words beside it stay; where nothing is left the ticker stands."""
    assert drawable(text, "FALLBACK") == shown


def test_a_dollar_sign_never_starts_mathematics():
    """$a_b$ is drawn with its dollars and its line, as typed."""
    assert outline("$a_b$")[2] > outline("ab")[2] * 2


def test_every_sentence_can_be_translated():
    """A text without a field here could not be handed in."""
    spoken = [f.name for f in fields(ChartTexts)]
    assert len(spoken) == len(set(spoken)) > 30


LETTERS = {
    "en": "The quick brown fox jumps over the lazy dog — “8 in 10” · #F12 · +5 % − ±40 %",
    "de": "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich „ÄÖÜ“ €",
    "es": "El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia, añoraba: ¿¡ÁÉÍÓÚÑ!?",
    "fr": "Voix ambiguë d’un cœur qui, au zéphyr, préfère les jattes de kiwis «\u202fçÇœŒâêîôûàèùïÿ\u202f»",
    "pt_BR": "À noite, vovô Kowalsky vê o ímã cair no pé do pinguim; ãõâêôç R$",
    "ru": "Съешь же ещё этих мягких французских булок, да выпей чаю «ЁЙЪЫЭ» № ₽",
}


@pytest.mark.parametrize("locale", LETTERS)
@pytest.mark.parametrize("bold", [False, True])
def test_the_shipped_typeface_has_all_letters_of_the_six_languages(locale, bold):
    """No language falls back to another typeface: words and figures of a picture match."""
    assert file_of(LETTERS[locale], bold=bold).name.startswith("IBMPlexSans")
    assert can_draw(LETTERS[locale], bold=bold)
    texts = ChartTexts(locale=locale)
    days = "".join(texts.full_day(date(2026, month, 7)) for month in range(1, 13))
    assert file_of(days + texts.percent(-0.123, 1), bold=bold).name.startswith("IBMPlexSans")


@pytest.mark.parametrize("bold", [False, True])
def test_all_figures_are_equally_wide(bold):
    """Numbers stand in columns, and a price does not jump from day to day."""
    assert len({round(width(figure * 10, 100, bold=bold), 6) for figure in "0123456789"}) == 1


def test_the_typeface_is_shipped_with_its_licence():
    """The SIL Open Font License asks that it goes with every copy."""
    licence = file_of("A", bold=False).with_name("LICENSE.txt").read_text()
    assert "SIL OPEN FONT LICENSE" in licence.upper()


@given(st.floats(0.86, 0.999))
def test_a_line_that_fits_a_little_smaller_is_never_cut(share):
    """It is set smaller, down to 0.85 of its size, and only then loses letters."""
    text = "в 10 раза беспокойнее, чем индекс S&P 500"
    room = width(text, 35) * share
    shown, size = fit(text, 35, room)
    assert shown == text
    assert size == pytest.approx(35 * share)
    assert fit(text, 35, room * 0.8 / share)[0].endswith("…")


def test_the_samples_note_is_told_in_the_pictures_language():
    """Which library it came with is not for the picture; other notes are told as they are."""
    german = ChartTexts(locale="de", sample="Beispielkurse")
    note = "sample: GOOG 2004-2008, installed with matplotlib"
    assert german.noted(note) == "Beispielkurse"
    assert german.noted("adjusted by hand") == "adjusted by hand"
    assert german.noted("") == ""
