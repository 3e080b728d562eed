"""A thousand lines cut after a message went out whole: what is doubled or lost, by policy.

    python -m benchmarks cuts

Half of the messages Telegram has carried out, half it has not; the bot sees the same in both cases.
The server listens on loopback; each message goes to a chat of its own, twenty at a time.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, cast

from bot.errors import MaybeSentError
from bot.telegram.client import PacedBot, build_bot
from bot.telegram.errors import calling
from bot.telegram.rate_limiter import PacedLimiter
from bot.telegram.sender import Sender
from bot.telegram.ways import Way
from bot.words.language import Html
from localchat.server import Clocks, LocalChat
from localchat.state.values import User
from storage.records.chats import Place

CUTS, AT_ONCE, FIRST_ID = 1000, 20, 900_000_000
TOKEN = "4200001234:AA_a_token_for_benchmarks_only_000000"
Send = Callable[[int], Awaitable[object]]


def never_again(bot: PacedBot, _sender: Sender) -> Send:
    """Take a message whose line was cut for sent."""

    async def send(chat_id: int) -> None:
        try:
            await calling(lambda: bot.send_message(chat_id, "news"))
        except MaybeSentError:
            return

    return send


def always_again(bot: PacedBot, _sender: Sender) -> Send:
    """Send a message whose line was cut once more."""

    async def send(chat_id: int) -> None:
        try:
            await calling(lambda: bot.send_message(chat_id, "news"))
        except MaybeSentError:
            await bot.send_message(chat_id, "news")

    return send


def asked_first(_bot: PacedBot, sender: Sender) -> Send:
    """Look whether it is there, and send it once more where it is not: what the bot does."""

    async def send(chat_id: int) -> None:
        way = Way(Place(chat_id))
        try:
            await sender.text(way, Html("news"))
        except MaybeSentError:
            await sender.text(way, Html("news"))

    return send


async def measure(name: str, policy: Callable[[PacedBot, Sender], Send]) -> None:
    """Cut a thousand lines and print a row."""
    chat = LocalChat(None, TOKEN, Clocks(lambda: datetime.now(UTC), time.monotonic), record=True)
    await chat.start()
    rng, people = random.Random(1), []
    for number in range(CUTS):
        user = chat.world.add_user(User(FIRST_ID + number, f"Person {number}"))
        said = chat.people.say(user, None, "/help")
        people.append((user.id, said.id))
        cut = chat.api.faults.lose_reply if rng.random() < 0.5 else chat.api.faults.drop
        cut("sendMessage", chat_id=user.id)
    async with build_bot(chat.url, TOKEN, PacedLimiter(per_second=10_000)) as bot:
        nothing = cast("Any", None)  # chats that are gone or moved are not part of this
        sender, free = Sender(bot, nothing, nothing, nothing), asyncio.Semaphore(AT_ONCE)
        send = policy(bot, sender)

        async def one(chat_id: int, question: int) -> None:
            async with free:
                sender.saw(chat_id, question)
                await send(chat_id)

        await asyncio.gather(*(one(*person) for person in people))
    came = [sum(m.sender_id == chat.world.bot.id for m in chat.world.history(n)) for n, _ in people]
    asked = len(chat.calls.of("editMessageReplyMarkup"))
    print(f"| {name} | {came.count(2)} | {came.count(0)} | {asked} |")
    await chat.stop()


def main() -> None:
    """Print the table."""
    logging.getLogger("aiohttp.server").disabled = True
    print("| after a cut | doubled | lost | questions to Telegram |\n|---|---|---|---|")
    asyncio.run(measure("never sent again", never_again))
    asyncio.run(measure("always sent again", always_again))
    asyncio.run(measure("asked for, sent again where it is not there", asked_first))
