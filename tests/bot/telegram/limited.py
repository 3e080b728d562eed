"""Messages sent through a limiter, on virtual time."""

import asyncio


async def together(*work):
    """Wait for everything at once."""
    await asyncio.gather(*work)


async def send(
    limiter, log, chat_id, *, lane=None, endpoint="sendMessage", name=None, fail=None, **data
):
    """Send one message through a limiter and note when it left."""

    async def callback():
        if fail:
            raise fail.pop(0)
        log.append((asyncio.get_running_loop().time(), name or chat_id))

    await limiter.process_request(callback, (), {}, endpoint, {"chat_id": chat_id} | data, lane)
