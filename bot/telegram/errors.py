"""Reads Telegram's errors: did the message arrive, may it be sent again, what is in its way?"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from bot.errors import (
    ChatGoneError,
    ChatSilencedError,
    MaybeSentError,
    NotAllowedError,
    NotSentError,
    UnansweredError,
    UsageError,
)
from bot.telegram.direct_request import CutOffError, UnsentError
from bot.telegram.obstacles import Obstacle, obstacle_of
from bot.telegram.request_body import was_cut_in_body

log = logging.getLogger(__name__)
T = TypeVar("T")

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_TRIES, _FIRST_PAUSE = 3, 0.2
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, *([60.0] * 9))
"""Seconds between the tries of what somebody waits for: ten minutes in all."""


async def calling(send: Callable[[], Awaitable[T]]) -> T:
    """Return what a request to Telegram returned, repeated only while it surely never arrived.

    Raises:
        ChatMigrated, Forbidden, BadRequest: Telegram's own refusals, for the caller to handle.
        MaybeSentError: The request left and no answer came.
        NotSentError: It has not arrived after some tries.
    """
    try:
        return await _repeated(send)
    except Forbidden as err:
        if obstacle_of(err) in (None, Obstacle.CHAT_UNKNOWN):
            raise
        # Of what is forbidden Telegram says 403 in one chat and 400 in another: the text counts.
        raise BadRequest(err.message) from err
    except (ChatMigrated, BadRequest):
        raise
    except RetryAfter as err:
        raise NotSentError(str(err), hopeless=False) from err
    except TelegramError as err:
        # Of no kind at all: an answer that is no JSON, a proxy's or one that was cut.
        unread = type(err) is TelegramError
        if unread or (isinstance(err, NetworkError) and not never_arrived(err)):
            raise MaybeSentError(str(err), cut_off=not isinstance(err, TimedOut)) from err
        # With another token the next process can send it.
        hopeless = not isinstance(err, (NetworkError, InvalidToken))
        raise NotSentError(str(err), hopeless=hopeless) from err


async def _repeated(send: Callable[[], Awaitable[T]]) -> T:
    try:
        # By itself: what counts tries costs as much as a short request does.
        return await send()
    except NetworkError as err:
        if not never_arrived(err):
            raise
    # Short: somebody waits. Who tries longer than this has pauses of their own.
    pauses = wait_exponential_jitter(multiplier=0.4, max=3, jitter=0.1)
    await asyncio.sleep(_FIRST_PAUSE)
    retry, stop = retry_if_exception(never_arrived), stop_after_attempt(_TRIES - 1)

    async def once() -> T:
        return await send()

    return await AsyncRetrying(stop=stop, wait=pauses, retry=retry, reraise=True)(once)


async def repeating(ask: Callable[[], Awaitable[T]], pauses: Sequence[float] = PAUSES) -> T:
    """Return what a request returned that may be made twice: a question, an edit, a removal.

    Whoever asked waits for it in their line, so that what they ask next does not overtake it.

    Raises:
        ChatMigrated, Forbidden, BadRequest: As `calling`.
        UnansweredError: Telegram has not answered for ten minutes.
    """
    for pause in (*pauses, None):
        try:
            return await calling(ask)
        except (MaybeSentError, NotSentError) as err:
            if isinstance(err, NotSentError) and err.hopeless:
                raise
            log.warning("request-waits reason=%r", err.reason)
        if pause is not None:
            await asyncio.sleep(pause)
    raise UnansweredError


def never_arrived(error: BaseException) -> bool:
    """Return whether a failed request certainly had no effect and may be sent again."""
    if not isinstance(error, NetworkError) or isinstance(error, BadRequest):
        return False
    cause = error.__cause__
    if isinstance(cause, (UnsentError, CutOffError)):
        return isinstance(cause, UnsentError)
    if isinstance(cause, httpx.HTTPError):
        return isinstance(cause, _NEVER_LEFT) or was_cut_in_body(cause)
    # Telegram answered with a server error (5xx): it says itself that it did nothing.
    return not isinstance(error, TimedOut)


def is_silence(error: BaseException) -> bool:
    """Return whether a line is open and nothing comes; a line that is down is no silence."""
    down = (UnsentError, httpx.ConnectTimeout)
    return isinstance(error, TimedOut) and not isinstance(error.__cause__, down)


def needs_words(error: BadRequest) -> bool:
    """Return whether words may pass where a picture or a file did not."""
    return obstacle_of(error) in (Obstacle.NO_PICTURES, Obstacle.FILE_FORGOTTEN)


def is_unknown_file(error: BadRequest) -> bool:
    """Return whether Telegram does not know a `file_id` any more."""
    return obstacle_of(error) is Obstacle.FILE_FORGOTTEN


def is_unchanged(error: BadRequest) -> bool:
    """Return whether an edit would have changed nothing."""
    return obstacle_of(error) is Obstacle.UNCHANGED


def meaning_of(error: Exception, chat_id: int) -> Exception:
    """Return what a refusal of Telegram means for whoever asked; another error as it is."""
    if isinstance(error, Forbidden):
        return ChatGoneError(chat_id)
    if isinstance(error, ChatMigrated):
        return UsageError("message-gone")
    obstacle = obstacle_of(error) if isinstance(error, BadRequest) else None
    match obstacle:
        case Obstacle.CHAT_UNKNOWN:
            meaning: Exception = ChatGoneError(chat_id)
        case Obstacle.SILENCED | Obstacle.TOPIC_SHUT:
            meaning = ChatSilencedError(chat_id, str(error))
        case Obstacle.MESSAGE_GONE | Obstacle.NO_PICTURES | Obstacle.FILE_FORGOTTEN:
            meaning = UsageError("message-gone")
        case Obstacle.ADMINS_UNSEEN:
            meaning = NotAllowedError("admins-unseen")
        case Obstacle.UNCHANGED | Obstacle.PRESS_FORGOTTEN:
            meaning = NotSentError(str(error), hopeless=True)
        case _:
            meaning = error
    return meaning


def check_editable(error: BadRequest) -> None:
    """Raise what to say when a message cannot be changed any more.

    Raises:
        UsageError: It was deleted, or is too old.
    """
    if obstacle_of(error) is Obstacle.MESSAGE_GONE:
        raise UsageError("message-gone") from error
