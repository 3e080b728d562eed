"""Days in words: weekdays, dates in several forms, spans, ends of months, holidays with a name.

What may be two days is none: `next Friday` on a Monday, `6/7` in English.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain

from bot.questions.tokens import Token
from bot.questions.vocabulary import LONGEST, Meaning, Vocabulary

When = date | int
"""A calendar day, or a number of sessions ahead."""
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{2}|\d{4}))?")
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.?(?:(\d{4}|\d{2}))?")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|º|ª|-?го|-?е)?")
_YEAR = re.compile(r"20\d\d")
_COMING = frozenset({"es", "fr", "pt"})
"""Languages in which the next Friday is the coming one; elsewhere it may be the one after."""
_FRIDAY = 4
_MOST_SPAN = 400


class DateReader:
    """Finds the days that a text may speak of."""

    def __init__(self, tokens: Sequence[Token], words: Vocabulary, today: date) -> None:
        self._tokens = tokens
        self._words = words
        self._today = today

    def at(self, start: int) -> Iterator[tuple[int, When]]:
        """Yield where each reading of a day that begins at a token ends, and the day."""
        yield from self._written(start)
        yield from self._month_and_day(start)
        yield from self._day_alone(start)
        yield from self._named(start)
        yield from self._weekday(start)
        yield from self._span(start)
        yield from self._end(start)

    # Pieces.

    def _kinds(self, start: int, *kinds: str) -> Iterator[tuple[int, Meaning]]:
        for length in range(min(LONGEST, len(self._tokens) - start), 0, -1):
            words = tuple(token.low for token in self._tokens[start : start + length])
            for meaning in self._words.meanings(words):
                if meaning.kind in kinds:
                    yield start + length, meaning

    def _skip(self, start: int) -> int:
        """Return the place behind words such as "of" and "the"."""
        for end, _ in self._kinds(start, "of"):
            return self._skip(end)
        return start

    def _count(self, start: int) -> Iterator[tuple[int, int]]:
        token = self._token(start)
        if token is not None and token.text.isdigit() and int(token.text) <= _MOST_SPAN:
            yield start + 1, int(token.text)
        for end, meaning in self._kinds(start, "count"):
            yield end, int(meaning.value)

    def _token(self, start: int) -> Token | None:
        return self._tokens[start] if start < len(self._tokens) else None

    # Forms.

    def _written(self, start: int) -> Iterator[tuple[int, date]]:
        token = self._token(start)
        text = token.text if token else ""
        if match := _ISO.fullmatch(text):
            yield from _made(start + 1, int(match[1]), int(match[2]), int(match[3]))
        if match := _SLASHED.fullmatch(text) or _DASHED.fullmatch(text):
            yield from self._slashed(start + 1, int(match[1]), int(match[2]), match[3])
        if match := _DOTTED.fullmatch(text):
            # 20.5 is a number as well; the grammar takes neither where both fit.
            day, month, year = int(match[1]), int(match[2]), match[3]
            if self._words.language != "en" or (year and (day > 12 or day == month)):
                yield from self._numbered(start + 1, day, month, year)

    def _slashed(
        self, end: int, first: int, second: int, year: str | None
    ) -> Iterator[tuple[int, date]]:
        if self._words.language != "en":
            yield from self._numbered(end, first, second, year)
        elif first == second or max(first, second) > 12:
            # Americans write the month first, others the day.
            day, month = max(first, second), min(first, second)
            yield from self._numbered(end, day, month, year)

    def _numbered(
        self, end: int, day: int, month: int, year: str | None
    ) -> Iterator[tuple[int, date]]:
        if year is None:
            yield from self._coming(end, month, day)
        else:
            yield from _made(end, int(year) + (2000 if len(year) == 2 else 0), month, day)

    def _month_and_day(self, start: int) -> Iterator[tuple[int, date]]:
        for after, month in self._kinds(start, "month"):
            for end, day in self._day(self._skip(after)):
                yield from self._with_year(end, int(month.value), day)
        for after, day in self._day(start):
            for end, month in self._kinds(self._skip(after), "month"):
                yield from self._with_year(end, int(month.value), day)

    def _day(self, start: int) -> Iterator[tuple[int, int]]:
        token = self._token(start)
        if token is None or not (match := _DAY.fullmatch(token.low)):
            return
        suffix = self._token(start + 1)
        glued = suffix is not None and suffix.low in ("st", "nd", "rd", "th", "er", "-го", "го")
        yield start + (2 if glued else 1), int(match[1])

    def _day_alone(self, start: int) -> Iterator[tuple[int, date]]:
        """Yield "the 24th", "dia 24": the coming day of that number."""
        marked = [after for after, _ in self._kinds(start, "day_of")]
        for end, day in (found for after in marked or [start] for found in self._day(after)):
            if marked or not self._tokens[end - 1].text.isdigit():
                yield from self._coming_day(end, day)

    def _coming_day(self, end: int, day: int) -> Iterator[tuple[int, date]]:
        first = self._today.replace(day=1)
        for ahead in range(3):
            month = _months_on(first, ahead)
            for _, found in _made(end, month.year, month.month, day):
                if found >= self._today:
                    yield end, found
                    return

    def _with_year(self, end: int, month: int, day: int) -> Iterator[tuple[int, date]]:
        after = self._skip(end)
        token = self._token(after)
        if token is not None and _YEAR.fullmatch(token.text):
            behind = after + 1
            for later, _ in self._kinds(behind, "year_word"):
                behind = later
            yield from _made(behind, int(token.text), month, day)
            return
        yield from self._coming(end, month, day)

    def _coming(self, end: int, month: int, day: int) -> Iterator[tuple[int, date]]:
        """Yield the day of this year, or of the next where it has passed."""
        for _, found in _made(end, self._today.year, month, day):
            if found >= self._today:
                yield end, found
                return
        yield from _made(end, self._today.year + 1, month, day)

    def _named(self, start: int) -> Iterator[tuple[int, date]]:
        for end, meaning in self._kinds(start, "day", "holiday"):
            if meaning.kind == "day":
                yield end, self._today + timedelta(days=int(meaning.value))
            else:
                yield end, _coming_holiday(meaning.value, self._today)

    def _weekday(self, start: int) -> Iterator[tuple[int, date]]:
        for end, meaning in self._kinds(start, "weekday"):
            wait = (int(meaning.value) - self._today.weekday()) % 7
            coming = self._today + timedelta(days=wait)
            # "Friday, June 12": the date counts, and its weekday must be that.
            behind = self._skip(end)
            days = (self._written(end), self._month_and_day(behind), self._day_alone(behind))
            for later, day in chain.from_iterable(days):
                if day.weekday() == int(meaning.value):
                    yield later, day
            ends = [after for after, _ in self._kinds(end, "next_week")]
            if ends:
                yield ends[0], self._week(1, int(meaning.value))
                continue
            after_next = [after for after, _ in self._kinds(end, "next")]
            if after_next:
                yield from self._next(after_next[0], coming)
                continue
            yield end, coming
        for after, word in self._kinds(start, "next", "this"):
            for end, meaning in self._kinds(after, "weekday"):
                wait = (int(meaning.value) - self._today.weekday()) % 7
                coming = self._today + timedelta(days=wait)
                if word.kind == "next":
                    yield from self._next(end, coming)
                elif coming.isocalendar()[:2] == self._today.isocalendar()[:2]:
                    yield end, coming

    def _next(self, end: int, coming: date) -> Iterator[tuple[int, date]]:
        """Yield the next such weekday, where there is no doubt which one that is."""
        if coming == self._today:
            yield end, coming + timedelta(days=7)
        elif self._words.language in _COMING or coming > self._week(0, 6):
            yield end, coming

    def _span(self, start: int) -> Iterator[tuple[int, When]]:
        for after, _ in self._kinds(start, "in"):
            for between, count in self._count(after):
                for end, unit in self._kinds(between, "unit"):
                    yield from self._counted(end, count, unit.value)
            for end, unit in self._kinds(after, "unit_one"):
                yield from self._counted(end, 1, unit.value)
        for between, count in self._count(start):
            for after, unit in self._kinds(between, "unit"):
                for end, _ in self._kinds(after, "from_now"):
                    yield from self._counted(end, count, unit.value)
        for end, meaning in self._kinds(start, "span"):
            yield from self._counted(end, int(meaning.value[1:]), meaning.value[0])

    def _counted(self, end: int, count: int, unit: str) -> Iterator[tuple[int, When]]:
        """Yield a day that lies so many days, weeks, months, years or sessions ahead."""
        if unit == "s":
            yield end, count
        elif unit in "dw":
            yield end, self._today + timedelta(days=count * (7 if unit == "w" else 1))
        elif unit in "my":
            yield end, _months_on(self._today, count * (12 if unit == "y" else 1))

    def _end(self, start: int) -> Iterator[tuple[int, date]]:
        for end, meaning in self._kinds(start, "ending"):
            yield end, self._ending(meaning.value)
        for after, _ in self._kinds(start, "end_of"):
            after_words = self._skip(after)
            for end, month in self._kinds(after_words, "month"):
                number = int(month.value)
                year = self._today.year + (number < self._today.month)
                yield from _made(end, year, number, monthrange(year, number)[1])

    def _ending(self, what: str) -> date:
        """Return the last day of a week, month, quarter or year; `m1` is the next month."""
        unit, ahead = what[0], int(what[1:] or 0)
        if unit == "w":
            return self._week(ahead, _FRIDAY)
        year, month = self._today.year, self._today.month
        last = {"m": month, "q": (month + 2) // 3 * 3, "y": 12}[unit]
        first = _months_on(date(year, last, 1), ahead * {"m": 1, "q": 3, "y": 12}[unit])
        return first.replace(day=monthrange(first.year, first.month)[1])

    def _week(self, ahead: int, weekday: int) -> date:
        monday = self._today - timedelta(days=self._today.weekday())
        return monday + timedelta(days=7 * ahead + weekday)


def _made(end: int, year: int, month: int, day: int) -> Iterator[tuple[int, date]]:
    if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
        yield end, date(year, month, day)


def _months_on(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _coming_holiday(name: str, today: date) -> date:
    this = holiday(name, today.year)
    return this if this >= today else holiday(name, today.year + 1)


def holiday(name: str, year: int) -> date:
    """Return the day of a holiday, by its name in the word lists or as month and day."""
    if name == "easter":
        return easter(year)
    if name == "orthodox_easter":
        return orthodox_easter(year)
    if name == "good_friday":
        return easter(year) - timedelta(days=2)
    if name == "whitsun":
        return easter(year) + timedelta(days=49)
    if name in ("thanksgiving", "black_friday"):
        first = date(year, 11, 1)
        fourth = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
        return fourth + timedelta(days=name == "black_friday")
    month, day = name.split(".")
    return date(year, int(month), int(day))


def easter(year: int) -> date:
    """Return Easter Sunday of the western churches.

    The anonymous Gregorian algorithm as given in Nature, 20 April 1876, p. 487.
    """
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Return Easter Sunday of the eastern churches, valid 1900-2099 (Meeus, Julian algorithm)."""
    moon = (19 * (year % 19) + 15) % 30
    week = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + week + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)
