"""What people and Telegram call a language leads to its catalogue."""

import pytest

from bot.answers.preferences import read_setting
from bot.errors import SettingError
from bot.words.language import load_words
from bot.words.languages import language_code, language_of, languages, own_name

SIX = ("en", "de", "es", "fr", "pt_BR", "ru")


def test_six_languages_are_spoken():
    """A catalogue in its folder is all that a language needs."""
    assert languages() == SIX


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"), ("en-GB", "en"), ("de", "de"), ("de-AT", "de"), ("es-419", "es"),
        ("fr-CA", "fr"), ("pt-br", "pt_BR"), ("pt", "pt_BR"), ("pt-PT", "pt_BR"), ("ru", "ru"),
        ("it", "en"), ("zh-hans", "en"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_telegrams_tag_finds_the_nearest_language(tag, language):
    """Who speaks none of the six is spoken to in English; of whom nothing is known, nothing is noted."""
    assert language_of(tag) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("de", "de"), ("Deutsch", "de"), ("german", "de"), ("alemán", "de"), ("allemand", "de"),
        ("pt-BR", "pt_BR"), ("pt_BR", "pt_BR"), ("português", "pt_BR"), ("Русский", "ru"),
        ("english", "en"), ("английский", "en"),
    ],
)  # fmt: skip
def test_a_language_is_chosen_by_any_of_its_names(text, language):
    """People name their language as they are used to; a button carries its letters."""
    assert read_setting("language", text) == {"language": language, "language_chosen": True}


def test_auto_follows_telegram_again_and_an_unknown_language_is_refused():
    """What was chosen can be given up; what is not spoken is said so."""
    assert read_setting("language", "auto") == {"language_chosen": False}
    with pytest.raises(SettingError):
        read_setting("language", "klingon")


def test_telegram_knows_menus_by_two_letters():
    """Telegram takes no other code for a menu or a description."""
    assert [language_code(name) for name in SIX] == ["en", "de", "es", "fr", "pt", "ru"]


def test_languages_are_named_by_their_own_speakers():
    """Whoever looks for their language finds it, whatever language the page is in."""
    assert [own_name(name) for name in SIX] == [
        "English", "Deutsch", "Español", "Français", "Português (Brasil)", "Русский",
    ]  # fmt: skip


def test_words_say_what_language_they_are():
    """Pictures and posts are known by it."""
    assert [load_words(name).language for name in SIX] == list(SIX)


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, "0"), (0.001, "< 1"), (0.006, "1"), (0.12, "12"), (0.996, "> 99"), (1.0, "100")],
)
def test_a_small_chance_is_not_called_nil(share, told):
    """Nor a great one certain."""
    assert load_words("en").chance(share).startswith(told)


def test_a_date_that_ends_with_a_full_stop_ends_its_sentence():
    """A Russian year is written with one: two would be a slip of the pen."""
    russian = load_words("ru")
    assert russian.t("It ends {day}.", day="22 июн. 2023 г.") == "It ends 22 июн. 2023 г."
    assert russian.t("It ends {day}.", day="22 июн.").endswith("июн.")
    assert russian.t("It ends {day}.", day="today") == "It ends today."


@pytest.mark.parametrize(
    ("ratio", "told"), [(-0.0004, "0.0"), (0.0004, "0.0"), (-0.0006, "−0.1"), (0.012, "+1.2")]
)
def test_no_change_has_no_sign(ratio, told):
    """Nothing is not less than nothing."""
    assert load_words("en").change(ratio) == f"{told}\u202f%"
