"""What is said of one ticker's news, in one language, worded once: a crowd asks for the same."""

from functools import cache

from bot.words.language import Html, Words
from bot.words.ticker_news import TickerNews


class NewsLines:
    """The parts of a digest that are about one ticker.

    Attributes:
        surprise: That its close left the range, with the prices; None where it did not.
        brief: The same without them.
        other_width: How much wider or narrower its range became.
        move, priced, price: Its move, with its price or without, or the price alone.
        results: When its company tells its results; empty where that is unknown.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self.surprise, self.brief = cache(self._surprise), cache(self._brief)
        self.move, self.priced, self.price = map(cache, (self._move, self._priced, self._price))
        self.other_width, self.results = cache(self._other_width), cache(self._results)

    def _brief(self, item: TickerNews) -> Html | None:
        if item.came is None:
            return None
        values = {"ticker": item.forecast.ticker, "move": self._words.change(item.move)}
        if item.came.side == "above":
            return self._words.t(
                "<b>{ticker} surprised: {move}</b>, above the range I gave", **values
            )
        return self._words.t("<b>{ticker} surprised: {move}</b>, below the range I gave", **values)

    def _surprise(self, item: TickerNews) -> Html | None:
        if item.came is None:
            return None
        w, currency = self._words, item.forecast.currency
        values = {
            "ticker": item.forecast.ticker,
            "move": w.change(item.move),
            "price": w.price(item.forecast.close, currency),
            "low": w.price(item.came.low, currency),
            "high": w.price(item.came.high, currency),
        }
        if item.came.side == "above":
            return w.t(
                "<b>{ticker} surprised: {move}</b>, above the range I gave. It closed at {price}; "
                "I had said {low} to {high}.",
                **values,
            )
        return w.t(
            "<b>{ticker} surprised: {move}</b>, below the range I gave. It closed at {price}; "
            "I had said {low} to {high}.",
            **values,
        )

    def _other_width(self, item: TickerNews) -> Html:
        change = self._words.change(item.width_change or 0.0)
        return self._words.t(
            "{ticker} (range {change})", ticker=item.forecast.ticker, change=change
        )

    def _move(self, item: TickerNews) -> Html:
        ticker, move = item.forecast.ticker, self._words.change(item.move)
        return self._words.t("{ticker} {move}", ticker=ticker, move=move)

    def _priced(self, item: TickerNews) -> Html:
        return self._words.t(
            "{ticker} {move} ({price})",
            ticker=item.forecast.ticker,
            move=self._words.change(item.move),
            price=self._words.price(item.forecast.close, item.forecast.currency),
        )

    def _price(self, item: TickerNews) -> Html:
        price = self._words.price(item.forecast.close, item.forecast.currency)
        return self._words.t("{ticker} {price}", ticker=item.forecast.ticker, price=price)

    def _results(self, item: TickerNews) -> Html:
        if item.ahead is None:
            return Html("")
        values = {"ticker": item.forecast.ticker, "day": self._words.short_day(item.ahead.day)}
        if item.ahead.sure:
            return self._words.t("{ticker} on {day}", **values)
        return self._words.t("{ticker} about {day}", **values)
