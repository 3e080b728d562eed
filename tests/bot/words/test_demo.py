"""The sample has few tickers, and no sentence names others."""

import re

import pytest

from bot.words.compare import compare_usage
from bot.words.demo import demo_tickers, not_in_demo
from bot.words.examples import WRITTEN
from bot.words.failures import failure
from bot.words.help import help_text, predict_usage, private_hint, welcome
from bot.words.language import load_words
from bot.words.questions import chance_usage, examples
from forecasting.errors import InvalidTickerError, UnknownTickerError

SAMPLE = ("GOOG", "^GSPC", "^IXIC")
ELSEWHERE = re.compile(r"TSLA|AAPL|BTC-USD|\bKO\b|Tesla|[Bb]itcoin|биткоин|BRK\.B|7203|VOD")


@pytest.mark.parametrize("tickers", [SAMPLE, ("GOOG",)])
@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_hints_name_what_can_be_asked(tickers, language):
    """Help, usage and welcome, in any language; with the index files or without."""
    words = load_words(language, tickers)
    said = (
        help_text(words, in_group=True),
        predict_usage(words, has_recent=False),
        private_hint(words),
        welcome(words, tickers[0]),
        chance_usage(words),
        compare_usage(words, 4),
        examples(words),
    )
    for text in said:
        assert "GOOG" in text or tickers[-1] in text
        assert not ELSEWHERE.findall(text)


def test_with_all_prices_the_examples_stay():
    """Nothing is exchanged where everything can be asked."""
    assert set(WRITTEN) <= set(
        re.findall(r"[A-Z]+(?:-USD)?", help_text(load_words(), in_group=False))
    )


def test_another_ticker_is_refused_with_what_there_is():
    """The names that people know, and the way to all others."""
    words = load_words("en", SAMPLE)
    text = failure(UnknownTickerError("TSLA", "sample", SAMPLE), words).without_markup()
    assert text.startswith("This demo has GOOG, the S&P 500 and the Nasdaq. TSLA needs")
    assert "GOOG alone" in not_in_demo(words, "TSLA", ("GOOG",))
    assert demo_tickers(words, SAMPLE) in failure(UnknownTickerError("KO", "sample", SAMPLE), words)


def test_what_a_person_typed_is_left_as_it_is():
    """Only the examples of the sentence are exchanged, never what fills its holes."""
    text = failure(InvalidTickerError("TSLA!!"), load_words("en", SAMPLE))
    assert "“TSLA!!”" in text
    assert "/predict GOOG" in text


def test_with_price_files_the_examples_are_theirs():
    """What the files hold is named, and that others cannot be asked for."""
    words = load_words("en", ("MMM", "GE"), demo=False)
    assert "what the price files hold, such as MMM and GE." in help_text(words)
    assert "/compare MMM GE" in compare_usage(words, 4)
    said = failure(UnknownTickerError("KO", "files", ()), words).without_markup()
    assert said == "The price files here hold no KO. Some that they hold:"
