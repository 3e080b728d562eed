"""What people type after /predict is read the way they meant it."""

import pytest

from bot.errors import UsageError
from bot.telegram.commands.parsing import PredictRequest, read_predict, words_of
from forecasting.errors import InvalidTickerError


@pytest.mark.parametrize(
    ("text", "tickers", "sessions"),
    [
        ("/predict TSLA", ("TSLA",), None),
        ("/predict tsla 10", ("TSLA",), 10),
        ("/predict@tickercast_bot $tsla 5d", ("TSLA",), 5),
        ("/predict BRK.B", ("BRK-B",), None),
        ("/predict 7203.t 20", ("7203.T",), 20),
        ("/predict ^gspc BTC-USD,aapl, AAPL", ("^GSPC", "BTC-USD", "AAPL"), None),
        ("/predict\nTSLA", ("TSLA",), None),
        ("/predict EURUSD=X", ("EURUSD=X",), None),
        ("/predict\tTSLA 5", ("TSLA",), 5),
        ("/predict\u00a0TSLA\u00a05", ("TSLA",), 5),
        ("/predict \uff34\uff33\uff2c\uff21 \uff15", ("TSLA",), 5),
        ("/predict \u200bTS\u200bLA\u200f", ("TSLA",), None),
        ("/predict 0700.HK 1", ("0700.HK",), 1),
        ("/predict", (), None),
        ("/predict   ", (), None),
    ],
)
def test_reads_tickers_and_sessions(text, tickers, sessions):
    """Case, dollar signs, commas, share classes and a number of sessions are understood."""
    assert read_predict(words_of(text)) == PredictRequest(tickers, sessions)


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("/predict tesla", PredictRequest(("TSLA",), None, ("TSLA",))),
        ("/predict coca cola 5", PredictRequest(("KO",), 5, ("KO",))),
        ("/predict S&P 500", PredictRequest(("^GSPC",), None, ("^GSPC",))),
        ("/predict nasdaq 100 5", PredictRequest(("^NDX",), 5, ("^NDX",))),
        ("/predict dax 40", PredictRequest(("^GDAXI",), None, ("^GDAXI",))),
        ("/predict dax 5", PredictRequest(("^GDAXI",), 5, ("^GDAXI",))),
        ("/predict apple, ko", PredictRequest(("AAPL", "KO"), None, ("AAPL",))),
        ("/predict золото 10", PredictRequest(("GC=F",), 10, ("GC=F",))),
    ],
)
def test_names_stand_wherever_a_ticker_may(text, request_):
    """A number that belongs to a name is no number of sessions."""
    assert read_predict(words_of(text)) == request_


@pytest.mark.parametrize("sessions", ["0", "21", "99999"])
def test_refuses_sessions_outside_one_to_twenty(sessions):
    """The reader is told the range, not given something else."""
    with pytest.raises(UsageError) as caught:
        read_predict(["TSLA", sessions])
    assert (caught.value.reason, caught.value.text) == ("sessions", sessions)


def test_refuses_a_fifth_ticker():
    """Four pictures at once are enough for a chat."""
    with pytest.raises(UsageError, match="too-many"):
        read_predict(["A", "B", "C", "D", "E"])


@pytest.mark.parametrize(
    "text",
    ["AAPL?range=max&", "../../etc/passwd", "<b>", "TSLA\x00", "Т" * 3, "A" * 20, "🚀", "''", "$"],
)
def test_refuses_what_cannot_be_a_ticker(text):
    """Nothing but the allow-list reaches a price source's address."""
    with pytest.raises(InvalidTickerError):
        read_predict([text])
