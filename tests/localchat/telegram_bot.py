"""A small bot of python-telegram-bot, to see that a real client takes the server for Telegram."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from telegram import Bot
from telegram.ext import Application
from telegram.request import HTTPXRequest


class Address(Protocol):
    """Where a bot finds its Telegram."""

    @property
    def url(self) -> str: ...

    @property
    def token(self) -> str: ...


AnyApplication = Application[Any, Any, Any, Any, Any, Any]


def client(chat: Address, *, read_timeout: float = 5.0) -> Bot:
    """A bare client of the chat's bot."""
    request = HTTPXRequest(read_timeout=read_timeout, connection_pool_size=64)
    return Bot(
        chat.token,
        base_url=f"{chat.url}/bot",
        base_file_url=f"{chat.url}/file/bot",
        request=request,
        get_updates_request=HTTPXRequest(read_timeout=read_timeout),
    )


@asynccontextmanager
async def polling(application: AnyApplication) -> AsyncIterator[AnyApplication]:
    """Run an application that polls, until the block ends."""
    async with application:
        await application.start()
        assert application.updater
        await application.updater.start_polling(
            poll_interval=0,
            timeout=2,
            allowed_updates=[
                "message",
                "edited_message",
                "callback_query",
                "inline_query",
                "my_chat_member",
            ],
        )
        yield application
        await application.updater.stop()
        await application.stop()
