"""What became of a request, by the error that it ended with."""

import pytest
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.errors import MaybeSentError, NotSentError
from bot.telegram.errors import calling


def failing(error):
    async def send():
        raise error

    return send


async def test_an_answer_that_is_no_json_leaves_open_whether_it_arrived():
    """A proxy's page, or half an answer: looked for and sent again, not given up."""
    with pytest.raises(MaybeSentError) as raised:
        await calling(failing(TelegramError("Invalid server response")))
    assert raised.value.cut_off


async def test_a_403_that_names_a_missing_right_is_not_the_end_of_a_chat():
    """Only one that says so, or says nothing known, is."""
    with pytest.raises(BadRequest):
        await calling(failing(Forbidden("Forbidden: CHAT_SEND_PHOTOS_FORBIDDEN")))
    with pytest.raises(Forbidden):
        await calling(failing(Forbidden("Forbidden: bot was kicked from the group chat")))


async def test_a_revoked_token_leaves_a_question_to_the_next_process():
    """It is not refused for good: with another token it can be answered."""
    with pytest.raises(NotSentError) as raised:
        await calling(failing(InvalidToken("Unauthorized")))
    assert not raised.value.hopeless
