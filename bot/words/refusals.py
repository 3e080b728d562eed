"""What is said when a wish about lists, settings, alerts or files cannot be granted."""

from bot.words.language import Html, Words


def setting_refused(words: Words, setting: str, text: str) -> Html:
    """Return why a setting stays as it is, and how it is written."""
    return {**_of_times(words, text[:30]), **_of_choices(words, text[:30])}[setting]


def _of_times(words: Words, value: str) -> dict[str, Html]:
    return {
        "time": words.t(
            "“{text}” is not a time of day. Write it like <code>08:30</code> or "
            "<code>7:15 pm</code>.",
            text=value,
        ),
        "zone": words.t(
            "I know no city or zone “{text}”. Name a larger city near you, your country, or an "
            "offset such as <code>+5:30</code>.",
            text=value,
        ),
        "days": words.t(
            "“{text}” names no weekdays. Write them like <code>mon-fri</code>, "
            "<code>mon,wed,fri</code> or <code>all</code>; /pause stops every digest.",
            text=value,
        ),
        "quiet": words.t(
            "“{text}” are no quiet hours. Write them like <code>22:00-07:00</code>, "
            "or <code>off</code>.",
            text=value,
        ),
    }


def _of_choices(words: Words, value: str) -> dict[str, Html]:
    return {
        "setting": words.t(
            "There is no setting “{text}”. /settings shows them all with buttons.", text=value
        ),
        "sessions": words.t(
            "“{text}” is not a number of sessions: choose 1 to 20, such as "
            "<code>/settings sessions 10</code>.",
            text=value,
        ),
        "sound": words.t(
            "“{text}” is no sound setting: choose <code>auto</code>, <code>silent</code> or "
            "<code>loud</code>.",
            text=value,
        ),
        "theme": words.t(
            "“{text}” is no theme: choose <code>light</code> or <code>dark</code>.", text=value
        ),
        "switch": words.t("“{text}” is neither <code>on</code> nor <code>off</code>.", text=value),
        "changes": words.t(
            "“{text}” is nobody I know: choose <code>admins</code> or <code>anyone</code>.",
            text=value,
        ),
    }


def limit_reached(words: Words, limit: str, most: int) -> Html:
    """Return which limit was met and what makes room."""
    sentences = {
        "at-once": words.t("That is too many at once: up to {most} tickers a message.", most=most),
        "place": words.t(
            "A list holds at most {most} tickers, and this one would hold more. "
            "/subscriptions shows it, with buttons to make room.",
            most=most,
        ),
        "person": words.t(
            "One person can put at most {most} tickers on lists, over all chats together. "
            "Remove some with /unsubscribe first.",
            most=most,
        ),
        "alerts": words.t(
            "At most {most} alerts can wait in one chat. /alerts shows them, with buttons to "
            "make room.",
            most=most,
        ),
        "own-alerts": words.t(
            "In a group one person can have at most {most} alerts waiting. /alerts shows them, "
            "with buttons to make room.",
            most=most,
        ),
    }
    return sentences[limit]


def alert_refused(words: Words, reason: str, ticker: str) -> Html:
    """Return why an alert would make no sense."""
    sentences = {
        "unreadable": words.t(
            "I cannot read that. A close leaving its range: <code>/alert {ticker}</code>. "
            "A chance passing a mark: <code>/alert {ticker} 250 60%</code>.",
            ticker=ticker,
        ),
        "price": words.t("The price of an alert on {ticker} must be above zero.", ticker=ticker),
        "percent": words.t(
            "The chance of an alert must lie between 3 and 97 %: beyond that a forecast does "
            "not tell. Like this: <code>/alert {ticker} 250 60%</code>.",
            ticker=ticker,
        ),
        "over": words.t(
            "All sessions of that forecast of {ticker} have passed. Ask for a new one with "
            "<code>/predict {ticker}</code>.",
            ticker=ticker,
        ),
        "left": words.t(
            "{ticker} has already closed outside the 80 % range of that forecast. Ask for a new "
            "one with <code>/predict {ticker}</code>.",
            ticker=ticker,
        ),
    }
    return sentences[reason]


def import_refused(words: Words, reason: str) -> Html:
    """Return why a file was not imported."""
    sentences = {
        "no-file": words.t(
            "Reply with /import to a file that /export gave you, or send me the file in a "
            "private chat with <code>/import</code> as its caption."
        ),
        "too-large": words.t(
            "That file is larger than 256 kB. The .csv file of /export is always small enough."
        ),
        "unreadable": words.t(
            "I cannot read that file: it is neither the CSV nor JSON of /export."
        ),
        "empty": words.t("That file names no subscriptions."),
    }
    return sentences[reason]
