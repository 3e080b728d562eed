"""A person puts tickers beside each other: `/compare` and `/rank`."""

import io
import re

import pytest
from PIL import Image

from tests.journeys.product import running_bot, settings_for, write_prices


@pytest.fixture
async def bot(chat, tmp_path):
    async with running_bot(chat, tmp_path) as running:
        yield running


def above(message) -> list[str]:
    """The lines above the fold."""
    text: str = message.text
    return text.split("\nDetails\n", maxsplit=1)[0].splitlines()


async def test_two_tickers_are_on_one_picture_with_who_may_end_ahead(bot, chat):
    """One photo, who is calmer, the chance of one ending ahead, both ledger numbers."""
    answer = await chat.photo_for(chat.ann.say("/compare tesla AAPL"))
    lines = answer.text.splitlines()
    assert lines[0] == "Read as Tesla (TSLA)."
    assert len(above(answer)) <= 6
    calmest = r"(TSLA|AAPL) moves least: its range is \d+\s% as wide as that of (TSLA|AAPL)\."
    assert any(re.fullmatch(calmest, line) for line in lines)
    ahead = re.search(r"ends ahead of \w+ by Jan 31, 2022 in (\d+) of 100 cases", answer.text)
    assert ahead
    assert 40 <= int(ahead[1]) <= 60
    assert "Not investment advice. #F" in answer.text
    picture = Image.open(io.BytesIO(chat.photo(answer)))
    assert (picture.width, picture.format) == (1280, "PNG")
    again = await chat.photo_for(chat.ben.say("/compare tesla AAPL"))
    assert (again.text, again.photo) == (answer.text, answer.photo)


async def test_three_tickers_have_chances_that_add_up(bot, chat):
    """One of the three ends ahead of all; the pairs are below the fold; a wrong one is told apart."""
    asked = chat.ann.say("/compare TSLA AAPL SPY NOSUCH 5")
    answer = await chat.photo_for(asked)
    line = next(one for one in answer.text.splitlines() if one.startswith("Ends ahead of all"))
    assert "by Jan 7" in line
    assert sum(map(int, re.findall(r"(?:TSLA|AAPL|SPY) (\d+)", line))) in (99, 100, 101)
    assert answer.text.count("of 100 cases") == 3
    refused = await chat.next_message(chat.ann, after=answer)
    assert "NOSUCH" in refused.text


async def test_one_ticker_alone_is_answered_with_the_way(bot, chat):
    """Nothing can be compared with nothing."""
    answer = await chat.answer_to(chat.ann.say("/compare TSLA"))
    assert "/compare TSLA AAPL" in answer.text


async def test_the_list_of_a_place_is_ranked(bot, chat):
    """Widest, calmest and most unusual of the list; without a list, how to have one."""
    none = await chat.answer_to(chat.ann.say("/rank"))
    assert "/subscribe TSLA AAPL" in none.text
    await chat.answer_to(chat.ann.say("/subscribe TSLA AAPL SPY"))
    answer = await chat.photo_for(chat.ann.say("/rank"))
    starts = [line.split()[0] for line in above(answer)]
    assert starts[:3] == ["Widest:", "Calmest:", "Most"]
    assert len(above(answer)) <= 5
    assert len(answer.text.split("\nDetails\n")[1].splitlines()) >= 3


async def test_a_list_longer_than_a_picture_is_ranked(chat, tmp_path):
    """Of 22 tickers the picture holds the 20 widest, and all are ranked."""
    prices = tmp_path / "many"
    names = [f"{first}{second}XX" for first in "ABCD" for second in "ABCDEF"][:22]
    write_prices(prices, {name: 50.0 + 10 * i for i, name in enumerate(names)})
    settings = settings_for(chat, tmp_path)
    async with running_bot(chat, tmp_path, price_files=(*settings.price_files, prices)):
        for part in (names[:11], names[11:]):
            await chat.answer_to(chat.ann.say(f"/subscribe {' '.join(part)}"), seconds=60)
        answer = await chat.photo_for(chat.ann.say("/rank"), seconds=60)
        assert answer.text.startswith("Widest: ")
