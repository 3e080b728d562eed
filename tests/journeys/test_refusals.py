"""A refusal says what to do next, with a button that does it."""

import pytest

from localchat.state.values import InlineButton
from tests.journeys.product import running_bot


@pytest.fixture
async def bot(chat, tmp_path):
    async with running_bot(chat, tmp_path) as running:
        yield running


@pytest.mark.parametrize(
    ("typed", "said", "button", "brings"),
    [
        ("/predict TSLA 99", "choose 1 to 20", "TSLA 10 sessions", "TSLA"),
        ("/predict ??", "is not a ticker", "AAPL", "AAPL"),
        ("/alert TSLA -5 x", "I cannot read that", "🔔 When TSLA leaves its range", None),
        ("/settings quiet never", "no quiet hours", "⚙️ Choose with buttons", "Quiet hours"),
        ("/subscriptions", "No subscriptions here yet", "🔔 Subscribe TSLA", "1 subscription"),
        ("/alerts", "No alerts wait here", "🔔 When AAPL leaves its range", None),
        ("/unknown", "I do not know that command", "What I can do", "/predict"),
        ("/compare", "Name 2 to 4 tickers", "/compare TSLA AAPL", "moves least"),
        ("/backtest AAPL 0", "such as /backtest AAPL 10", "/backtest AAPL", "AAPL: "),
        ("/backtest", "Name a ticker", "/backtest AAPL", "AAPL: "),
        ("/rank", "There is no list here yet", "🔔 Subscribe TSLA", "1 subscription"),
        ("/verify x", "is not the number of a forecast", "/verify", "hash"),
        ("/import", "Reply with /import to a file", "/export", "subscription"),
    ],
)
async def test_the_button_does_what_the_sentence_says(bot, chat, typed, said, button, brings):
    """One press, and what was wanted is there: a chart, a page, a list, or a window."""
    answer = await chat.answer_to(chat.ann.say(typed))
    assert said in answer.text
    query = chat.ann.press(answer, button)
    if brings is None:
        # In a window, or where the answer came late, as a message.
        await chat.wait(lambda: _told(chat, query, "range of forecast #F") or None)
        return
    await chat.wait(lambda: _shows(chat, brings) or None)
    await chat.notice(query)


async def test_what_was_taken_off_the_list_comes_back_with_one_press(bot, chat):
    """All of it."""
    await chat.answer_to(chat.ann.say("/subscribe TSLA AAPL"))
    removed = await chat.answer_to(
        chat.ann.say("/unsubscribe all"), where=lambda m: m.text.startswith("Off the list")
    )
    chat.ann.press(removed, "↩ Back on the list")
    assert "2 subscriptions here: TSLA and AAPL" in (await chat.edit_of(removed)).text


@pytest.mark.parametrize(
    "data",
    [
        "v1:q:",
        "v1:q:w:+:a b",
        "v1:q:f:1:5:l",
        "v1:w:+:TSLA,",
        "v1:t:;",
        "v1:h:x",
        "v1:g:x",
        "v1:y:/a\nb",
    ],
)
async def test_forged_buttons_are_refused(bot, chat, data):
    """Anyone can send any data; none of it is believed, every press is answered."""
    answer = await chat.answer_to(chat.ann.say("/help"))
    forged = chat.world.save(
        _with_button(chat.world.messages[answer.chat_id][answer.id], InlineButton("x", data))
    )
    text = (await chat.notice(chat.ann.press(forged, data))).text
    assert "older version" in text or "is not a ticker" in text


def _told(chat, query, words):
    said = [chat.world.queries[query.id].text, *(m.text for m in chat.of_bot(chat.ann))]
    return any(words in text for text in said)


def _shows(chat, words):
    return any(words in message.text for message in chat.of_bot(chat.ann)[1:]) or any(
        words in message.text and message.edited for message in chat.of_bot(chat.ann)
    )


def _with_button(message, button):
    from dataclasses import replace

    return replace(message, keyboard=((button,),))
