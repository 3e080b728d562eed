"""The usual bot killed while it tells everybody: it begins anew, or the rest never hears."""

from collections import Counter
from pathlib import Path

from benchmarks import usual_bot
from benchmarks.process import TOKEN, Bench
from localchat.bot_api.flood_limits import FloodLimits
from localchat.state.values import User

CHATS = 100
_PATIENCE_SECONDS = 120.0


class Killed:
    """One run: told to tell all, killed after a tenth, told again."""

    def __init__(self, folder: Path) -> None:
        """Start nothing yet."""
        self._bench = Bench(folder)
        self._people: list[User] = []

    async def run(self) -> tuple[int, Counter[int], Counter[int]]:
        """Return how often it was refused; how many were told how often, killed and at last."""
        chat = self._bench.chat
        chat.api.flood.limits = FloodLimits()
        await chat.start()
        self._people = [self._bench.user(number) for number in range(CHATS)]
        for person in self._people:
            chat.people.say(person, None, "hello")
        chat.world.updates.drop()
        try:
            await self._tell(CHATS // 10)
            killed = self._told()
            await self._tell(CHATS)
            refused = sum(call.refusal is not None for call in chat.calls.of("sendPhoto"))
            return refused, killed, self._told()
        finally:
            await chat.stop()

    async def _tell(self, until: int) -> None:
        chat, first = self._bench.chat, self._people[0].id
        async with usual_bot.running(chat.url, TOKEN, range(first, first + CHATS)):
            chat.people.say(self._people[0], None, usual_bot.TELL)
            await chat.wait_for(lambda: CHATS - self._told()[0] >= until or None, _PATIENCE_SECONDS)

    def _told(self) -> Counter[int]:
        history = self._bench.chat.world.history
        return Counter(sum(bool(m.photo) for m in history(p.id)) for p in self._people)
