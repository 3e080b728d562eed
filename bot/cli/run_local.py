"""`make run` without a token: the same bot, spoken to through a chat page on this machine."""

import asyncio
import logging
import socket
import sys
import time
from contextlib import AsyncExitStack
from datetime import date, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.cli.run import secrets_of, serving, stop_signal
from bot.clock import ReplayClock, SystemClock
from bot.compose import Installation, compose
from bot.errors import UnusableSettingError
from bot.logs import set_up_logging
from bot.settings import Settings
from bot.source_options import examples_of
from bot.words.examples import LIKED, WRITTEN
from bot.words.language import Words, load_words
from bot.words.languages import languages
from bot.words.local_chat import what_is_real, what_it_proves
from forecasting.errors import ForecastingError
from forecasting.model.training_years import learned_from, learned_until
from forecasting.names.table import name_of
from forecasting.prices.sample import SampleSource
from localchat.page.hooks import LocalChatHooks, PageOptions, ReplayStatus
from localchat.server import Clocks, LocalChat
from localchat.state.scene import YOU_ID
from storage.errors import StorageError

log = logging.getLogger(__name__)

TOKEN = "4200001234:the_local_chat_needs_no_secret"  # noqa: S105 - it opens nothing
SAMPLE_START = date(2007, 6, 29)
"""Three years into GOOG's sample, so that there is history before and a story after."""
SAMPLE_LAST = date(2008, 10, 14)
_REACH_SECONDS = 2.0


def local_settings(settings: Settings, reachable: bool) -> Settings:
    """Return the settings of a chat without Telegram.

    Args:
        settings: As the operator gave them.
        reachable: Whether the network's price source answers; without it the sample serves.
    """
    sources = settings.price_source or (("yahoo",) if reachable else ("sample",))
    start = settings.replay_start or (SAMPLE_START if sources == ("sample",) else None)
    return settings.model_copy(
        update={
            "telegram_bot_token": SecretStr(TOKEN),
            "price_source": sources,
            "replay_start": start,
            "admin_ids": (*settings.admin_ids, YOU_ID),
        }
    )


def source_answers(url: str) -> bool:
    """Return whether the network's price source accepts connections."""
    address = urlsplit(url or "https://query2.finance.yahoo.com")
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        with socket.create_connection((address.hostname or "", port), _REACH_SECONDS):
            return True
    except OSError:
        return False


class LocalInstallation:
    """The chat and the bot behind it; the bot can be begun anew while the chat stays."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bot: Installation | None = None
        self._parts = AsyncExitStack()
        self._words = cache(load_words)
        self._tickers = len(SampleSource().tickers()) if self._is_sample else None
        hooks = LocalChatHooks(self._step, self._reset, self._status, self._train)
        ticker = (*examples_of(settings, LIKED), WRITTEN[0])[0]
        topic = "Google" if self._is_sample else name_of(ticker) or ticker
        examples = (f"/predict {ticker}", f"/subscribe {ticker}", "/track")
        self.chat = LocalChat(
            settings.data_dir,
            TOKEN,
            Clocks(self._now, time.monotonic),
            page=PageOptions(hooks, examples, topic),
        )

    @property
    def _is_sample(self) -> bool:
        return self._settings.sources == ("sample",)

    @property
    def _clock(self) -> SystemClock | ReplayClock:
        clock = self._bot.clock if self._bot else None
        return clock if isinstance(clock, ReplayClock) else SystemClock()

    def _now(self) -> datetime:
        return self._clock.now()

    async def start(self) -> str:
        """Begin; return the address to open."""
        host, port = self._settings.listen_address
        if host not in ("127.0.0.1", "localhost", "::1"):
            log.warning("local-chat-on-loopback-only asked=%s", host)
        try:
            url = await self.chat.start(port=port)
        except OSError:
            log.warning("port-taken port=%s", port)
            url = await self.chat.start(port=0)
        await self._begin()
        return url

    async def stop(self) -> None:
        """End the bot, then the chat."""
        await self._parts.aclose()
        await self.chat.stop()

    async def _begin(self) -> None:
        settings = self._settings.model_copy(update={"telegram_api_url": self.chat.url})
        # Who tries the chat out may move the date, but is not here to read an operator's reports.
        self._bot = await self._parts.enter_async_context(
            compose(settings, summaries=False, paced=False)
        )
        await self._parts.enter_async_context(serving(self._bot))

    async def _step(self, sessions: int) -> None:
        if self._bot is not None and self._bot.work.replay is not None:
            await self._bot.work.replay.advance(sessions)

    async def _train(self) -> None:
        if self._bot is not None:
            await self._bot.work.run_job("retrain")

    async def _reset(self) -> None:
        await self._parts.aclose()
        self._parts = AsyncExitStack()
        await asyncio.to_thread(remove_database, self._settings)
        await self._begin()

    def _status(self) -> ReplayStatus:
        replay = self._settings.replay_start is not None
        work, day = self._bot.work if self._bot else None, self._clock.now().date()
        version = work.model() if work else ""
        return ReplayStatus(
            day=day,
            is_replay=replay,
            note={
                language.lower().replace("_", "-"): _note(
                    self._words(language), self._tickers, replay, version, day
                )
                for language in languages()
            },
            last_day=SAMPLE_LAST if self._is_sample else None,
            training=work.training.ticker if work else "",
            trains=replay and work is not None and work.training.can_train,
        )


def _note(words: Words, tickers: int | None, replay: bool, version: str, day: date) -> str:
    said = what_is_real(words, replay=replay, tickers=tickers)
    cut = learned_until(version)
    if cut is None:
        return said
    return f"{said} {what_it_proves(words, cut.year, seen=learned_from(version, day))}"


def remove_database(settings: Settings) -> None:
    """Remove the bot's memory if it is this installation's own SQLite file."""
    if settings.database_url:
        log.warning("database-kept reason=DATABASE_URL is set")
        return
    file = settings.data_dir / "tickercast.sqlite3"
    for name in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        name.unlink(missing_ok=True)


async def run_local(settings: Settings) -> int:
    """Serve the local chat until asked to stop; return the exit status."""
    set_up_logging(settings.log_level, secrets_of(settings), settings.log_format)
    reachable = settings.price_source is not None or await asyncio.to_thread(
        source_answers, settings.yahoo_url
    )
    installation = LocalInstallation(local_settings(settings, reachable))
    try:
        url = await installation.start()
        sys.stdout.write(f"\nTickercast is ready. Open {url}\n\n")
        sys.stdout.flush()
        await stop_signal()
    except (ForecastingError, StorageError, UnusableSettingError) as err:
        log.error("cannot-start reason=%r", str(err))  # noqa: TRY400 - the reason says it all
        return 1
    finally:
        await installation.stop()
    return 0
