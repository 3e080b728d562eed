"""One short, true sentence with a way out for everything that can go wrong."""

from functools import singledispatch

from bot import errors as bot_errors
from bot.words.demo import not_in_demo
from bot.words.language import Html, Words, copied
from bot.words.names import full_name
from bot.words.refusals import (
    alert_refused,
    file_refused,
    import_refused,
    limit_reached,
    prices_clash,
    question_refused,
    setting_refused,
    too_many_requests,
)
from bot.words.usage import usage_refused
from forecasting import errors

MOST_PER_ANSWER = 4


@singledispatch
def failure(error: BaseException, words: Words) -> Html:  # noqa: ARG001 - dispatch needs it
    """Return what a person is told of an error, as HTML.

    Errors nobody foresaw have no sentence here: `incident` is for them.

    Raises:
        TypeError: The error has no sentence.
    """
    raise TypeError(f"no sentence for {type(error).__name__}")


def has_sentence(error: BaseException) -> bool:
    """Return whether `failure` knows the error."""
    return failure.dispatch(type(error)) is not failure.dispatch(object)


def incident(words: Words, incident_id: str) -> Html:
    """Return the line for an error nobody foresaw."""
    return words.t(
        "Something went wrong here, and it is not your fault. Please try again in a minute. "
        "If you report it, name incident <code>{id}</code>.",
        id=incident_id,
    )


def was_away(words: Words) -> Html:
    """Return the line for what was asked while the bot was not there."""
    return words.t("I was away and could not answer in time. Please ask again.")


def long_line(words: Words, seconds: float) -> Html:
    """Return the line for a group that asks more than may be answered there in a minute."""
    return words.n(
        "Telegram lets me send 20 messages a minute here, and more is asked. The answers come in "
        "order; the last in about {count} minute. Equal questions get one answer.",
        "Telegram lets me send 20 messages a minute here, and more is asked. The answers come in "
        "order; the last in about {count} minutes. Equal questions get one answer.",
        max(1, round(seconds / 60)),
    )


def asked_by(words: Words, people: int) -> Html:
    """Return the line under an answer to a question that several people asked."""
    return words.n(
        "Asked by {count} person here.",
        "Asked by {count} people here.",
        people,
    )


def not_let_to_write(words: Words) -> Html:
    """Return what somebody reads in private who asked where the bot may write nothing."""
    return words.t("I may not write where you have just asked. Ask me here, and I answer.")


def was_cut_off(words: Words) -> Html:
    """Return the line for an answer that Telegram would not take for too long."""
    return words.t(
        "Telegram did not take my answer for some minutes, so your last question stayed without "
        "one. Please ask again."
    )


@failure.register
def _(error: errors.InvalidTickerError, words: Words) -> Html:
    return words.t(
        "“{text}” is not a ticker. Write it as Yahoo does, such as <code>/predict TSLA</code>, "
        "<code>7203.T</code>, <code>^GSPC</code> or <code>BTC-USD</code>.",
        text=error.text[:30],
    )


@failure.register
def _(error: errors.NameUnclearError, words: Words) -> Html:
    return words.t(
        "“{text}” may be {names}. Which one? Type its ticker, or press it for its forecast.",
        text=error.text[:30],
        names=words.either(tuple(map(full_name, error.tickers))),
    )


@failure.register
def _(error: errors.UnknownNameError, words: Words) -> Html:
    if error.tickers:
        return words.t("I know nobody named “{text}”. Did you mean:", text=error.text[:30])
    return words.t(
        "I know nobody named “{text}”. Write the ticker as Yahoo does, such as <code>TSLA</code> "
        "or <code>VOD.L</code>.",
        text=error.text[:30],
    )


@failure.register
def _(error: errors.UnknownTickerError, words: Words) -> Html:
    if error.source == "sample":
        return not_in_demo(words, error.ticker, error.suggestions)
    if error.suggestions:
        return words.t("I know no ticker <b>{ticker}</b>. Did you mean:", ticker=error.ticker)
    if error.source == "files":
        return words.t(
            "The price files here hold no <b>{ticker}</b>. Some that they hold:",
            ticker=error.ticker,
        )
    return words.t(
        "I know no ticker <b>{ticker}</b>. Check how Yahoo writes it: shares outside the US need "
        "an ending, such as <code>VOD.L</code>.",
        ticker=error.ticker,
    )


@failure.register
def _(error: errors.TooLittleHistoryError, words: Words) -> Html:
    return words.t(
        "<b>{ticker}</b> has not traded for long enough: {got} of the {needed} sessions that a "
        "forecast needs. Try again later.",
        ticker=error.ticker,
        got=words.number(error.got),
        needed=words.number(error.needed),
    )


