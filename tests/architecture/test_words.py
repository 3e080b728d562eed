"""Every sentence is in the catalogue, and every foreseen error has a sentence."""

import ast
import inspect
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot import errors as bot_errors
from bot.words.failures import failure, has_sentence
from bot.words.language import LOCALES, load_words
from forecasting import errors as forecasting_errors

BOT = Path(__file__).parents[2] / "bot"
KEYWORDS = {"t": None, "plain": None, "w": None, "raw": None, "n": (1, 2)}

NOT_FOR_PEOPLE = {
    bot_errors.BotError,
    bot_errors.SettingsError,
    bot_errors.UnusableSettingError,
    bot_errors.ChatGoneError,
    bot_errors.ChatSilencedError,
    bot_errors.MaybeSentError,
    bot_errors.NotSentError,
    bot_errors.StalePictureError,
    bot_errors.UnansweredError,
    bot_errors.TokenRefusedError,
    bot_errors.DeafError,
    forecasting_errors.ForecastingError,
    forecasting_errors.PriceError,
    forecasting_errors.InvalidBarsError,
    forecasting_errors.ModelArtifactError,
    forecasting_errors.AnnouncementFileError,
}


def spoken() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(BOT, keywords=KEYWORDS, method_map=[("**.py", "python")])
    return {tuple(m) if isinstance(m, (list, tuple)) else m for _, _, m, _, _ in found}


def test_catalogue_holds_every_sentence():
    """A translator sees all that people see (`make words` writes the catalogue)."""
    with (LOCALES / "tickercast.pot").open("rb") as file:
        listed = {tuple(m.id) if m.pluralizable else m.id for m in read_po(file) if m.id}
    assert listed == spoken()


def test_no_sentence_looks_like_a_pattern_of_printf():
    """`80 % range` does to gettext's tools, which then refuse every translation of it."""
    with (LOCALES / "tickercast.pot").open("rb") as file:
        assert [m.id for m in read_po(file) if m.id and "python-format" in m.flags] == []


def test_every_sentence_stands_where_it_is_said():
    """A sentence that comes from a variable is one that extraction, and so a translator, never sees."""
    for file in sorted(BOT.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and (name := name_of(call)) in KEYWORDS:
                said = call.args[:2] if name == "n" else call.args[:1]
                literal = [isinstance(one, ast.Constant) for one in said]
                assert literal, f"{file.name}:{call.lineno}"
                assert all(literal), f"{file.name}:{call.lineno}"


def name_of(call: ast.Call) -> str | None:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return None


def leaf_errors() -> list[type[Exception]]:
    return [
        kind
        for module in (bot_errors, forecasting_errors)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__ and issubclass(kind, Exception)
    ]


@pytest.mark.parametrize("kind", leaf_errors(), ids=lambda kind: kind.__name__)
def test_every_leaf_error_has_a_sentence(kind):
    """What was foreseen is explained; the rest becomes an incident."""
    known = failure.dispatch(kind) is not failure.dispatch(object)
    assert known != (kind in NOT_FOR_PEOPLE), kind


def test_unforeseen_errors_have_none():
    """An incident id is better than a guess."""
    assert not has_sentence(ZeroDivisionError())


def test_a_language_without_catalogue_is_spoken_in_english():
    """Nobody gets an empty message."""
    assert load_words("it").t("Did you mean: {x}", x="&") == "Did you mean: &amp;"
