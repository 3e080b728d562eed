"""The unattended part of the product on a clock that the test moves, over real HTTP."""

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import cast

from bot.background.outbox.posts import Post
from bot.clock import Clock, ReplayClock
from bot.compose import Installation, compose
from bot.words.language import Html
from localchat.state.values import Message
from storage.records.chats import Place
from storage.records.work import OutboxItem
from tests.journeys.product import settings_for

WEDNESDAY = datetime(2021, 12, 15, 0, 30, tzinfo=UTC)
"""Tuesday's close is known; nobody has been told."""


class MovedClock:
    """The machine's time as the test says it: unlike a replay's, the product takes it for real."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the instant that the test has moved to."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Let it be another time."""
        self._now = instant


class Product:
    """A bot without its commands: what it sends unasked can be called for at any instant."""

    def __init__(self, bot: Installation) -> None:
        self.awaitable, self.store, self.work = bot.store, bot.store.blocking, bot.work
        self.clock = cast("ReplayClock", bot.clock)
        self.forecasts = bot.forecasts

    def subscribe(self, person, *tickers, topic=0, **settings) -> Place:
        """Let a person (or group) have a list, with the digest at 08:00 UTC."""
        if person.id > 0:
            person.say("hello")
        place = Place(person.id, topic)
        self.store.see_chat(person.id)
        self.store.subscribe(place, tickers, abs(person.id), self.clock.now())
        self.set(place, **{"digest_at": time(8), "zone": "UTC", **settings})
        return place

    def set(self, place, **settings) -> None:
        """Change a place's settings."""
        changed = replace(self.store.settings(place), **settings)
        self.store.save_settings(place, changed, self.clock.now())

    async def at(self, year: int, month: int, day: int, hour: int = 0, minute: int = 0):
        """Move to an instant in UTC and do what is due then."""
        self.clock.move_to(datetime(year, month, day, hour, minute, tzinfo=UTC))
        return await self.work.tick()

    async def night(self, year: int, month: int, day: int, hour: int = 1):
        """Move to an instant in UTC and do what follows New York's last close."""
        self.clock.move_to(datetime(year, month, day, hour, tzinfo=UTC))
        return await self.work.nights.after_close("XNYS")


@asynccontextmanager
async def product(chat, tmp_path, now: datetime | Clock = WEDNESDAY, *, paced=True, **changes):
    """Run the unattended part of the bot in this process, in a replay unless `now` is a clock.

    Where `paced` is not needed, the hours that a test lives through cost no second of its own.
    """
    settings = settings_for(chat, tmp_path, **changes)
    clock = ReplayClock(now) if isinstance(now, datetime) else now
    async with compose(settings, clock, paced=paced) as bot:
        # Training takes seconds a ticker; its own tests are elsewhere.
        bot.work.jobs.leave_out("retrain")
        async with bot.client:
            try:
                yield Product(bot)
            finally:
                await bot.work.stop()


def letters(bot, chat, count, *, key="a", **post):
    """Put one message for each of so many people into the outbox."""
    people = [chat.person(100 + n, f"P{n}") for n in range(count)]
    for person in people:
        person.say("hello")
        bot.store.see_chat(person.id)
    payload = Post(Html("news"), **post).encode()
    now = bot.clock.now()
    items = [OutboxItem(Place(p.id), "digest", key, now, payload) for p in people]
    assert bot.store.enqueue(items, now) == count
    return people


def state(bot, person, key="a"):
    """What became of somebody's message."""
    return bot.store.find_outbox(Place(person.id), "digest", key).state


def texts(chat, person) -> list[str]:
    """What the bot has told somebody, oldest first."""
    return [message.text for message in told(chat, person)]


def told(chat, person) -> list[Message]:
    """The bot's messages that have words, oldest first."""
    return [message for message in chat.of_bot(person) if message.text]
