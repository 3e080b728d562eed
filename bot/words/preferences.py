"""The words and buttons of `/settings`, and the questions that wait for a typed answer.

A question is known again by its first line: the answer is a reply to it, which may come after a
restart, and the bot need not remember that it asked.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from html import escape
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from babel.dates import format_time

from bot.errors import UsageError
from bot.words.buttons import VERSION, Button, Keyboard
from bot.words.language import Html, Words, join
from bot.words.languages import own_name
from bot.words.time_zones import COMMON, city_of, is_zone
from forecasting.values import HORIZONS
from storage.records.chats import PlaceSettings

Page = Literal["main", "time", "zone", "days", "quiet", "language"]
Question = Literal["time", "zone", "quiet"]
SESSIONS = (5, 10, HORIZONS[-1])
QUIET = ("2200-0700", "2300-0800", "2100-0600")
_BUTTON = re.compile(rf"{VERSION}:s:([a-z]{{2,8}}):([A-Za-z0-9_/+\-]{{1,40}})")
_ZONE = re.compile(rf"{VERSION}:z:([A-Za-z0-9_/+\-]{{2,40}})")


@dataclass(frozen=True, slots=True)
class ShowPage:
    """Show a page of the settings, in place or in a message of its own (`anew`)."""

    page: Page
    anew: bool = False

    def encode(self) -> str:
        """Return the button data."""
        return f"{VERSION}:g:{self.page}" if self.anew else f"{VERSION}:s:page:{self.page}"


@dataclass(frozen=True, slots=True)
class AskSetting:
    """Ask for a value that is typed."""

    question: Question


@dataclass(frozen=True, slots=True)
class SetValue:
    """Give a setting a value; `asked` where the button answers the question of the first time."""

    setting: str
    text: str
    asked: bool = False


def read_settings_button(data: str) -> ShowPage | AskSetting | SetValue:
    """Return what a button of the settings means.

    Raises:
        UsageError: The data was not made by this bot, or by a version long gone.
    """
    if match := _ZONE.fullmatch(data):
        return _zone_value(match[1], data, asked=True)
    for page in get_args(Page):
        for shown in (ShowPage(page), ShowPage(page, anew=True)):
            if data == shown.encode():
                return shown
    match = _BUTTON.fullmatch(data)
    if match is None:
        raise UsageError("stale-button", data)
    name, value = match[1], match[2]
    for question in get_args(Question):
        if (name, value) == ("ask", question):
            return AskSetting(question)
    if name == "zone":
        return _zone_value(value, data, asked=False)
    return SetValue(name, value)


def _zone_value(zone: str, data: str, *, asked: bool) -> SetValue:
    if not is_zone(zone):
        raise UsageError("stale-button", data)
    return SetValue("zone", zone, asked)


def clock_time(words: Words, moment: time) -> str:
    """Return a time of day such as `08:30`."""
    return str(format_time(moment, "HH:mm", locale=words.locale))


def weekdays(words: Words, days: tuple[int, ...]) -> str:
    """Return weekdays as people name them, such as `Mon–Fri` or `Mon, Wed, Fri`."""
    if days == tuple(range(7)):
        return words.plain("every day")
    names = words.locale.days["format"]["abbreviated"]
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return words.plain("{first}–{last}", first=names[days[0]], last=names[days[-1]])
    return words.listing(tuple(names[day] for day in days))


def settings_text(words: Words, settings: PlaceSettings, now: datetime, *, in_group: bool) -> Html:
    """Return the settings of a place as text."""
    return join(
        words.t("<b>Settings</b>"),
        digest_line(words, settings, now),
        _quiet_line(words, settings),
        _sound_line(words, settings),
        words.n(
            "Charts: {theme}, {count} session",
            "Charts: {theme}, {count} sessions",
            settings.sessions,
            theme=_theme_name(words, settings.theme),
        ),
        _language_line(words, settings, in_group=in_group),
        words.t("On days when the exchange is closed: a short note")
        if settings.closed_note
        else words.t("On days when the exchange is closed: nothing"),
        words.t("When the day of a forecast has come: I reply to it with what came")
        if settings.replies
        else words.t("When the day of a forecast has come: no reply"),
        words.t("After each week: what was promised and what came")
        if settings.recap
        else words.t("After each week: no recap"),
        _cashtags_line(words, settings) if in_group else None,
        _changes_line(words, settings) if in_group else None,
    )


def digest_line(words: Words, settings: PlaceSettings, now: datetime) -> Html:
    """Return when the daily digest comes."""
    if settings.paused:
        return words.t("⏸ Paused: no digest, no alerts. /resume starts them again.")
    values = {
        "time": clock_time(words, settings.digest_at),
        "days": weekdays(words, settings.days),
    }
    if settings.zone is None:
        return words.t(
            "Digest: {time} UTC, {days}. Tell me your city for your own time: "
            "<code>/settings zone Berlin</code>",
            **values,
        )
    here = now.astimezone(ZoneInfo(settings.zone))
    return join(
        words.t(
            "Digest: {time}, {days}. Time zone: {city} (it is {now} there)",
            **values,
            city=city_of(words, settings.zone),
            now=clock_time(words, here.time()),
        ),
        # A group's members live in many zones; each sees the instant in their own.
        words.t("The next one: {moment}", moment=words.at(_next_digest(settings, here))),
    )


def _next_digest(settings: PlaceSettings, here: datetime) -> datetime:
    today = here.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    for days in range(8):
        day = today + timedelta(days=days)
        at = day.replace(hour=settings.digest_at.hour, minute=settings.digest_at.minute)
        if at > here and day.weekday() in settings.days:
            return at
    return today


def _quiet_line(words: Words, settings: PlaceSettings) -> Html:
    if settings.quiet is None:
        return words.t("Quiet hours: none")
    start, end = settings.quiet
    return words.t(
        "Quiet hours: {start} to {end}; what comes then makes no sound",
        start=clock_time(words, start),
        end=clock_time(words, end),
    )


def _sound_line(words: Words, settings: PlaceSettings) -> Html:
    sentences = {
        "auto": words.t("Sound: only for what is remarkable"),
        "silent": words.t("Sound: never"),
        "loud": words.t("Sound: always"),
    }
    return sentences[settings.sound]


def _language_line(words: Words, settings: PlaceSettings, *, in_group: bool) -> Html:
    name = own_name(settings.language)
    if settings.language_chosen:
        return words.t("Language: {language}", language=name)
    if in_group:
        return words.t("Language: {language}, that of who added me", language=name)
    return words.t("Language: {language}, as in your Telegram", language=name)


def _cashtags_line(words: Words, settings: PlaceSettings) -> Html:
    if settings.cashtags:
        return words.t("$TSLA in talk: one line, at most once an hour")
    return words.t("$TSLA in talk: left alone")


def _changes_line(words: Words, settings: PlaceSettings) -> Html:
    if settings.anyone_may_change:
        return words.t("Lists and settings here are changed by: anyone")
    return words.t("Lists and settings here are changed by: admins only")


def _theme_name(words: Words, theme: str) -> str:
    return words.plain("dark") if theme == "dark" else words.plain("light")


def first_line(words: Words, question: Question) -> str:
    """Return the line by which a question is known again."""
    lines = {
        "time": words.plain("🕗 Time of the digest"),
        "zone": words.plain("🌍 Your time zone"),
        "quiet": words.plain("🌙 Quiet hours"),
    }
    return lines[question]


def question_of(every: Iterable[Words], text: str) -> Question | None:
    """Return which question of the bot a message is, None where it is none.

    Args:
        every: The words of each language: the question may be older than a change of language.
        text: Of the message.
    """
    first = text.partition("\n")[0]
    for words in every:
        for question in get_args(Question):
            if first == first_line(words, question):
                found: Question = question
                return found
    return None


def _title(words: Words, question: Question) -> Html:
    return Html(escape(first_line(words, question), quote=False))


def question_text(words: Words, question: Question) -> Html:
    """Return a question that is answered with a reply."""
    rest = {
        "time": words.t(
            "Reply with a time of day, such as <code>08:30</code> or <code>7 pm</code>."
        ),
        "zone": words.t(
            "Reply with your city or country, such as <code>Berlin</code>, or with an offset "
            "such as <code>+5:30</code>."
        ),
        "quiet": words.t(
            "Reply with two times, such as <code>22:00-07:00</code>, or with <code>off</code>."
        ),
    }
    return join(_title(words, question), rest[question])


def zone_question(words: Words, settings: PlaceSettings) -> Html:
    """Return the question for the zone that the first subscription brings."""
    return join(
        _title(words, "zone"),
        words.t(
            "The daily digest comes at {time} of your local time. Where is that? Press a city "
            "with your time, or reply with yours.",
            time=clock_time(words, settings.digest_at),
        ),
    )


def zone_choice(words: Words, text: str) -> Html:
    """Return the question which of several zones a text meant."""
    return join(
        _title(words, "zone"),
        words.t(
            "You wrote “{text}”. Press a city that has your time, or reply with your country or "
            "an offset such as <code>+2</code>.",
            text=text[:30],
        ),
    )


def zone_keyboard(words: Words, zones: tuple[str, ...] = COMMON) -> Keyboard:
    """Return buttons that answer the question for the zone, three in a row."""
    return _rows([Button(city_of(words, zone), f"{VERSION}:z:{zone}") for zone in zones], 3)


def _rows(buttons: list[Button], width: int) -> Keyboard:
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))
