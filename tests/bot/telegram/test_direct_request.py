"""Requests without the library's own client: what comes back, and whether they had any effect."""

import asyncio
import json
from urllib.parse import parse_qs

import pytest
from telegram import InputFile
from telegram.error import NetworkError, TimedOut

from bot.telegram.client import build_bot
from bot.telegram.direct_request import (
    CutOffError,
    UnsentError,
)
from bot.telegram.errors import is_silence, never_arrived
from tests.bot.telegram.scripted_server import TOKEN, answer, direct, fails, read_request, serving


async def test_two_requests_go_over_one_line():
    """What is asked arrives as a form, and the line is kept for the next."""
    asked = []

    async def serve(reader, writer):
        while True:
            head, body = await read_request(reader)
            asked.append((head.split(b"\r\n")[0], parse_qs(body.decode())))
            writer.write(answer())

    async with serving(serve) as (url, lines):
        bot = build_bot(url, TOKEN)
        for text in ("größer & besser", "+1 = %"):
            assert await bot.do_api_request("say", {"text": text, "id": 7}) == 1
        await bot.shutdown()
    line = b"POST /bot42:a-token/say HTTP/1.1"
    assert asked == [(line, {"text": [t], "id": ["7"]}) for t in ("größer & besser", "+1 = %")]
    assert len(lines) == 1


async def test_of_a_message_that_was_sent_its_number_chat_and_picture_are_read():
    """The largest size names the picture; what Telegram repeats of our own words is left out."""
    chat = {"id": 7, "type": "private"}
    sizes = [{"file_id": n, "file_unique_id": n, "width": 9, "height": 9} for n in "abc"]
    sent = {"message_id": 12, "date": 1, "chat": chat, "photo": sizes, "caption": "ours"}
    sent |= {"from": {"id": 1, "is_bot": True, "first_name": "Bot"}}

    async def serve(reader, writer):
        await read_request(reader)
        writer.write(answer(json.dumps({"ok": True, "result": sent}).encode()))

    async with serving(serve) as (url, _):
        bot = build_bot(url, TOKEN)
        message = await bot.send_photo(7, "a")
        await bot.shutdown()
    assert (message.message_id, message.chat_id, message.photo[-1].file_id) == (12, 7, "c")
    assert message.from_user is None
    assert len(message.photo) == 1


async def test_a_file_is_uploaded_byte_for_byte():
    """An upload is multipart, with every byte of the file between its borders."""
    picture, came = bytes(range(256)) * 999, []

    async def serve(reader, writer):
        came.append(await read_request(reader))
        writer.write(answer())

    async with serving(serve) as (url, _):
        bot = build_bot(url, TOKEN)
        await bot.do_api_request("upload", {"photo": InputFile(picture, "fan.png"), "caption": "ü"})
        await bot.shutdown()
    head, body = came[0]
    border = head.lower().split(b"boundary=")[1].split(b"\r\n")[0]
    assert b"\r\n\r\n" + picture + b"\r\n--" + border in body
    assert b'filename="fan.png"' in body
    assert b'name="caption"\r\n\r\n' + "ü".encode() in body


async def test_an_answer_in_pieces_is_put_together():
    """Chunks of any size, and words before the answer, make no difference."""

    async def serve(reader, writer):
        await read_request(reader)
        writer.write(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for piece in (b'b\r\n{"ok":true,', b'\r\nc\r\n"result":', b"42}\r\n", b"0\r\n\r\n"):
            writer.write(piece)
            await asyncio.sleep(0.001)

    async with serving(serve) as (url, _):
        request = direct()
        assert await request.post(url) == 42
        await request.shutdown()


async def test_a_request_to_nobody_had_no_effect():
    """Where nobody listens the request may be sent again at once."""
    async with serving(read_request) as (url, _):
        pass
    error = await fails(direct(), url)
    assert isinstance(error.__cause__, UnsentError)
    assert never_arrived(error)
    assert not is_silence(error)


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", b"what?\r\n\r\n"]
)
async def test_a_line_that_ends_after_a_whole_request_leaves_doubt(said):
    """The server may have carried it out, whatever it managed to say."""

    async def serve(reader, writer):
        await read_request(reader)
        writer.write(said)

    async with serving(serve) as (url, _):
        error = await fails(direct(), url)
    assert isinstance(error.__cause__, CutOffError)
    assert not never_arrived(error)


