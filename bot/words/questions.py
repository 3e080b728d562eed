"""The words of questions: the chance in one line, what it rests on, and how to ask."""

from bot.values import ENOUGH, GivenChance
from bot.words.cautions import age_line
from bot.words.forecast import disclaimer_line
from bot.words.language import Html, Words, join
from bot.words.names import full_name
from forecasting.names.table import name_of
from forecasting.values import Forecast

_OVER, _UNDER = 0.97, 0.03
_MOST_QUOTED = 80


def chance_text(words: Words, given: GivenChance, sessions_old: int = 0) -> Html:
    """Return the answer to a question: the chance first, then what must be known of it."""
    return join(
        words.t(
            "<b>{chance}</b>, by the close of {day}: {claim}",
            chance=chance_words(words, given.chance),
            day=words.day(given.target),
            claim=claim(words, given, full_name(given.ticker)),
        ),
        _why_that_day(words, given),
        age_line(words, given.as_of, sessions_old) if sessions_old else None,
        _record(words, given),
        words.t(
            "Last price {close} ({day}). Forecast #F{id}.",
            close=words.price(given.close, given.currency),
            day=words.short_day(given.as_of),
            id=given.forecast_id,
        ),
        disclaimer_line(words),
    )


def chance_heading(words: Words, given: GivenChance) -> str:
    """Return the heading of the picture."""
    name = name_of(given.ticker) or given.ticker
    return words.plain(
        "{chance} by {day}: {claim}",
        chance=chance_words(words, given.chance).without_markup(),
        day=words.short_day(given.target),
        claim=claim(words, given, name).without_markup(),
    )


def chance_words(words: Words, chance: float) -> Html:
    """Return a chance as people say it; beyond its outer levels a forecast does not tell."""
    if chance > _OVER:
        return words.t("Over 97 in 100")
    if chance < _UNDER:
        return words.t("Under 3 in 100")
    return words.t("{count} in 100", count=words.number(round(100 * chance)))


def claim(words: Words, given: GivenChance, name: str) -> Html:
    """Return what is to come true, such as "Tesla (TSLA) above $300"."""
    values = {
        "name": name,
        "low": words.price(given.low, given.currency),
        "high": words.price(given.high, given.currency),
    }
    match given.relation:
        case "above":
            return words.t("{name} above {low}", **values)
        case "below":
            return words.t("{name} below {low}", **values)
        case "between":
            return words.t("{name} between {low} and {high}", **values)
    return words.t("{name} below {low} or above {high}", **values)


def _why_that_day(words: Words, given: GivenChance) -> Html | None:
    values = {
        "asked": words.day(given.asked) if given.asked else "",
        "day": words.day(given.target),
        "count": words.number(given.horizon),
    }
    match given.cut:
        case "far":
            return words.t(
                "My forecasts reach {count} sessions ahead, so this is for {day}.", **values
            )
        case "unnamed":
            return words.t("You named no day, so this is for {count} sessions ahead.", **values)
        case "before" if given.asked:
            return words.t("{asked} is no trading day: the one before it decides.", **values)
    return None


def _record(words: Words, given: GivenChance) -> Html | None:
    record = given.record
    if record.resolved < ENOUGH:
        return None
    return words.t(
        "Such answers came true {came} of 100 times when I said {said}.",
        came=words.number(round(100 * record.came)),
        said=words.number(round(100 * record.said)),
    )


def where_text(words: Words, forecast: Forecast, forecast_id: int, horizon: int) -> Html:
    """Return where a price may be, in one line, for "where will it be"."""
    return join(
        words.t(
            "{name} by the close of {day}: most likely <b>{low} to {high}</b> (8 in 10), half of "
            "the time above {middle}.",
            name=full_name(forecast.ticker),
            day=words.day(forecast.targets[horizon - 1]),
            low=words.price(forecast.at(horizon, 0.1), forecast.currency),
            high=words.price(forecast.at(horizon, 0.9), forecast.currency),
            middle=words.price(forecast.at(horizon, 0.5), forecast.currency),
        ),
        words.t(
            "Last price {close} ({day}). Forecast #F{id}.",
            close=words.price(forecast.close, forecast.currency),
            day=words.short_day(forecast.as_of),
            id=forecast_id,
        ),
        disclaimer_line(words),
    )


