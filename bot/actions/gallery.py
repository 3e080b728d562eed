"""Draws the pictures that posts name."""

import asyncio
import hashlib
from collections.abc import Callable

from bot.actions.forecasts import ForecastDesk
from bot.actions.posts import PictureRef
from bot.worker import Worker
from forecasting.charts.comparison import draw_small_multiples
from forecasting.charts.fan import draw_fan
from forecasting.charts.palette import Theme
from forecasting.charts.texts import ChartTexts
from storage.records import PhotoKey


class Gallery:
    """Turns the name of a picture into its key and, where nobody has uploaded it, its bytes."""

    def __init__(
        self,
        forecasts: ForecastDesk,
        worker: Worker,
        texts: ChartTexts,
        bot_id: Callable[[], int],
    ) -> None:
        self._forecasts = forecasts
        self._worker = worker
        self._texts = texts
        self._bot_id = bot_id

    def key(self, ref: PictureRef) -> PhotoKey:
        """Return what makes the picture the same picture; a fan is that of `/predict`."""
        if ref.kind == "fan":
            return PhotoKey(self._bot_id(), ref.forecast_ids[0], "fan", ref.sessions, ref.theme)
        shown = hashlib.sha256(repr(ref.forecast_ids).encode()).hexdigest()[:32]
        return PhotoKey(self._bot_id(), 0, f"grid-{shown}", ref.sessions, ref.theme)

    async def draw(self, ref: PictureRef) -> bytes:
        """Return the picture as PNG.

        Raises:
            ForecastGoneError: The ledger does not hold a forecast.
            ForecastingError: Its bars cannot be had again.
        """
        answers = await asyncio.gather(*map(self._forecasts.answer_again, ref.forecast_ids))
        if ref.kind == "fan":
            return await self._worker.compute(
                draw_fan,
                answers[0].bars,
                answers[0].issued.forecast,
                sessions=ref.sessions,
                theme=Theme(ref.theme),
                texts=self._texts,
            )
        return await self._worker.compute(
            draw_small_multiples,
            [(answer.bars, answer.issued.forecast) for answer in answers],
            sessions=ref.sessions,
            theme=Theme(ref.theme),
            texts=self._texts,
        )
