"""Chats, the settings of their places, recent tickers, and the messages that show forecasts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from storage.records import Chat, ChatKind, DeadReason, ForecastMessage, Place, PlaceSettings
from storage.work import LostChat


class ChatStore(Protocol):
    """Who the bot talks to."""

    def see_chat(self, chat_id: int, kind: ChatKind, now: datetime) -> Chat:
        """Note that a chat exists and can be reached; one that was dead lives again."""
        ...

    def find_chat(self, chat_id: int) -> Chat | None:
        """Return a chat the bot has met, or None."""
        ...

    def mark_chat_dead(self, chat_id: int, reason: DeadReason, now: datetime) -> LostChat:
        """Note that nothing can be sent to a chat any more.

        Its unsent outbox rows die with it, its open alerts are cancelled and its subscriptions
        deleted. Calling it again changes nothing.

        Returns:
            How many subscriptions and unsent messages were lost.
        """
        ...

    def migrate_chat(self, old: int, new: int, now: datetime) -> None:
        """Move everything of a group to the id it got when it became a supergroup.

        Where both ids have a row of the same key, the new chat's row stays. The old id remains as
        a chat that is dead by `migrated`. Calling it again changes nothing.
        """
        ...

    def settings(self, place: Place) -> PlaceSettings:
        """Return a place's settings; of a topic never set its chat's, else the defaults."""
        ...

    def save_settings(self, place: Place, settings: PlaceSettings, now: datetime) -> None:
        """Replace a place's settings."""
        ...

    def remember_ticker(self, place: Place, user_id: int, ticker: str, now: datetime) -> None:
        """Note that a person asked for a ticker in a place."""
        ...

    def recent_tickers(self, place: Place, limit: int = 6) -> tuple[str, ...]:
        """Return the tickers last asked for in a place, newest first, each once."""
        ...

    def save_forecast_message(self, message: ForecastMessage) -> None:
        """Note which forecast a message shows; a message already noted is replaced.

        Raises:
            ConflictError: The forecast is not in the ledger.
        """
        ...

    def find_forecast_message(self, chat_id: int, message_id: int) -> ForecastMessage | None:
        """Return what a message of the bot shows, or None."""
        ...

    def note_shown_sessions(self, chat_id: int, message_id: int, sessions: int) -> bool:
        """Note that a message was redrawn and how many sessions it shows now.

        Returns:
            False when the message is not known.
        """
        ...

    def drop_forecast_message(self, chat_id: int, message_id: int) -> None:
        """Forget a message, since it was deleted."""
        ...

    def forecast_messages(self, forecast_ids: Sequence[int]) -> tuple[ForecastMessage, ...]:
        """Return the messages in live chats that show any of these forecasts, oldest first."""
        ...
