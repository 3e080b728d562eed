"""Draws the pictures that posts name."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from bot.answers.forecasts import ForecastDesk
from bot.answers.pictures import Wanted
from bot.answers.surroundings import Surroundings, fan_name
from bot.background.outbox.posts import PictureRef
from bot.background.outbox.week_pictures import WeekPictures
from bot.errors import ForecastGoneError
from bot.worker import Worker
from forecasting.charts.comparison import draw_small_multiples
from forecasting.charts.fan import About, draw_fan
from forecasting.charts.fifths import FifthsPicture, draw_fifths
from forecasting.charts.palette import Theme
from forecasting.charts.resolved import draw_resolved
from forecasting.charts.texts import ChartTexts
from forecasting.errors import UnusableHistoryError
from forecasting.names.table import name_of
from storage.records.league import LeagueRound
from storage.records.work import PhotoKey


class Gallery:
    """Turns names of pictures into their keys and, where nobody has uploaded them, their bytes."""

    def __init__(
        self,
        forecasts: ForecastDesk,
        surroundings: Surroundings,
        worker: Worker,
        texts: Callable[[str], ChartTexts],
        bot_id: Callable[[], int],
        find_round: Callable[[int], Awaitable[LeagueRound | None]],
        weeks: WeekPictures,
    ) -> None:
        self._forecasts = forecasts
        self._surroundings = surroundings
        self._worker = worker
        self._texts = texts
        self._bot_id = bot_id
        self._find_round = find_round
        self._weeks = weeks

    async def pictures(self, refs: Sequence[PictureRef]) -> list[Wanted]:
        """Return key and drawing of each picture of one post, its fans all on one rung.

        Raises:
            ForecastGoneError: The ledger does not hold a forecast.
            ForecastingError: Its bars cannot be had again.
        """
        beside = [await self._beside(ref) for ref in refs]
        rung = max((about.rung for one in beside for about in one.values()), default=0.0)
        return [self._picture(ref, one, rung) for ref, one in zip(refs, beside, strict=True)]

    async def _beside(self, ref: PictureRef) -> dict[int, About]:
        """Return by number what is told beside each fan, with the earlier range a post names."""
        found: dict[int, About] = {}
        if ref.kind in ("resolved", "week", "fifths"):
            return found
        for place, number in enumerate(ref.forecast_ids):
            found[number] = (await self._surroundings.of_number(number)).about
            if ref.before:
                before = ref.before[place] and (await self._forecasts.issued(ref.before[place]))
                found[number] = replace(found[number], before=before.forecast if before else None)
        return found

    def _picture(self, ref: PictureRef, beside: dict[int, About], rung: float) -> Wanted:
        number = ref.forecast_ids[0]
        if ref.kind == "resolved":
            return self._key(ref, number, ref.kind), partial(self._resolved, ref)
        if ref.kind == "fifths":
            return self._key(ref, number, f"fifths-{ref.round_id}"), partial(self._fifths, ref)
        if ref.kind == "week":
            shown = hashlib.sha256(repr(ref.forecast_ids).encode()).hexdigest()[:32]
            return self._key(ref, 0, f"week-{shown}"), partial(self._weeks.draw, ref)
        if ref.kind == "fan":
            # The picture of `/predict`, where that is on the same rung.
            about = replace(beside[number], rung=rung)
            return self._key(ref, number, fan_name(about, 0)), partial(self._fan, ref, about)
        names = [fan_name(beside[number], 0) for number in ref.forecast_ids]
        shown = hashlib.sha256(repr((ref.forecast_ids, names)).encode()).hexdigest()[:32]
        return self._key(ref, 0, f"grid-{shown}"), partial(self._grid, ref, beside)

    def _key(self, ref: PictureRef, forecast_id: int, kind: str) -> PhotoKey:
        shown = (ref.sessions, ref.theme, ref.language)
        return PhotoKey(self._bot_id(), forecast_id, kind, *shown)

    async def _fan(self, ref: PictureRef, about: About) -> bytes:
        answer = await self._forecasts.answer_again(ref.forecast_ids[0])
        return await self._worker.compute(
            draw_fan,
            answer.bars,
            answer.issued.forecast,
            sessions=ref.sessions,
            theme=Theme(ref.theme),
            texts=self._texts(ref.language),
            about=about,
        )

    async def _grid(self, ref: PictureRef, beside: dict[int, About]) -> bytes:
        answers = await asyncio.gather(*map(self._forecasts.answer_again, ref.forecast_ids))
        tickers = {answer.issued.forecast.ticker: beside[answer.issued.id] for answer in answers}
        return await self._worker.compute(
            draw_small_multiples,
            [(answer.bars, answer.issued.forecast) for answer in answers],
            sessions=ref.sessions,
            theme=Theme(ref.theme),
            texts=self._texts(ref.language),
            before={name: about.before for name, about in tickers.items() if about.before},
            names={name: about.name for name, about in tickers.items() if about.name},
        )

    async def _fifths(self, ref: PictureRef) -> bytes:
        issued = await self._forecasts.issued(ref.forecast_ids[0])
        asked = await self._find_round(ref.round_id)
        if asked is None or asked.fifth is None:
            raise ForecastGoneError(issued.id)
        forecast, question = issued.forecast, asked.asked
        shown = FifthsPicture(
            question.edges,
            asked.counts,
            asked.fifth,
            asked.close or forecast.close,
            question.target,
            name_of(forecast.ticker) or "",
            issued.id,
        )
        theme, texts = Theme(ref.theme), self._texts(ref.language)
        return await self._worker.compute(draw_fifths, forecast, shown, theme=theme, texts=texts)

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
                about=About(name=name_of(forecast.ticker) or "", number=answer.issued.id),
            )
        except ValueError as err:
            raise UnusableHistoryError(forecast.ticker, bars.source, str(err)) from err
