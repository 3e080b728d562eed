"""A name is read as the one company it can mean, asked about, or left alone: never guessed."""

import pytest

from forecasting.errors import InvalidTickerError, NameUnclearError, UnknownNameError
from forecasting.names.reading import read_subjects
from forecasting.names.resolve import REAL_WORDS, exact, meant


def tickers(text):
    return tuple(subject.ticker for subject in read_subjects(text.split()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tesla", ("TSLA",)),
        ("Coca-Cola", ("KO",)),
        ("coca cola", ("KO",)),
        ("Tesla coca cola AAPL", ("TSLA", "KO", "AAPL")),
        ("S&P 500", ("^GSPC",)),
        ("s and p 500", ("^GSPC",)),
        ("Dow Jones", ("^DJI",)),
        ("Procter & Gamble", ("PG",)),
        ("procter and gamble", ("PG",)),
        ("McDonald's", ("MCD",)),
        ("L'Oréal", ("OR.PA",)),
        ("bitcoin", ("BTC-USD",)),
        ("биткоин", ("BTC-USD",)),
        ("Gold", ("GC=F",)),
        ("oro", ("GC=F",)),
        ("ouro", ("GC=F",)),
        ("or", ("GC=F",)),
        ("золото", ("GC=F",)),
        ("золота", ("GC=F",)),
        ("plata", ("SI=F",)),
        ("Rohöl", ("CL=F",)),
        ("тесла", ("TSLA",)),
        ("евро доллар", ("EURUSD=X",)),
        ("Itaú", ("ITUB4.SA",)),
        ("itau", ("ITUB4.SA",)),
        ("Münchener Rück", ("MUV2.DE",)),
        ("nasdaq 100", ("^NDX",)),
        ("marvell", ("MRVL",)),
    ],
)
def test_names_in_six_languages(text, expected):
    """Marks, accents, spaces and Russian cases do not matter; several words may be one name."""
    assert tickers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TSLA", ("TSLA",)),
        ("tsla", ("TSLA",)),
        ("$tsla", ("TSLA",)),
        ("brk.b", ("BRK-B",)),
        ("KO ALL ON IT", ("KO", "ALL", "ON", "IT")),
        ("COKE", ("COKE",)),
        ("$GOLD", ("GOLD",)),
        ("SAP", ("SAP",)),
        ("NOSUCH", ("NOSUCH",)),
        ("tsll", ("TSLL",)),
        ("7203.T", ("7203.T",)),
        ("HP", ("HP",)),
    ],
)
def test_real_tickers_win_over_names(text, expected):
    """What is written as a ticker is that ticker, known to the table or not."""
    assert tickers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("microsft", "MSFT"),
        ("mircosoft", "MSFT"),
        ("amazom", "AMZN"),
        ("teslla", "TSLA"),
        ("appel", "AAPL"),
        ("telsa", "TSLA"),
        ("facebok", "META"),
        ("volkswagn", "VOW3.DE"),
        ("bitcion", "BTC-USD"),
        ("etherum", "ETH-USD"),
        ("paypall", "PYPL"),
        ("porshe", "P911.DE"),
        ("starbuks", "SBUX"),
        ("adiddas", "ADS.DE"),
        ("биткон", "BTC-USD"),
        ("coca colla", "KO"),
        ("jonson and jonson", "JNJ"),
    ],
)
def test_typing_mistakes_are_forgiven(text, expected):
    """One company is near and no other."""
    assert tickers(text) == (expected,)


TRICKY = """
    metal inter delta boring modern mineral carrot people miracle cannon nation forest general
    universal modernes campbell anderson continent character america employees adventure apples
    pounds roubles barclay bayern concept chapter domino every either esther general griffin
    humans inform inventory kleine lloyd matthew mosaic pirate planta person progress publico
    rational resume sensed silbe strategy stefan technologie total trump election weather football
    morgen heute gestern montag woche gewinn aktie kurs mañana semana precio acción demain semaine
    action prix amanhã semana preço ação завтра неделя цена акция понедельник погода выборы курс
"""


@pytest.mark.parametrize("word", [word for word in TRICKY.split() if not exact(word)])
def test_words_of_their_own_are_never_a_company(word):
    """`mineral` is one letter from a company and means something else."""
    assert meant(word) is None


def test_every_word_that_looks_like_a_slip_is_kept_from_being_one():
    """The list is as long as the search for it found, and the resolver heeds it."""
    words = REAL_WORDS.read_text(encoding="utf-8").split()
    assert len(words) > 500
    assert [word for word in words if not exact(word) and meant(word)] == []


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("alphabet", ("GOOGL", "GOOG")),
        ("merck", ("MRK", "MRK.DE")),
        ("berkshire hathaway", ("BRK-B", "BRK-A")),
        ("coke", ("KO", "COKE")),
        ("GOLD", ("GC=F", "GOLD")),
    ],
)
def test_a_shared_name_is_asked_about(text, candidates):
    """Nobody gets the other share class, or the mine in place of the metal."""
    with pytest.raises(NameUnclearError) as caught:
        tickers(text)
    assert caught.value.tickers == candidates


def test_what_is_no_name_is_refused_or_left_to_the_source():
    """A word that could be a ticker is asked of the price source; other letters cannot be one."""
    assert tickers("qqqqqz") == ("QQQQQZ",)
    with pytest.raises(InvalidTickerError):
        tickers("щщщщщщщщщ")


@pytest.mark.parametrize("text", ["randon aviation", "banco interbank", "acme rocket company"])
def test_a_name_of_several_words_that_no_table_has_is_one_name(text):
    """It is not two tickers: the price source may know it."""
    with pytest.raises(UnknownNameError) as caught:
        tickers(text)
    assert caught.value.text == text


@pytest.mark.parametrize("text", ["tsll nvdl", "TSLL NVDLX ABCDEFG", "tesla rocket", "tsll 7203.t"])
def test_several_tickers_are_no_name(text):
    """Short words, capitals, or a known name among them are read one by one."""
    assert len(tickers(text)) == len(text.split())


def test_who_was_named_is_told_apart_from_what_was_typed():
    """An answer says the name only where one was read."""
    assert [s.by_name for s in read_subjects(["tesla", "KO", "tsla", "AT&T"])] == [
        True,
        False,
        False,
        True,
    ]
