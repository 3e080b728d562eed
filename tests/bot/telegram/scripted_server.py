"""A server that does to each connection what a test says, byte for byte."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram.error import NetworkError

from bot.telegram.direct_request import DirectRequest, TimeOuts

TOKEN = "42:a-token"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]]


def answer(body=b'{"ok":true,"result":1}', status="200 OK", more=""):
    """An answer of a known length."""
    return f"HTTP/1.1 {status}\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def read_request(reader, _writer=None):
    """The head and the body of the next request on a line."""
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
    lengths = [int(fields[name]) for name in fields if name.lower() == b"content-length"]
    return head, await reader.readexactly(sum(lengths))


@asynccontextmanager
async def serving(serve: Serve, **options):
    """The address of a server, and the lines that were opened to it."""
    lines = []

    async def begin(reader, writer):
        lines.append(writer)
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(begin, "127.0.0.1", 0, **options)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http{'s' * ('ssl' in options)}://localhost:{port}", lines
    finally:
        server.close()
        for line in lines:
            line.transport.abort()


def direct(read=5.0, write=5.0, lines=4, queue=5.0):
    """Requests that go straight to a server, with little patience where a test says so."""
    return DirectRequest(lines, TimeOuts(connect=5.0, write=write, read=read, queue=queue), write)


async def fails(request, url, data=None):
    """What asking raises."""
    with pytest.raises(NetworkError) as caught:
        await request.post(url, data)
    await request.shutdown()
    return caught.value