def reach_line(words: Words, cut: str, horizon: int) -> Html | None:
    """Return why "where" is answered for another day than asked, None where it is not."""
    count = words.number(horizon)
    if cut == "far":
        return words.t("My forecasts reach {count} sessions ahead, no further.", count=count)
    if cut == "unnamed":
        return words.t("You named no day, so this is for {count} sessions ahead.", count=count)
    return None


def comparison_text(
    words: Words, calmer: Forecast, wilder: Forecast, horizon: int, *, asked_is_so: bool
) -> Html:
    """Return which of two is the calmer: the narrower range of 8 in 10, as a share of the price."""
    values = {
        "calmer": full_name(calmer.ticker),
        "wilder": full_name(wilder.ticker),
        "narrow": words.percent(_half_width(calmer, horizon)),
        "wide": words.percent(_half_width(wilder, horizon)),
        "day": words.day(calmer.targets[horizon - 1]),
    }
    said = (
        words.t("<b>Yes</b>: {calmer} is the calmer one, {wilder} the wilder.", **values)
        if asked_is_so
        else words.t("<b>No</b>: {calmer} is the calmer one, {wilder} the wilder.", **values)
    )
    return join(
        said,
        words.t("8 in 10 by {day}: {calmer} about ±{narrow}, {wilder} about ±{wide}.", **values),
        disclaimer_line(words),
    )


def _half_width(forecast: Forecast, horizon: int) -> float:
    return (forecast.at(horizon, 0.9) - forecast.at(horizon, 0.1)) / 2 / forecast.close


def said_again(given: GivenChance) -> str:
    """Return a question as it can be typed again in any language, with its price and day."""
    low, high = f"{given.low:.10g}", f"{given.high:.10g}"
    match given.relation:
        case "between":
            what = f"between {low} - {high}"
        case "beyond":
            what = f"±{100 * (given.high / given.close - 1):.4g}%"
        case side:
            what = f"{side} {low}"
    return f"{given.ticker} {what} {given.target.isoformat()}"


def which_company(words: Words, text: str, tickers: tuple[str, ...]) -> Html:
    """Return what is asked back where a question names somebody who may be several."""
    return words.t(
        "“{text}”: {names}? Press the one you mean, and I answer.",
        text=text if len(text) <= _MOST_QUOTED else f"{text[: _MOST_QUOTED - 1]}…",
        names=words.either(tuple(map(full_name, tickers))),
    )


def unread_title(words: Words) -> str:
    """Return the title of what is said where no card can be."""
    return words.plain("No answer to that")


def examples(words: Words, *, reaching: bool = False) -> Html:
    """Return two questions that are read, for one that was not.

    Args:
        words: The chat's language.
        reaching: Whether it asked if a price is reached or left at any time.
    """
    return join(
        words.t(
            "I can say where a price closes on a day, not whether it gets there or stays there "
            "on the way. Two that I understand:"
        )
        if reaching
        else words.t("I am not sure what you ask. Two that I understand:"),
        words.t("<code>Will Tesla be above 300 on Friday?</code>"),
        words.t("<code>Where will bitcoin be in two weeks?</code>"),
    )


def chance_usage(words: Words) -> Html:
    """Return how `/chance` is used, for those who typed nothing after it."""
    return join(
        words.t("Ask with a price and a day, and I give the chance:"),
        words.t("<code>/chance Tesla above 300 on Friday</code>"),
        words.t("<code>/chance AAPL between 180 and 200 in two weeks</code>"),
    )
