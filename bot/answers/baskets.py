"""What several tickers may be worth together, and the picture of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answers.forecasts import Answer
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.worker import Worker
from forecasting.baskets import Basket, basket_of, drawn
from forecasting.charts.fan import draw_fan
from forecasting.charts.palette import Theme
from forecasting.charts.texts import ChartTexts
from forecasting.values import Bars, Forecast
from storage.records.baskets import BasketPart, BasketRecord, NewBasket


@dataclass(frozen=True, slots=True, eq=False)
class BasketAnswer:
    """A basket, its picture, whose name changes whenever it would, and how others ended."""

    basket: Basket
    name: str
    bars: Bars
    forecast: Forecast
    sessions_old: int
    record: BasketRecord

    def draw(self, title: str, theme: Theme, texts: ChartTexts) -> bytes:
        """Return the fan of the basket: today's worth is 100."""
        # The history's own name is no word of any language.
        return draw_fan(
            replace(self.bars, ticker=title),
            replace(self.forecast, ticker=title),
            sessions=len(self.basket.days),
            theme=theme,
            texts=texts,
            sessions_old=self.sessions_old,
        )


class BasketDesk:
    """Puts forecasts together."""

    def __init__(self, worker: Worker, store: AwaitableStore, clock: Clock) -> None:
        self._worker = worker
        self._store = store
        self._clock = clock

    async def basket(
        self, answers: Sequence[Answer], weights: Sequence[float], sessions: int
    ) -> BasketAnswer:
        """Return the basket of forecasts, once it is written down.

        Args:
            answers: One for each ticker.
            weights: What is put into each, above zero.
            sessions: How many sessions ahead.
        """
        items = [(answer.bars, answer.issued.forecast) for answer in answers]
        basket = await self._worker.compute(basket_of, items, weights, sessions)
        kept = NewBasket(_parts(answers, basket), basket.days[-1], basket.at(0.1), basket.at(0.9))
        await self._store.add_basket(kept, self._clock.now())
        bars, forecast = drawn(items, basket)
        said = [(answer.issued.id, answer.sessions_old) for answer in answers]
        content = f"{said}|{tuple(weights)}|{sessions}"
        name = f"basket-{hashlib.sha256(content.encode()).hexdigest()[:24]}"
        old = max(answer.sessions_old for answer in answers)
        record = await self._store.basket_record()
        return BasketAnswer(basket, name, bars, forecast, old, record)


def _parts(answers: Sequence[Answer], basket: Basket) -> tuple[BasketPart, ...]:
    end, weights = basket.days[-1], basket.weights.tolist()
    return tuple(
        BasketPart(
            answer.issued.id,
            max(1, sum(day <= end for day in answer.issued.forecast.targets)),
            weight,
        )
        for answer, weight in zip(answers, weights, strict=True)
    )
