"""What is said when a wish about lists, settings, alerts or files cannot be granted."""

from datetime import date
from typing import Literal

from bot.errors import (
    AlertReason,
    ImportReason,
    Limit,
    QuestionRefusedError,
    SettingReason,
    TooManyRequestsError,
)
from bot.words.language import Html, Words
from bot.words.languages import languages, own_name
from forecasting.errors import Clash


def setting_refused(words: Words, setting: SettingReason, text: str) -> Html:
    """Return why a setting stays as it is, and how it is written."""
    match setting:
        case "time" | "zone" | "days" | "quiet":
            return _not_a_time(words, setting, text[:30])
        case _:
            return _no_such_choice(words, setting, text[:30])


def _not_a_time(words: Words, setting: Literal["time", "zone", "days", "quiet"], text: str) -> Html:
    match setting:
        case "time":
            return words.t(
                "“{text}” is not a time of day. Write it like <code>08:30</code> or "
                "<code>7:15 pm</code>.",
                text=text,
            )
        case "zone":
            return words.t(
                "I know no city or zone “{text}”. Name a larger city near you, your country, or an "
                "offset such as <code>+5:30</code>.",
                text=text,
            )
        case "days":
            return words.t(
                "“{text}” names no weekdays. Write them like <code>mon-fri</code>, "
                "<code>mon,wed,fri</code> or <code>all</code>; /pause stops every digest.",
                text=text,
            )
        case "quiet":
            return words.t(
                "“{text}” are no quiet hours. Write them like <code>22:00-07:00</code>, "
                "or <code>off</code>.",
                text=text,
            )


def _no_such_choice(
    words: Words,
    setting: Literal["setting", "sessions", "sound", "theme", "language", "switch", "changes"],
    text: str,
) -> Html:
    match setting:
        case "setting":
            return words.t(
                "There is no setting “{text}”. /settings shows them all with buttons.",
                text=text,
            )
        case "language":
            return words.t(
                "I do not speak “{text}”. I speak {languages}; <code>auto</code> follows Telegram.",
                text=text,
                languages=words.listing(tuple(map(own_name, languages()))),
            )
        case "sessions":
            return words.t(
                "“{text}” is not a number of sessions: choose 1 to 20, such as "
                "<code>/settings sessions 10</code>.",
                text=text,
            )
        case "sound":
            return words.t(
                "“{text}” is no sound setting: choose <code>auto</code>, <code>silent</code> or "
                "<code>loud</code>.",
                text=text,
            )
        case "theme":
            return words.t(
                "“{text}” is no theme: choose <code>light</code> or <code>dark</code>.",
                text=text,
            )
        case "switch":
            return words.t("“{text}” is neither <code>on</code> nor <code>off</code>.", text=text)
        case "changes":
            return words.t(
                "“{text}” is nobody I know: choose <code>admins</code> or <code>anyone</code>.",
                text=text,
            )


def limit_reached(words: Words, limit: Limit, most: int) -> Html:
    """Return which limit was met and what makes room."""
    match limit:
        case "at-once":
            return words.t("That is too many at once: up to {most} tickers a message.", most=most)
        case "place":
            return words.t(
                "A list holds at most {most} tickers, and this one would hold more. "
                "/subscriptions shows it, with buttons to make room.",
                most=most,
            )
        case "person":
            return words.t(
                "One person can put at most {most} tickers on lists, over all chats together. "
                "Remove some with /unsubscribe first.",
                most=most,
            )
        case "alerts":
            return words.t(
                "At most {most} alerts can wait in one chat. /alerts shows them, with buttons to "
                "make room.",
                most=most,
            )
        case "own-alerts":
            return words.t(
                "In a group one person can have at most {most} alerts waiting. /alerts shows them, "
                "with buttons to make room.",
                most=most,
            )


def question_refused(words: Words, error: QuestionRefusedError) -> Html:
    """Return why a question that was read has no honest answer."""
    match error.reason:
        case "past":
            return words.t("That day has gone by. Ask for one to come, such as “on Friday”.")
        case "closed":
            return words.t(
                "The session that decides has closed already ({day}). Ask for a later day.",
                day=words.day(error.day) if error.day else "",
            )
        case "currency" if error.currency:
            return words.t(
                "{ticker} is quoted in {currency}. Ask with a price in {currency}.",
                ticker=error.ticker,
                currency=error.currency,
            )
        case "currency":
            return words.t(
                "{ticker} is an index, quoted in points. Ask with a number alone.",
                ticker=error.ticker,
            )
    return words.t("Those two are the same: {ticker}.", ticker=error.ticker)


