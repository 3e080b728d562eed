"""The words on pictures, in a chat's language."""

from bot.messages.words import Words
from forecasting.charts.texts import ChartTexts, readable


def chart_texts(words: Words) -> ChartTexts:
    """Return the texts that pictures are drawn with."""
    w = words.plain
    return readable(
        ChartTexts(
            locale=str(words.locale),
            median=w("median"),
            no_change=w("no change"),
            close_of=w("close of {date}", date="{date}"),
            until=w("{sessions}, to {date}", sessions="{sessions}", date="{date}"),
            source=w("source: {source}", source="{source}"),
            model=w("model {model}", model="{model}"),
            disclaimer=w("A statistical estimate that can be wrong. Not investment advice."),
            sessions_ahead=lambda n: words.n("next session", "next {count} sessions", n),
            sessions_old=lambda n: words.n("{count} session old", "{count} sessions old", n),
            cautions={
                "widened": w("unusual inputs: widened"),
                "calendar-guessed": w("dates guessed: no exchange calendar"),
                "short-history": w("short history"),
                "no-market": w("market state unknown"),
            },
        )
    )
