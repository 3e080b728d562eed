"""`$TSLA` in a group's talk, where an admin turned that on: one short line, no fetch."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.answers.cashtags import CASHTAG, CashtagDesk
from bot.awaitable_store import AwaitableStore
from bot.telegram.commands.context import (
    TYPED,
    Context,
    Handlers,
    answer_way,
    message_of,
    place_of,
)
from bot.telegram.replies import Replies
from bot.words.cashtags import cashtag_text


class CashtagCommands:
    """Answers cashtags that were not said to the bot."""

    def __init__(self, replies: Replies, desk: CashtagDesk, store: AwaitableStore) -> None:
        self._replies = replies
        self._desk = desk
        self._store = store

    def handlers(self) -> Handlers:
        """Return what takes talk in groups with a cashtag in it."""
        talk = TYPED & filters.ChatType.GROUPS & filters.Regex(CASHTAG) & ~filters.COMMAND
        return (MessageHandler(talk, self.on_talk),)

    async def on_talk(self, update: Update, _context: Context) -> None:
        """Say what is at hand, where the place wants that."""
        message = message_of(update)
        place = place_of(message)
        settings = await self._store.settings(place)
        if not settings.cashtags or settings.paused:
            return
        cards = await self._desk.cards(place, message.text or "", settings)
        shown = [
            (card.issued.forecast, card.issued.id, card.sessions, card.sessions_old)
            for card in cards
            if card.issued is not None
        ]
        if shown:
            await self._replies.text(answer_way(message), cashtag_text(self._replies.words, shown))