def alert_refused(words: Words, reason: AlertReason, ticker: str) -> Html:
    """Return why an alert would make no sense."""
    match reason:
        case "unreadable":
            return words.t(
                "I cannot read that. A close leaving its range: <code>/alert {ticker}</code>. "
                "A chance passing a mark: <code>/alert {ticker} 250 60%</code>.",
                ticker=ticker,
            )
        case "price":
            return words.t("The price of an alert on {ticker} must be above zero.", ticker=ticker)
        case "percent":
            return words.t(
                "The chance of an alert must lie between 3 and 97 %: beyond that a forecast does "
                "not tell. Like this: <code>/alert {ticker} 250 60%</code>.",
                ticker=ticker,
            )
        case "over":
            return words.t(
                "All sessions of that forecast of {ticker} have passed. Ask for a new one with "
                "<code>/predict {ticker}</code>.",
                ticker=ticker,
            )
        case "there":
            return words.t(
                "{ticker} is there already. A price on the other side of today's can be watched: "
                "<code>/alert {ticker} 250</code>.",
                ticker=ticker,
            )
        case "left":
            return words.t(
                "{ticker} has already closed outside the range of that forecast. Ask for a "
                "new one with <code>/predict {ticker}</code>.",
                ticker=ticker,
            )


def import_refused(words: Words, reason: ImportReason) -> Html:
    """Return why a file was not imported."""
    match reason:
        case "no-file":
            return words.t(
                "Reply with /import to a file that /export gave you, or send me the file in a "
                "private chat with <code>/import</code> as its caption."
            )
        case "too-large":
            return words.t(
                "That file is larger than 256 kB. The .csv file of /export is always small enough."
            )
        case "unreadable":
            return words.t("I cannot read that file: it is neither the CSV nor JSON of /export.")
        case "empty":
            return words.t("That file names no subscriptions.")


def prices_clash(words: Words, ticker: str, source: str, clash: Clash, day: date | None) -> Html:
    """Return how the prices that a source gave contradict themselves, so that nothing is told."""
    shown = "" if day is None else words.day(day)
    match clash:
        case "split":
            return words.t(
                "The prices of <b>{ticker}</b> ({source}) before {day} do not fit those after: a "
                "split seems not to be adjusted. So there is no forecast.",
                ticker=ticker, source=source, day=shown,
            )  # fmt: skip
        case "dividends":
            return words.t(
                "The prices of <b>{ticker}</b> ({source}) before {day} do not fit those after: "
                "closes and adjusted closes contradict each other. So there is no forecast.",
                ticker=ticker, source=source, day=shown,
            )  # fmt: skip
        case "closed-days":
            return words.t(
                "The dates of <b>{ticker}</b> ({source}) seem to be a day off: on many, such as "
                "{day}, its exchange was closed. So there is no forecast.",
                ticker=ticker, source=source, day=shown,
            )  # fmt: skip
        case "rows":
            return words.t(
                "Many rows of <b>{ticker}</b> ({source}) cannot be true, such as closes outside "
                "the day's high and low. So there is no forecast.",
                ticker=ticker, source=source,
            )  # fmt: skip


def file_refused(words: Words, file: str, reason: str, shown: str) -> Html:
    """Return why a price file is not read, and what its owner can do."""
    sentences = {
        "ambiguous-dates": words.t(
            "{file} cannot be read: its dates are ambiguous ({shown}), day and month may be "
            "either. A file with more rows, or dates such as 2021-04-03, can be.",
            file=file,
            shown=shown,
        ),
        "no-columns": words.t(
            "{file} cannot be read: it has no columns of dates and closes.", file=file
        ),
        "weekly": words.t("{file} cannot be used: its rows are weeks, not days.", file=file),
        "monthly": words.t("{file} cannot be used: its rows are months, not days.", file=file),
        "two-tickers": words.t(
            "{file} cannot be used: it holds two tickers under one name ({shown}).",
            file=file,
            shown=shown,
        ),
        "rows": words.t(
            "{file} cannot be used: too many of its rows cannot be read ({shown}).",
            file=file,
            shown=shown,
        ),
        "damaged": words.t("{file} cannot be read: it is damaged or of another kind.", file=file),
    }
    return sentences[reason]


def too_many_requests(words: Words, error: TooManyRequestsError) -> Html:
    """Return when a person, a group or all may ask again."""
    seconds = max(1, round(error.wait_seconds))
    if error.scope == "chat":
        return words.n(
            "This group asks more than Telegram lets me answer. I listen again in {count} second.",
            "This group asks more than Telegram lets me answer. I listen again in {count} seconds.",
            seconds,
        )
    if error.scope == "all":
        return words.n(
            "Very many people ask at the moment. Please ask again in {count} second.",
            "Very many people ask at the moment. Please ask again in {count} seconds.",
            seconds,
        )
    return words.n(
        "That is a lot at once. Please ask again in {count} second.",
        "That is a lot at once. Please ask again in {count} seconds.",
        seconds,
    )
