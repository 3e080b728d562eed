"""Every catalogue is whole, says what the English says, and fits where Telegram puts it."""

import gettext
import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.errors import (
    AlertRefusedError,
    ForecastGoneError,
    LimitReachedError,
    NotAllowedError,
    Rule,
    UsageError,
)
from bot.questions.grammar import read_question
from bot.words.failures import failure, incident
from bot.words.fitting import utf16_units
from bot.words.help import bot_description, bot_short_description, commands, help_text
from bot.words.language import DOMAIN, LOCALES, Html, load_words
from bot.words.languages import language_code, languages
from bot.words.preferences import first_line, settings_text
from bot.words.privacy import privacy_text
from bot.words.settings_buttons import settings_keyboard
from storage.records.chats import PlaceSettings

CATALOGUES = languages()[1:]
HOLE = re.compile(r"\{\w*\}")
TAG = re.compile(r"</?[a-z-]+(?: [^>]*)?>")
CODE = re.compile(r"<code>(.*?)</code>")
NOW = datetime(2021, 12, 31, 12, tzinfo=UTC)
# Said for two counts at once, or with no number where there is one thing.
COUNTLESS = {"next {count} sessions"}
# Examples of questions are typed in one's own language, which the grammar reads.
QUESTIONS = (
    "<code>Will Tesla be above 300 on Friday?</code>",
    "<code>Where will bitcoin be in two weeks?</code>",
    "<code>/chance Tesla above 300 on Friday</code>",
    "<code>/chance AAPL between 180 and 200 in two weeks</code>",
)


def catalogue(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> list[Any]:
    return [message for message in catalogue(language) if message.id]


def pairs(language: str) -> list[tuple[str, str]]:
    """Each translated form beside the English whose holes it must have."""
    found = []
    for message in messages(language):
        forms = message.string if message.pluralizable else (message.string,)
        english = message.id[-1] if message.pluralizable else message.id
        found += [(english, form) for form in forms if form]
    return found


@pytest.mark.parametrize("language", CATALOGUES)
def test_no_hole_is_lost_or_made_up(language):
    """A lost hole is a number nobody sees; a made-up one is a crash."""
    for english, form in pairs(language):
        wanted, given = set(HOLE.findall(english)), set(HOLE.findall(form))
        if english in COUNTLESS:
            wanted, given = wanted - {"{count}"}, given - {"{count}"}
        assert given == wanted, form


@pytest.mark.parametrize("language", CATALOGUES)
def test_markup_is_that_of_the_english(language):
    """Telegram refuses a text whose tags do not match; commands and examples are typed as they stand."""
    for english, form in pairs(language):
        assert Counter(TAG.findall(form)) == Counter(TAG.findall(english)), form
        opened: list[str] = []
        for tag in TAG.findall(form):
            if tag.startswith("</"):
                assert opened.pop() == tag[2:-1], form
            else:
                opened.append(tag[1:-1].split()[0])
        if english not in QUESTIONS:
            assert Counter(CODE.findall(form)) == Counter(CODE.findall(english)), form
        commands_of = re.compile(r"(?<![\w{<])/[a-z]{3,}")
        assert set(commands_of.findall(form)) == set(commands_of.findall(english)), form


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("question", QUESTIONS)
def test_examples_of_questions_are_understood_in_the_language(language, question):
    """What the bot says it understands, it understands, and as the English does."""

    def read(text, spoken):
        plain = Html(text).without_markup().removeprefix("/chance ")
        return read_question(plain, NOW.date(), language_code(spoken))

    wanted = read(question, "en")
    assert wanted is not None
    assert read(load_words(language).t(question), language) == wanted


@pytest.mark.parametrize("language", CATALOGUES)
def test_nothing_is_guessed(language):
    """A fuzzy translation is one of another sentence; it would not be used."""
    assert [message.id for message in messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", CATALOGUES)
def test_what_is_shipped_is_what_was_translated(language):
    """`make words` compiles; the bot reads only what is compiled."""
    path = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with path.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in messages(language):
        if not message.pluralizable and message.string:
            assert compiled.gettext(message.id) == message.string
        elif message.pluralizable and all(message.string):
            one, many = message.id
            assert compiled.ngettext(one, many, 1) == message.string[0]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", {1: "1 Alarm", 2: "2 Alarme", 5: "5 Alarme", 21: "21 Alarme"}),
        ("es", {1: "1 alerta", 2: "2 alertas", 5: "5 alertas", 21: "21 alertas"}),
        ("fr", {0: "0 alerte", 1: "1 alerte", 2: "2 alertes", 21: "21 alertes"}),
        ("pt_BR", {0: "0 alerta", 1: "1 alerta", 2: "2 alertas", 21: "21 alertas"}),
        (
            "ru",
            {
                1: "1 оповещение", 2: "2 оповещения", 5: "5 оповещений", 11: "11 оповещений",
                21: "21 оповещение", 22: "22 оповещения", 112: "112 оповещений",
            },
        ),
    ],
)  # fmt: skip
def test_counts_have_the_forms_of_the_language(language, said):
    """As its grammars have them: Russian has three, French calls none one."""
    words = load_words(language)
    for count, text in said.items():
        assert words.n("• {count} alert", "• {count} alerts", count) == f"• {text}"


