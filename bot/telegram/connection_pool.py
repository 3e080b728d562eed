"""Lends connections to a Bot API server, the one that was used last first, and opens new ones."""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from bot.telegram.connection import Connection, Question, TimeOuts, UnsentError

_IDLE_SECONDS = 4.0
"""How long an idle line is kept: many servers close theirs after five seconds."""
_SECOND_ADDRESS_SECONDS = 0.25
"""After how long without a line the next address of a name is tried beside the first."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a request goes."""

    host: str
    port: int
    is_secure: bool


class ConnectionPool:
    """Up to so many lines at once."""

    def __init__(self, most: int, context: Callable[[], ssl.SSLContext]) -> None:
        """Make a pool that has no line yet.

        Args:
            most: How many requests may be under way.
            context: Makes what says whom a secure line trusts; called when the first one opens.
        """
        self._free = asyncio.Semaphore(most)
        self._idle: defaultdict[Server, list[Connection]] = defaultdict(list)
        self._make_context = context
        self._context: ssl.SSLContext | None = None

    async def ask(
        self, server: Server, question: Question, timeouts: TimeOuts, queue_seconds: float | None
    ) -> tuple[int, bytes]:
        """Return the status and the body of the answer to a request.

        Raises:
            UnsentError: No line came free or opened, or the request never left it whole; caused by
                a `TimeoutError` where it took too long.
            CutOffError, TimeoutError: As `Connection.ask`.
        """
        await self._queue_up(queue_seconds)
        try:
            line = self._take(server) or await self._opened(server, timeouts.connect)
            answer = await line.ask(question, timeouts)
            if line.is_usable:
                self._idle[server].append(line)
            return answer
        finally:
            self._free.release()

    def close(self) -> None:
        """Close all lines that are idle."""
        for lines in self._idle.values():
            for line in lines:
                line.close()
        self._idle.clear()

    async def _queue_up(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
        except TimeoutError as err:
            raise UnsentError("all lines are in use") from err

    def _take(self, server: Server) -> Connection | None:
        oldest = asyncio.get_running_loop().time() - _IDLE_SECONDS
        lines = self._idle[server]
        while lines:
            line = lines.pop()
            if line.is_usable and line.idle_since >= oldest:
                return line
            line.close()
        return None

    async def _opened(self, server: Server, seconds: float | None) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                _, line = await loop.create_connection(
                    Connection,
                    server.host,
                    server.port,
                    ssl=self._trusted() if server.is_secure else None,
                    happy_eyeballs_delay=_SECOND_ADDRESS_SECONDS,
                )
        except OSError as err:
            raise UnsentError(str(err) or type(err).__name__) from err
        return line

    def _trusted(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = self._make_context()
            self._context.set_alpn_protocols(["http/1.1"])
        return self._context
