"""Days in words: weekdays, dates in several forms, spans, ends of months, holidays with a name.

What may be two days is none: `next Friday` on a Monday, `6/7` in English.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain

from bot.questions.holidays import coming_holiday
from bot.questions.numerals import numerals
from bot.questions.periods import MONTHS, ending, made, months_on, weekday_of
from bot.questions.phrases import Phrases
from bot.questions.tokens import Token
from bot.questions.written_dates import coming_date, written

When = date | int
"""A calendar day, or a number of sessions ahead."""
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|º|ª|-?го|-?е|-?му|-?ое|-?ого|-?ому)?")
_YEAR = re.compile(r"20\d\d")
_COMING = frozenset({"es", "fr", "pt"})
"""Languages in which the next Friday is the coming one; elsewhere it may be the one after."""
_CARDINAL = frozenset({"es", "fr", "pt"})
"""Languages in which the day of a month is a plain number: le vingt juin."""
_MIDDLE = 15
_SATURDAY = 5
_LONGEST_MONTH = 31
_MOST_SPAN = 400


class DateReader:
    """Finds the days that a text may speak of."""

    def __init__(self, phrases: Phrases, today: date) -> None:
        self._phrases = phrases
        self._tokens = phrases.tokens
        self._words = phrases.words
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
        yield from self._before(start)
        yield from self._over(start)

    # Pieces.

    def _skip(self, start: int) -> int:
        """Return the place behind words such as "of" and "the"."""
        for end, _ in self._phrases.at(start, "of"):
            return self._skip(end)
        return start

    def _count(self, start: int) -> Iterator[tuple[int, int]]:
        token = self._token(start)
        if token is not None and token.text.isdigit() and int(token.text) <= _MOST_SPAN:
            yield start + 1, int(token.text)
        for end, meaning in self._phrases.at(start, "count"):
            yield end, int(meaning.value)
        for end, value in numerals(self._phrases, start):
            if 1 < value <= _MOST_SPAN and value == int(value):
                yield end, int(value)

    def _token(self, start: int) -> Token | None:
        return self._tokens[start] if start < len(self._tokens) else None

    # Forms.

    def _written(self, start: int) -> Iterator[tuple[int, date]]:
        token = self._token(start)
        for day in written(token.text if token else "", self._words.language, self._today):
            yield start + 1, day

    def _month_and_day(self, start: int) -> Iterator[tuple[int, date]]:
        for after, month in self._phrases.at(start, "month"):
            for end, day in self._day(self._skip(after)):
                yield from self._with_year(end, int(month.value), day)
        for after, day in self._day(start):
            for end, month in self._phrases.at(self._skip(after), "month"):
                yield from self._with_year(end, int(month.value), day)

    def _day(self, start: int) -> Iterator[tuple[int, int]]:
        token = self._token(start)
        if token is None:
            return
        match = _DAY.fullmatch(token.low)
        if match is None:
            yield from self._ordinal(start)
            return
        suffix = self._token(start + 1)
        glued = suffix is not None and suffix.low in (
            "st",
            "nd",
            "rd",
            "th",
            "er",
            "-го",
            "го",
            "му",
            "е",
            "ое",
        )
        yield start + (2 if glued else 1), int(match[1])

    def _ordinal(self, start: int) -> Iterator[tuple[int, int]]:
        """Yield days in words: "the twentieth", "le vingt", "двадцать пятого"."""
        for end, meaning in self._phrases.at(start, "ordinal"):
            yield end, int(meaning.value)
        for after, tens in numerals(self._phrases, start):
            if tens in (20, 30):
                for end, meaning in self._phrases.at(after, "ordinal"):
                    if int(meaning.value) < 10:
                        yield end, int(tens) + int(meaning.value)
            if self._words.language in _CARDINAL and tens <= _LONGEST_MONTH:
                yield after, int(tens)

    def _day_alone(self, start: int) -> Iterator[tuple[int, date]]:
        """Yield "the 24th", "dia 24": the coming day of that number."""
        marked = [after for after, _ in self._phrases.at(start, "day_of")]
        numbers = [found for after in marked for found in self._day(after)]
        # Without a word for it, it is a day only by its ending.
        token = self._token(start)
        if not marked and token is not None and not token.text.isdigit():
            names = numerals(self._phrases, start)
            cardinal = {end for end, _ in names}
            numbers = [found for found in self._day(start) if found[0] not in cardinal]
        elif not marked:
            days = self._day(start)
            numbers = [found for found in days if not self._tokens[found[0] - 1].text.isdigit()]
        for end, day in numbers:
            yield from self._coming_day(end, day)

    def _bare_day(self, start: int) -> Iterator[tuple[int, date]]:
        """Yield "14" of "lundi 14", a day because its weekday fits."""
        token = self._token(start)
        if token is not None and token.text.isdigit() and int(token.text) <= _LONGEST_MONTH:
            yield from self._coming_day(start + 1, int(token.text))

    def _coming_day(self, end: int, day: int) -> Iterator[tuple[int, date]]:
        first = self._today.replace(day=1)
        for ahead in range(3):
            month = months_on(first, ahead)
            for _, found in made(end, month.year, month.month, day):
                if found >= self._today:
                    yield end, found
                    return

    def _with_year(self, end: int, month: int, day: int) -> Iterator[tuple[int, date]]:
        after = self._skip(end)
        token = self._token(after)
        if token is not None and _YEAR.fullmatch(token.text):
            yield from made(self._year_word(after + 1), int(token.text), month, day)
            return
        for found in coming_date(month, day, self._today):
            yield end, found
            # "Le 20 juin prochain" is the coming one, and says so.
            yield from ((later, found) for later, _ in self._phrases.at(end, "next", "coming"))

    def _named(self, start: int) -> Iterator[tuple[int, date]]:
        for end, meaning in self._phrases.at(start, "day", "holiday"):
            if meaning.kind == "day":
                yield end, self._today + timedelta(days=int(meaning.value))
            else:
                yield end, coming_holiday(meaning.value, self._today)

    def _weekday(self, start: int) -> Iterator[tuple[int, date]]:
        for end, meaning in self._phrases.at(start, "weekday"):
            number = int(meaning.value)
            # "Friday, June 12": the date counts, and its weekday must be that.
            behind = self._skip(end)
            days = (self._written(end), self._month_and_day(behind), self._day_alone(behind))
            for later, day in chain.from_iterable((*days, self._bare_day(end))):
                if day.weekday() == number:
                    yield later, day
            marked = list(self._phrases.at(end, "next_week", "next", "week_later", "coming"))
            for later, mark in marked[:1]:
                yield from self._marked(later, mark.kind, number)
            if not marked:
                yield end, self._coming_weekday(number)
        for after, mark in self._phrases.at(
            start, "next_week", "next", "this", "coming", "week_from"
        ):
            for end, meaning in self._phrases.at(after, "weekday"):
                yield from self._marked(end, mark.kind, int(meaning.value))

    def _coming_weekday(self, number: int) -> date:
        return self._today + timedelta(days=(number - self._today.weekday()) % 7)

    def _marked(self, end: int, mark: str, number: int) -> Iterator[tuple[int, date]]:
        """Yield the weekday that a word beside it tells, nothing where that may be two days."""
        coming = self._coming_weekday(number)
        if mark == "next_week":
            yield end, weekday_of(self._today, 1, number)
        elif mark in ("week_later", "week_from"):
            yield end, coming + timedelta(days=7)
        elif mark == "coming":
            yield end, coming + timedelta(days=7 * (coming == self._today))
        elif mark == "next":
            yield from self._next(end, coming)
        elif coming.isocalendar()[:2] == self._today.isocalendar()[:2]:
            yield end, coming

    def _next(self, end: int, coming: date) -> Iterator[tuple[int, date]]:
        """Yield the next such weekday, where there is no doubt which one that is."""
        if coming == self._today:
            yield end, coming + timedelta(days=7)
        elif self._words.language in _COMING or coming > weekday_of(self._today, 0, 6):
            yield end, coming

    def _span(self, start: int) -> Iterator[tuple[int, When]]:
        for after, _ in self._phrases.at(start, "in"):
            for between, count in self._count(after):
                for end, unit in self._phrases.at(between, "unit"):
                    yield from self._counted(end, count, unit.value)
            for end, unit in self._phrases.at(after, "unit_one"):
                yield from self._counted(end, 1, unit.value)
        for after, when in self.bare_span(start):
            yield from ((end, when) for end, _ in self._phrases.at(after, "from_now"))
        for end, meaning in self._phrases.at(start, "span"):
            yield from self._counted(end, int(meaning.value[1:]), meaning.value[0])

    def bare_span(self, start: int) -> Iterator[tuple[int, When]]:
        """Yield "six weeks" alone: how long somebody holds, or where "from now" follows."""
        for between, count in self._count(start):
            for end, unit in self._phrases.at(between, "unit"):
                yield from self._counted(end, count, unit.value)

    def _counted(self, end: int, count: int, unit: str) -> Iterator[tuple[int, When]]:
        """Yield a day that lies so many days, weeks, months, years or sessions ahead."""
        if unit == "s":
            yield end, count
        elif unit in "dw":
            yield end, self._today + timedelta(days=count * (7 if unit == "w" else 1))
        elif unit == "f":
            yield end, self._today + timedelta(days=14 * count)
        elif unit in MONTHS:
            yield end, months_on(self._today, count * MONTHS[unit])

    def _before(self, start: int) -> Iterator[tuple[int, date]]:
        """Yield "before Christmas": where no exchange is open that day, it may as well be "by"."""
        for after, _ in self._phrases.at(start, "before"):
            begin = self._skip(after)
            yield from (found for found in self._named(begin))
            yield from self._end(begin)
            for end, day in self._month_and_day(begin):
                if (day.month, day.day) == (1, 1) or day.weekday() >= _SATURDAY:
                    yield end, day

    def _end(self, start: int) -> Iterator[tuple[int, date]]:
        for end, meaning in self._phrases.at(start, "ending"):
            yield end, ending(meaning.value, self._today)
        for after, kind in self._phrases.at(start, "end_of", "middle"):
            for end, number, year in self._month(self._skip(after)):
                last = monthrange(year, number)[1] if kind.kind == "end_of" else _MIDDLE
                yield from made(end, year, number, last)
            for end, meaning in self._phrases.at(self._skip(after), "quarter"):
                number = 3 * int(meaning.value)
                for later, year in self._year(end, number):
                    if kind.kind == "end_of":
                        yield from made(later, year, number, monthrange(year, number)[1])

    def _over(self, start: int) -> Iterator[tuple[int, date]]:
        """Yield "when October ends", "by the time Q3 is over"."""
        for after, _ in self._phrases.at(start, "when_over"):
            months = [(end, month, year) for end, month, year in self._month(after)]
            for end, quarter in self._phrases.at(after, "quarter"):
                month = 3 * int(quarter.value)
                months += [(later, month, year) for later, year in self._year(end, month)]
            for end, month, year in months:
                for later, _ in self._phrases.at(end, "end_over"):
                    yield from made(later, year, month, monthrange(year, month)[1])

    def _month(self, start: int) -> Iterator[tuple[int, int, int]]:
        """Yield where a month ends that is not over yet, its number, and its year."""
        for after, month in self._phrases.at(start, "month"):
            number = int(month.value)
            yield from ((end, number, year) for end, year in self._year(after, number))

    def _year(self, start: int, month: int) -> Iterator[tuple[int, int]]:
        """Yield the year that is written, or the one in which a month comes next."""
        after = self._skip(start)
        token = self._token(after)
        if token is not None and _YEAR.fullmatch(token.text):
            yield self._year_word(after + 1), int(token.text)
        else:
            yield start, self._today.year + (month < self._today.month)

    def _year_word(self, start: int) -> int:
        return max((end for end, _ in self._phrases.at(start, "year_word")), default=start)