async def test_a_line_that_breaks_in_the_middle_of_an_upload_had_no_effect():
    """What the server cannot have read whole it cannot have done."""

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    async with serving(serve) as (url, _):
        bot = build_bot(url, TOKEN)
        with pytest.raises(NetworkError) as caught:
            await bot.do_api_request("upload", {"photo": InputFile(bytes(30_000_000), "big.png")})
        await bot.shutdown()
    assert isinstance(caught.value.__cause__, UnsentError)
    assert never_arrived(caught.value)


async def test_a_server_that_takes_nothing_more_is_not_waited_for():
    """An upload that stands still ends in time, and had no effect."""

    async def serve(reader, writer):
        await asyncio.Event().wait()

    async with serving(serve) as (url, _):
        bot = build_bot(url, TOKEN)
        photo = InputFile(bytes(30_000_000), "big.png")
        with pytest.raises(TimedOut) as caught:
            await bot.do_api_request("upload", {"photo": photo}, write_timeout=0.05)
        await bot.shutdown()
    assert never_arrived(caught.value)


async def test_silence_is_no_proof_that_nothing_was_done():
    """A server that reads and says nothing may have carried the request out."""

    async def serve(reader, writer):
        await asyncio.Event().wait()

    async with serving(serve) as (url, _):
        error = await fails(direct(read=0.02), url)
    assert isinstance(error, TimedOut)
    assert is_silence(error)
    assert not never_arrived(error)


async def test_a_refusal_before_the_end_of_an_upload_is_heard():
    """Who refuses a body that is too large says so, and that is what is told."""

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(b'{"ok":false,"description":"too large"}', "413 Too Large"))
        await writer.drain()
        while await reader.read(1 << 16):
            pass

    async with serving(serve) as (url, _):
        bot = build_bot(url, TOKEN)
        with pytest.raises(NetworkError, match="too large"):
            await bot.do_api_request("upload", {"photo": InputFile(bytes(3_000_000), "big.png")})
        await bot.shutdown()


@pytest.mark.parametrize("parting", [b"", answer(status="408 Request Timeout")])
async def test_a_line_that_was_closed_meanwhile_is_not_used_again(parting):
    """Nor is what the server said as it went away taken for the next answer."""
    closed = asyncio.Event()

    async def serve(reader, writer):
        await read_request(reader)
        writer.write(answer())
        await writer.drain()
        await asyncio.sleep(0.01)
        writer.write(parting)
        writer.close()
        await writer.wait_closed()
        closed.set()

    async with serving(serve) as (url, lines):
        request = direct()
        assert await request.post(url) == 1
        await closed.wait()
        await asyncio.sleep(0.01)
        assert await request.post(url) == 1
        await request.shutdown()
    assert len(lines) == 2


async def test_an_answer_that_nobody_waits_for_goes_to_nobody_else():
    """Who gives up takes the line away, so that the next request is not given this answer."""
    given_up = asyncio.Event()

    async def serve(reader, writer):
        await read_request(reader)
        if not given_up.is_set():
            await given_up.wait()
            writer.write(answer(b'{"ok":true,"result":"late"}'))
        writer.write(answer(b'{"ok":true,"result":"mine"}'))

    async with serving(serve) as (url, _):
        request = direct()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await request.post(url)
        given_up.set()
        assert await request.post(url) == "mine"
        await request.shutdown()


async def test_no_more_lines_are_opened_than_allowed():
    """The third of three waits for a line; who waits too long has sent nothing."""
    go_on = asyncio.Event()

    async def serve(reader, writer):
        while True:
            await read_request(reader)
            await go_on.wait()
            writer.write(answer())

    async with serving(serve) as (url, lines):
        request = direct(lines=2, queue=0.05)
        first = [asyncio.ensure_future(request.post(url)) for _ in range(2)]
        await asyncio.sleep(0.01)
        with pytest.raises(TimedOut) as caught:
            await request.post(url)
        assert never_arrived(caught.value)
        go_on.set()
        assert await asyncio.gather(*first, request.post(url)) == [1, 1, 1]
        assert len(lines) == 2
        await request.shutdown()