@pytest.mark.parametrize("language", languages())
def test_menus_and_descriptions_fit_into_telegrams_limits(language):
    """1 to 256 for a command, 512 and 120 for the bot's descriptions."""
    words = load_words(language)
    for command in commands(words):
        assert 1 <= utf16_units(command.description) <= 256
    assert utf16_units(bot_description(words)) <= 512
    assert utf16_units(bot_short_description(words)) <= 120


@pytest.mark.parametrize("language", languages())
def test_long_texts_are_one_message(language):
    """Help, privacy and settings come whole: Telegram takes 4096."""
    words = load_words(language)
    texts = (
        help_text(words, in_group=True),
        privacy_text(words, 30),
        settings_text(words, PlaceSettings(), NOW, in_group=True),
    )
    for text in texts:
        assert utf16_units(text.without_markup()) <= 4096


RULES: tuple[Rule, ...] = ("asker-or-admin", "admins-only", "admins-unseen", "groups-only", "not-yours")  # fmt: skip
PRESSED = (
    UsageError("stale-button", ""),
    UsageError("message-gone", ""),
    *map(NotAllowedError, RULES),
    LimitReachedError("place", 50),
    LimitReachedError("person", 500),
    LimitReachedError("alerts", 200),
    LimitReachedError("own-alerts", 20),
    AlertRefusedError("over", "BRK-B"),
    AlertRefusedError("left", "BRK-B"),
    ForecastGoneError(123_456),
)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("error", PRESSED, ids=lambda error: f"{type(error).__name__}-{error}")
def test_what_a_press_may_bring_fits_into_a_pop_up(language, error):
    """200 is what Telegram shows there; the rest would be cut."""
    assert utf16_units(failure(error, load_words(language)).without_markup()) <= 200


@pytest.mark.parametrize("language", languages())
def test_an_incident_fits_into_a_pop_up(language):
    """The number is at its end, and must not be cut."""
    assert utf16_units(incident(load_words(language), "deadbeef").without_markup()) <= 200


@pytest.mark.parametrize("language", languages())
def test_buttons_of_the_settings_are_read_on_a_phone(language):
    """A row of a phone has room for some 40 letters beside the buttons' edges."""
    for page in ("main", "time", "zone", "days", "quiet", "language"):
        for row in settings_keyboard(load_words(language), PlaceSettings(), page, in_group=True):
            text = "".join(button.text for button in row)
            assert utf16_units(text) <= 56, text


def test_a_typed_answer_finds_its_question_in_every_language():
    """The first lines are told apart, whatever language the question was asked in."""
    lines = [
        first_line(load_words(language), question)
        for language in languages()
        for question in ("time", "zone", "quiet")
    ]
    assert len(set(lines)) == len(lines)


def test_french_keeps_its_marks_beside_their_words():
    """A colon at the beginning of a line looks like a mistake: the space before it does not break."""
    french = load_words("fr")
    for message in messages("fr"):
        said = french.raw(message.id[0] if message.pluralizable else message.id)
        plain = TAG.sub("", CODE.sub("", said))
        assert not re.search(r" [:;!?»%](?!\w)|« ", plain), said
