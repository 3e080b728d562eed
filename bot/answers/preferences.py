"""How a place wants to be served: what a setting may be, and its change.

Buttons and typed words carry the same text for a value, and one strict reader is for both.
"""

import re
from collections.abc import Callable
from datetime import datetime, time
from typing import Any, Literal, get_args

from bot.answers.local_time import is_quiet, zone_of_place
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import SettingError
from bot.words.languages import language_named
from forecasting.values import HORIZONS
from storage.records.chats import Place, PlaceSettings, Sound, Theme

Fields = dict[str, Any]

_TIME = re.compile(r"(\d{1,2})(?:[:.h]?([0-5]\d))?\s*(?:h|uhr|o'clock)?\s*(am|pm)?", re.IGNORECASE)
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_GROUPS = {
    "all": "0123456",
    "every day": "0123456",
    "daily": "0123456",
    "weekdays": "01234",
    "weekend": "56",
}


class Preferences:
    """Reads and changes the settings of all places."""

    def __init__(self, store: AwaitableStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, place: Place) -> PlaceSettings:
        """Return how a place is served."""
        return await self._store.settings(place)

    async def follows_any(self, place: Place) -> bool:
        """Return whether a place has a list, so that its zone matters."""
        return bool(await self._store.subscriptions(place))

    async def change(self, place: Place, **fields: Any) -> PlaceSettings:
        """Replace some fields of a place's settings and return all of them."""
        await self._store.change_settings(place, fields, self._clock.now())
        # Read again, since a language that is not chosen any more is the chat's own.
        return await self.of(place)


def read_setting(name: str, text: str) -> Fields:
    """Return the fields of `PlaceSettings` that a value stands for.

    Args:
        name: The setting as people type it, such as `time` or `quiet`.
        text: Its value as typed or as a button carries it.

    Raises:
        SettingError: There is no such setting, or it cannot have this value. The zone, which may
            need a question back, is not read here.
    """
    reader = _READERS.get(name)
    if reader is None:
        raise SettingError("setting", name)
    return reader(text.strip().lower())


def read_time(text: str) -> time:
    """Return a time of day such as `8`, `08:30`, `0830`, `7.15 pm` or `20h`.

    Raises:
        SettingError: It is none.
    """
    match = _TIME.fullmatch(text.strip())
    hour = int(match[1]) if match else 24
    if match and match[3]:
        if not 1 <= hour <= 12:
            raise SettingError("time", text)
        hour = hour % 12 + (12 if match[3].lower() == "pm" else 0)
    if match is None or hour > 23:
        raise SettingError("time", text)
    return time(hour, int(match[2] or 0))


def read_days(text: str) -> tuple[int, ...]:
    """Return weekdays, Monday 0, of `mon-fri`, `mon,wed`, `all` or the digits of a button.

    Raises:
        SettingError: It names none.
    """
    digits = _DAY_GROUPS.get(text, text)
    if re.fullmatch(r"[0-6]{1,7}", digits):
        return tuple(sorted({int(digit) for digit in digits}))
    days: set[int] = set()
    for part in re.split(r"[\s,;]+", text):
        first, _, last = part.replace("–", "-").partition("-")
        start, end = _weekday(first, text), _weekday(last or first, text)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return tuple(sorted(days))


def read_quiet(text: str) -> tuple[time, time] | None:
    """Return the start and end of the quiet hours, None for `off`.

    Raises:
        SettingError: It is neither, or both ends are the same.
    """
    if text == "off":
        return None
    start, dash, end = re.sub(r"\s*(?:-|–|to)\s*", "-", text).partition("-")
    try:
        hours = (read_time(start), read_time(end))
    except SettingError as err:
        raise SettingError("quiet", text) from err
    if not dash or hours[0] == hours[1]:
        raise SettingError("quiet", text)
    return hours


def is_silent(settings: PlaceSettings, now: datetime, *, remarkable: bool) -> bool:
    """Return whether an unasked message to a place arrives without a sound.

    Args:
        settings: The place's.
        now: Aware; when it is sent.
        remarkable: Whether it says what `auto` rings for.
    """
    if settings.sound == "silent" or (settings.sound == "auto" and not remarkable):
        return True
    return is_quiet(now, settings.quiet, zone_of_place(settings.zone))


def _weekday(name: str, text: str) -> int:
    if len(name) < 2:
        raise SettingError("days", text)
    for day, known in enumerate(_DAY_NAMES):
        if known.startswith(name):
            return day
    raise SettingError("days", text)


def _sessions(text: str) -> Fields:
    if not re.fullmatch(r"\d{1,2}", text) or int(text) not in HORIZONS:
        raise SettingError("sessions", text)
    return {"sessions": int(text)}


def _language(text: str) -> Fields:
    if text == "auto":
        return {"language_chosen": False}
    language = language_named(text)
    if language is None:
        raise SettingError("language", text)
    return {"language": language, "language_chosen": True}


def _one_of(
    setting: Literal["sound", "theme"], choices: tuple[str, ...]
) -> Callable[[str], Fields]:
    def read(text: str) -> Fields:
        if text not in choices:
            raise SettingError(setting, text)
        return {setting: text}

    return read


def _switch(
    field: str,
    words: tuple[str, str] = ("on", "off"),
    error: Literal["switch", "changes"] = "switch",
) -> Any:
    def read(text: str) -> Fields:
        if text not in words:
            raise SettingError(error, text)
        return {field: text == words[0]}

    return read


_READERS: dict[str, Callable[[str], Fields]] = {
    "time": lambda text: {"digest_at": read_time(text)},
    "days": lambda text: {"days": read_days(text)},
    "quiet": lambda text: {"quiet": read_quiet(text)},
    "sound": _one_of("sound", get_args(Sound)),
    "theme": _one_of("theme", get_args(Theme)),
    "sessions": _sessions,
    "language": _language,
    "closed": _switch("closed_note"),
    "replies": _switch("replies"),
    "recap": _switch("recap"),
    "cashtags": _switch("cashtags"),
    "paused": _switch("paused"),
    "changes": _switch("anyone_may_change", ("anyone", "admins"), "changes"),
}
SETTINGS = ("zone", *_READERS)
"""The names of all settings as people type them."""
