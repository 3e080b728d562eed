"""Several forecasts beside each other: on one picture, by width, and drawn jointly."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers.captions import widest_first
from bot.answers.forecasts import Answer, ForecastDesk
from bot.answers.surroundings import Setting, Surroundings
from bot.worker import Worker
from forecasting.charts.comparison import MOST, draw_small_multiples
from forecasting.charts.palette import Theme
from forecasting.charts.texts import ChartTexts
from forecasting.errors import ForecastingError
from forecasting.together import Race, race_of
from forecasting.values import Bars, Forecast


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The forecasts of several tickers, the widest range first, and why others have none."""

    answers: tuple[Answer, ...]
    refused: tuple[ForecastingError, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A picture of several fans on one scale; its name changes whenever it would."""

    name: str
    items: tuple[tuple[Bars, Forecast], ...]
    settings: tuple[Setting, ...]
    sessions: int

    def draw(self, theme: Theme, texts: ChartTexts) -> bytes:
        """Return the picture."""
        beside = {f.ticker: s.about for (_, f), s in zip(self.items, self.settings, strict=True)}
        return draw_small_multiples(
            self.items,
            sessions=self.sessions,
            theme=theme,
            texts=texts,
            before={ticker: about.before for ticker, about in beside.items() if about.before},
            names={ticker: about.name for ticker, about in beside.items() if about.name},
        )


class TogetherDesk:
    """Answers questions about several tickers at once."""

    def __init__(self, forecasts: ForecastDesk, beside: Surroundings, worker: Worker) -> None:
        self._forecasts = forecasts
        self._beside = beside
        self._worker = worker

    async def gather(self, tickers: Sequence[str], sessions: int) -> Gathered:
        """Return the forecasts of tickers, the widest first, and the reasons where there is none.

        Raises:
            Exception: What is not a reason of forecasting.
        """
        asked = [self._forecasts.answer(ticker) for ticker in tickers]
        found = await asyncio.gather(*asked, return_exceptions=True)
        for one in found:
            if isinstance(one, BaseException) and not isinstance(one, ForecastingError):
                raise one
        answers = [one for one in found if isinstance(one, Answer)]
        refused = tuple(one for one in found if isinstance(one, ForecastingError))
        return Gathered(tuple(widest_first(answers, sessions)), refused)

    async def chances(self, answers: Sequence[Answer], sessions: int) -> Race:
        """Return who may end ahead of whom."""
        items = [(answer.bars, answer.issued.forecast) for answer in answers]
        return await self._worker.compute(race_of, items, sessions)

    async def settings(self, answers: Sequence[Answer]) -> tuple[Setting, ...]:
        """Return what is told beside each forecast."""
        return tuple([await self._beside.of(answer) for answer in answers])

    async def grid(self, answers: Sequence[Answer], sessions: int) -> Grid:
        """Return the picture of the forecasts, of the first ones where they are too many."""
        shown = answers[:MOST]
        settings = await self.settings(shown)
        named = [
            (answer.issued.id, answer.sessions_old, setting.about.name, setting.about.before)
            for answer, setting in zip(shown, settings, strict=True)
        ]
        said = repr([(*one[:3], one[3] and (one[3].as_of, one[3].model_version)) for one in named])
        name = hashlib.sha256(f"{sessions}{said}".encode()).hexdigest()[:24]
        items = tuple((answer.bars, answer.issued.forecast) for answer in shown)
        return Grid(f"together-{name}", items, settings, sessions)
