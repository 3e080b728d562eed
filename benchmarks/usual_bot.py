"""A bot as such bots are usually written, measured beside this one; it runs as a program.

It imports TensorFlow and pyplot at the top; predicts, draws and uploads inside the handler; and
tells all chats something in a loop, which repeats what is refused after the seconds that Telegram
names. That loop is a task of its own: people are answered between its messages. What it was doing
when it is killed it does not know afterwards.
"""

import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ADDRESS, TOKEN, CHATS = "USUAL_BOT_API", "USUAL_BOT_TOKEN", "USUAL_BOT_CHATS"
TELL = "/tell"
_READY_SECONDS = 120.0


@asynccontextmanager
async def running(
    address: str, token: str, chats: range
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run it until the block ends; it has begun to listen when the block does.

    Args:
        address: Of the Bot API's server.
        token: The bot's.
        chats: Whom it tells something when somebody writes `/tell`.
    """
    given = {ADDRESS: address, TOKEN: token, CHATS: f"{chats.start} {chats.stop}"}
    program = (sys.executable, "-m", "benchmarks.usual_bot")
    bot = await asyncio.create_subprocess_exec(
        *program, cwd=ROOT, env={**os.environ, **given},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_READY_SECONDS):
            await bot.stdout.readline()
        yield bot
    finally:
        if bot.returncode is None:
            bot.kill()
        await bot.wait()


def main() -> None:
    """Be the bot."""
    import keras
    import matplotlib as mpl
    import numpy as np
    from telegram import Bot, Update
    from telegram.error import RetryAfter
    from telegram.ext import Application, CommandHandler

    import forecasting.model.lstm  # noqa: F401 - its layers

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    model = keras.models.load_model(ROOT / "forecasting/model/pretrained/model.keras")

    def picture() -> bytes:
        inputs = [np.zeros((1, *tensor.shape[1:]), "float32") for tensor in model.inputs]
        model.predict(inputs, verbose=0)
        figure, file = plt.figure(figsize=(12.8, 7.2)), io.BytesIO()
        plt.plot(range(90))
        plt.legend(["price"])
        plt.savefig(file, format="png", dpi=100, bbox_inches="tight")
        plt.close(figure)
        return file.getvalue()

    async def predict(update: Update, _context: Any) -> None:
        await update.message.reply_photo(picture(), caption="The price may go there.")

    async def tell_all(bot: Bot, content: bytes) -> None:
        first, end = map(int, os.environ[CHATS].split())
        for chat_id in range(first, end):
            while True:
                try:
                    await bot.send_photo(chat_id, content, caption="News for you")
                except RetryAfter as err:
                    await asyncio.sleep(float(err.retry_after))
                else:
                    break

    async def tell(_update: Update, context: Any) -> None:
        context.application.create_task(tell_all(context.bot, picture()))

    async def ready(_application: Any) -> None:
        print("ready", flush=True)

    picture()
    bot = Application.builder().token(os.environ[TOKEN]).base_url(f"{os.environ[ADDRESS]}/bot")
    application = bot.post_init(ready).build()
    application.add_handler(CommandHandler("predict", predict))
    application.add_handler(CommandHandler(TELL.removeprefix("/"), tell))
    application.run_polling()


if __name__ == "__main__":
    main()
