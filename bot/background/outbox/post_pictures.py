"""Draws the pictures that posts name."""

import asyncio
import hashlib
from collections.abc import Callable

from bot.answers.forecasts import ForecastDesk
from bot.background.outbox.posts import PictureRef
from bot.worker import Worker
from forecasting.charts.comparison import draw_small_multiples
from forecasting.charts.fan import About, draw_fan
from forecasting.charts.palette import Theme
from forecasting.charts.resolved import draw_resolved
from forecasting.charts.texts import ChartTexts
from forecasting.errors import UnusableHistoryError
from storage.records.work import PhotoKey


class Gallery:
    """Turns the name of a picture into its key and, where nobody has uploaded it, its bytes."""

    def __init__(
        self,
        forecasts: ForecastDesk,
        worker: Worker,
        texts: Callable[[str], ChartTexts],
        bot_id: Callable[[], int],
    ) -> None:
        self._forecasts = forecasts
        self._worker = worker
        self._texts = texts
        self._bot_id = bot_id

    def key(self, ref: PictureRef) -> PhotoKey:
        """Return what makes the picture the same picture; a fan is that of `/predict`."""
        if ref.kind != "grid":
            return self._key(ref, ref.forecast_ids[0], ref.kind)
        shown = hashlib.sha256(repr(ref.forecast_ids).encode()).hexdigest()[:32]
        return self._key(ref, 0, f"grid-{shown}")

    def _key(self, ref: PictureRef, forecast_id: int, kind: str) -> PhotoKey:
        shown = (ref.sessions, ref.theme, ref.language)
        return PhotoKey(self._bot_id(), forecast_id, kind, *shown)

    async def draw(self, ref: PictureRef) -> bytes:
        """Return the picture as PNG.

        Raises:
            ForecastGoneError: The ledger does not hold a forecast.
            ForecastingError: Its bars cannot be had again.
        """
        if ref.kind == "resolved":
            return await self._resolved(ref)
        answers = await asyncio.gather(*map(self._forecasts.answer_again, ref.forecast_ids))
        if ref.kind == "fan":
            return await self._worker.compute(
                draw_fan,
                answers[0].bars,
                answers[0].issued.forecast,
                sessions=ref.sessions,
                theme=Theme(ref.theme),
                texts=self._texts(ref.language),
                about=About(number=answers[0].issued.id),
            )
        return await self._worker.compute(
            draw_small_multiples,
            [(answer.bars, answer.issued.forecast) for answer in answers],
            sessions=ref.sessions,
            theme=Theme(ref.theme),
            texts=self._texts(ref.language),
        )

    async def _resolved(self, ref: PictureRef) -> bytes:
        answer = await self._forecasts.answer_again(ref.forecast_ids[0])
        forecast = answer.issued.forecast
        # As it looked on the day: bars that came later belong to the next mark.
        until = forecast.targets[ref.sessions - 1]
        bars = (await self._forecasts.history(forecast.ticker)).between(None, until)
        try:
            return await self._worker.compute(
                draw_resolved,
                bars,
                forecast,
                ref.sessions,
                theme=Theme(ref.theme),
                texts=self._texts(ref.language),
                about=About(number=answer.issued.id),
            )
        except ValueError as err:
            raise UnusableHistoryError(forecast.ticker, bars.source, str(err)) from err
