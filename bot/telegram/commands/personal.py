"""Joins what people keep for themselves: lists, settings, alerts, data."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update

from bot.answers.alerts import AlertDesk
from bot.answers.preferences import Preferences
from bot.answers.privacy import PrivacyDesk
from bot.answers.watchlist import Watchlists
from bot.telegram.commands.alerts import register_alerting
from bot.telegram.commands.context import BotApplication, Context, Services, message_of
from bot.telegram.commands.privacy import register_mydata
from bot.telegram.commands.settings import register_settings
from bot.telegram.commands.watchlist import register_watchlist

Handle = Callable[[Update, Context], Coroutine[Any, Any, None]]


def register_personal(
    application: BotApplication, services: Services, other_text: Handle
) -> Handle:
    """Add the handlers of lists, settings, alerts and data.

    Returns:
        What to do with a text to the bot alone that is no command: a city answers the question
        for the zone; `other_text` takes the rest.
    """
    s = services
    lists = Watchlists(s.store, s.forecasts, s.worker, s.clock)
    register_watchlist(application, services, lists)
    settings = register_settings(application, services, Preferences(s.store, s.worker, s.clock))
    register_alerting(application, services, AlertDesk(s.store, s.forecasts, s.worker, s.clock))
    register_mydata(application, services, PrivacyDesk(s.store, s.worker, s.clock), lists)

    async def take_text(update: Update, context: Context) -> None:
        if not await settings.take_city(message_of(update)):
            await other_text(update, context)

    return take_text