@failure.register
def _(error: errors.NoConnectionError, words: Words) -> Html:
    return words.t(
        "The price source ({source}) cannot be reached right now, so there is no forecast of "
        "<b>{ticker}</b>. Please try again in a few minutes.",
        ticker=error.ticker,
        source=error.source,
    )


@failure.register
def _(error: errors.RateLimitedError, words: Words) -> Html:
    if error.retry_at is None:
        return words.t(
            "The price source ({source}) asks for a pause. Please ask for <b>{ticker}</b> again "
            "in some minutes.",
            ticker=error.ticker,
            source=error.source,
        )
    return words.t(
        "The price source ({source}) asks for a pause until {moment}. Please ask for "
        "<b>{ticker}</b> again then.",
        ticker=error.ticker,
        source=error.source,
        moment=words.at(error.retry_at),
    )


@failure.register
def _(error: errors.BadAnswerError, words: Words) -> Html:
    return words.t(
        "The prices of <b>{ticker}</b> that {source} sent cannot be used, so there is no forecast. "
        "Please try again later.",
        ticker=error.ticker,
        source=error.source,
    )


@failure.register
def _(error: errors.ClashingPricesError, words: Words) -> Html:
    return prices_clash(words, error.ticker, error.source, error.clash, error.day)


@failure.register
def _(error: errors.UnreadableFileError, words: Words) -> Html:
    return file_refused(words, error.file, error.reason, error.shown)


@failure.register
def _(error: errors.EndedTickerError, words: Words) -> Html:
    return words.t(
        "<b>{ticker}</b> last traded on {day}, so there is no forecast of it.",
        ticker=error.ticker,
        day=words.day(error.last),
    )


@failure.register
def _(error: errors.UnusableHistoryError, words: Words) -> Html:
    return words.t(
        "No forecast of <b>{ticker}</b>: its prices hardly move or break off ({detail}).",
        ticker=error.ticker,
        detail=error.detail,
    )


@failure.register
def _(error: errors.CalendarError, words: Words) -> Html:
    return words.t(
        "No forecast: the calendar of its exchange ({calendar}) is not known around {day}.",
        calendar=error.calendar,
        day=words.day(error.day),
    )


@failure.register
def _(error: bot_errors.UsageError, words: Words) -> Html:
    return usage_refused(words, error, MOST_PER_ANSWER)


@failure.register
def _(error: bot_errors.NotAllowedError, words: Words) -> Html:
    match error.reason:
        case "asker-or-admin":
            return words.t("Only who asked, or an admin of this chat, can delete it.")
        case "admins-only":
            return words.t("Only admins of this chat can do that.")
        case "admins-unseen":
            return words.t(
                "Only admins of this chat can do that, and Telegram does not tell me who is one. "
                "Make me an admin to let me see it."
            )
        case "no-files":
            return words.t(
                "This chat lets me send no files. An admin can allow them; then ask again."
            )
        case "operators-only":
            return words.t("Only the operators of this bot can do that.")
        case "replay-only":
            return words.t("This bot runs in real time: /next works in a replay only.")
        case "groups-only":
            return words.t("That is a setting of groups; here everything is yours.")
        case "in-channel":
            return words.t("Calls are for groups: in a channel nobody can press a fifth.")
        case "not-yours":
            return words.t("This button is for the person who asked.")
        case "in-private":
            return words.t("Channels are set up in your private chat with me: type /channel there.")
        case "anonymous":
            return words.t(
                "You write here without your name, so I cannot tell whose data to erase. "
                "Send me /forgetme in a private chat."
            )


@failure.register
def _(error: bot_errors.TooManyRequestsError, words: Words) -> Html:
    return too_many_requests(words, error)


@failure.register
def _(error: bot_errors.ForecastGoneError, words: Words) -> Html:
    return words.t("Forecast #F{id} is not in the ledger.", id=copied(error.forecast_id))


@failure.register
def _(error: bot_errors.SettingError, words: Words) -> Html:
    return setting_refused(words, error.setting, error.text)


@failure.register
def _(error: bot_errors.LimitReachedError, words: Words) -> Html:
    return limit_reached(words, error.limit, error.most)


@failure.register
def _(error: bot_errors.QuestionRefusedError, words: Words) -> Html:
    return question_refused(words, error)


@failure.register
def _(error: bot_errors.AlertRefusedError, words: Words) -> Html:
    return alert_refused(words, error.reason, error.ticker)


@failure.register
def _(error: bot_errors.ImportRefusedError, words: Words) -> Html:
    return import_refused(words, error.reason)
