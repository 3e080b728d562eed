"""One HTTP/1.1 connection to a Bot API server, kept open from one request to the next.

The protocol itself is h11's. What stands here is what its users leave to others: bytes in and out,
and whether a request had gone out whole when its line broke, since only one that had not may be
sent again without another look.
"""

import asyncio
from dataclasses import dataclass

import h11


class UnsentError(ConnectionError):
    """The request never left, or not whole: it had no effect."""


class CutOffError(ConnectionError):
    """The request went out whole and no answer came."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request: its method, the path behind the host, its headers and its body."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class TimeOuts:
    """How many seconds a line may take to open, to take the next bytes, and to bring some."""

    connect: float | None
    write: float | None
    read: float | None


class Connection(asyncio.Protocol):
    """One line; it carries one request at a time."""

    def __init__(self) -> None:
        self._parser = h11.Connection(our_role=h11.CLIENT)
        self._transport: asyncio.Transport | None = None
        self._asked = self._lost = self._full = False
        self._moved: asyncio.Future[None] | None = None
        self.idle_since = 0.0

    @property
    def is_usable(self) -> bool:
        """Whether it can carry another request, as far as this side knows."""
        return not (self._lost or self._asked)

    async def ask(self, question: Question, timeouts: TimeOuts) -> tuple[int, bytes]:
        """Return the status and the body of the answer.

        Raises:
            UnsentError: It had no effect.
            CutOffError: It may have had.
            TimeoutError: It may have had, and nothing came for too long.
        """
        self._asked = True
        try:
            await self._write(question, timeouts.write)
            answer = await self._read(timeouts.read)
        except BaseException:
            # Cut off in the middle, whoever comes next would be given this answer.
            self.close()
            raise
        self._rest()
        return answer

    def close(self) -> None:
        """Close it, whatever is under way."""
        self._lost = True
        if self._transport is not None:
            self._transport.abort()

    async def _write(self, question: Question, seconds: float | None) -> None:
        if self._lost or self._transport is None:
            raise UnsentError("the line was closed before")
        self._transport.write(self._encoded(question))
        try:
            while self._full and not self._lost:
                await self._until_moved(seconds)
        except TimeoutError as err:
            raise UnsentError("the line took nothing more") from err
        # Who refuses a request while it still comes in says why before closing.
        if self._full and not self._parser.trailing_data[0]:
            raise UnsentError("the line broke under the request")

    def _encoded(self, question: Question) -> bytes:
        length = ("Content-Length", str(len(question.body)))
        head = h11.Request(
            method=question.method, target=question.target, headers=[*question.headers, length]
        )
        events = (head, h11.Data(data=question.body), h11.EndOfMessage())
        return b"".join(self._parser.send(event) or b"" for event in events)

    async def _read(self, seconds: float | None) -> tuple[int, bytes]:
        status, body = 0, bytearray()
        while True:
            event = self._next_event()
            if event is h11.NEED_DATA:
                if self._lost:
                    raise CutOffError("the line broke before the answer")
                await self._until_moved(seconds)
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                return status, bytes(body)
            elif not isinstance(event, h11.InformationalResponse):
                raise CutOffError("the server closed the line in place of an answer")

    def _next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        try:
            return self._parser.next_event()
        except h11.RemoteProtocolError as err:
            raise CutOffError(str(err)) from err

    def _rest(self) -> None:
        states = self._parser.states
        if self._lost or any(state is not h11.DONE for state in states.values()):
            self.close()
            return
        self._parser.start_next_cycle()
        self._asked = False
        self.idle_since = asyncio.get_running_loop().time()

    async def _until_moved(self, seconds: float | None) -> None:
        self._moved = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(seconds):
            await self._moved

    def _move(self) -> None:
        if self._moved is not None and not self._moved.done():
            self._moved.set_result(None)

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; what is written counts as gone only when the system has taken all of it."""
        if isinstance(transport, asyncio.Transport):
            transport.set_write_buffer_limits(high=0)
            self._transport = transport

    def pause_writing(self) -> None:
        """Note that something waits to go out."""
        self._full = True

    def resume_writing(self) -> None:
        """Note that all has gone out."""
        self._full = False
        self._move()

    def data_received(self, data: bytes) -> None:
        """Take what came; what nobody asked for ends the line."""
        if not self._asked:
            self.close()
            return
        self._parser.receive_data(data)
        self._move()

    def eof_received(self) -> None:
        """Note that nothing more comes; the event loop closes the line."""
        self._end()

    def connection_lost(self, _error: Exception | None) -> None:
        """Note that the line is gone."""
        self._end()

    def _end(self) -> None:
        self._lost = True
        self._parser.receive_data(b"")
        self._move()
