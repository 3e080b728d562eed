"""What must be known before a forecast is believed: in few words, and in a sentence."""

from datetime import date

from bot.words.language import Html, Words
from forecasting.charts.texts import ChartTexts
from forecasting.values import Forecast, HeldBack


def warnings(
    words: Words, forecast: Forecast, sessions_old: int, held_back: HeldBack | None
) -> tuple[Html, ...]:
    """Return each caution in few words, the gravest first."""
    short = {
        "widened": words.t("Unlike past data: widened."),
        "calendar-guessed": words.t("Dates guessed."),
        "short-history": words.t("Short history."),
        "no-market": words.t("Market unknown."),
        "no-dates": words.t("Earnings dates unknown."),
    }
    own = tuple(short[name] for name in forecast.cautions if name in short)
    age = (age_line(words, forecast.as_of, sessions_old),) if sessions_old > 0 else ()
    doubt = (_left_out(words, held_back),) if held_back is not None else ()
    return (*age, *doubt, *own)


def warning_line(words: Words, cautions: tuple[Html, ...]) -> Html | None:
    """Return cautions as one line, None where there are none."""
    if not cautions:
        return None
    return words.t("⚠️ {cautions}", cautions=Html(" ".join(cautions)))


def explained(words: Words, forecast: Forecast, held_back: HeldBack | None) -> tuple[Html, ...]:
    """Return a sentence on each caution, for who wants to know what it means."""
    sentences = {
        "widened": words.t("It is unlike anything in past prices, so the range was widened."),
        "calendar-guessed": words.t("The exchange's holidays are not known yet: dates may shift."),
        "short-history": words.t("The range rests on few sessions."),
        "no-market": words.t("Made without the state of the market: its prices are missing."),
        "no-dates": words.t("On a day of earnings it may move beyond the range."),
        "dates-unasked": words.t("I know no earnings dates: on such a day it may leave the range."),
    }
    own = tuple(sentences[name] for name in forecast.cautions if name in sentences)
    return own if held_back is None else (_doubt(words, held_back), *own)


def age_line(words: Words, as_of: date, sessions_old: int) -> Html:
    """Return how old the price is that something was counted from."""
    return words.n(
        "Price {count} session old ({day}).",
        "Price {count} sessions old ({day}).",
        sessions_old,
        day=ChartTexts(locale=str(words.locale)).full_date(as_of),
    )


def _left_out(words: Words, doubt: HeldBack) -> Html:
    """Return that the newest day is not used; true for every later one as well."""
    day = words.short_day(doubt.day)
    sentences = {
        "unit": words.t("{day} left out: maybe another unit.", day=day),
        "split": words.t("{day} left out: maybe a split.", day=day),
        "jump": words.t("{day} left out: unconfirmed jump.", day=day),
    }
    return sentences[doubt.reason]


def _doubt(words: Words, doubt: HeldBack) -> Html:
    day = words.day(doubt.day)
    sentences = {
        "unit": words.t(
            "The price of {day} is not used yet: it seems to be in another unit.", day=day
        ),
        "split": words.t("The price of {day} is not used yet: it looks like a split.", day=day),
        "jump": words.t("The price of {day} is not used yet: its jump is not confirmed.", day=day),
    }
    return sentences[doubt.reason]
