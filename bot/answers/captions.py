"""What stands under pictures of forecasts: gathers what is known and has it put into words."""

from collections.abc import Hashable, Sequence
from typing import Any

from cachetools import LRUCache

from bot.answers.forecasts import Answer
from bot.answers.models import ModelShelf
from bot.answers.surroundings import Surroundings
from bot.words.forecast import caption
from bot.words.language import Html, Words
from bot.words.several import album_caption
from forecasting.values import Forecast

_MOST_REMEMBERED = 512


class CaptionDesk:
    """Writes the captions of forecasts."""

    def __init__(self, surroundings: Surroundings, shelf: ModelShelf) -> None:
        self._surroundings = surroundings
        self._shelf = shelf
        self._written: LRUCache[Hashable, Html] = LRUCache(_MOST_REMEMBERED)

    async def of(self, words: Words, answer: Answer, sessions: int) -> Html:
        """Return the caption of one forecast, written once for all who ask alike."""
        forecast = answer.issued.forecast
        said: dict[str, Any] = {
            "sessions_old": answer.sessions_old,
            "verdict": self._shelf.verdict(forecast.model_version),
            "alike": self._shelf.held_in_slice(forecast, sessions),
            "held_back": answer.bars.held_back,
            "coming": (await self._surroundings.of(answer)).coming,
        }
        number = answer.issued.id
        key = (str(words.locale), number, sessions, *said.values())
        if key not in self._written:
            self._written[key] = caption(words, forecast, number, sessions, **said)
        return self._written[key]

    def of_album(self, words: Words, answers: Sequence[Answer], sessions: int) -> Html:
        """Return the one caption of several forecasts."""
        shown = [
            (one.issued.id, one.issued.forecast, one.sessions_old, one.bars.held_back)
            for one in answers
        ]
        verdict = self._shelf.verdict(answers[0].issued.forecast.model_version)
        return album_caption(words, shown, sessions, verdict)


def widest_first(answers: Sequence[Answer], sessions: int) -> list[Answer]:
    """Return forecasts by the width of their 8-in-10 range, in per cent."""

    def width(forecast: Forecast) -> float:
        low, high = (forecast.at(sessions, level) for level in (0.1, 0.9))
        return (high - low) / forecast.close

    return sorted(answers, key=lambda answer: -width(answer.issued.forecast))
