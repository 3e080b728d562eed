"""Requests over secure lines and through proxies: who is trusted, and which way is taken."""

import asyncio
import shutil
import ssl
import subprocess

import pytest
from telegram import InputFile

from bot.telegram.client import build_bot
from bot.telegram.direct_request import is_direct
from bot.telegram.errors import never_arrived
from tests.bot.telegram.scripted_server import TOKEN, answer, direct, fails, read_request, serving


def certified(folder):
    """A certificate of `localhost` that nobody vouches for, and what serves with it."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subject = "-subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2 -nodes"
    kind = "-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
    command = f"openssl req {kind} {subject} -keyout {key} -out {certificate}".split()
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")
async def test_whom_nobody_vouches_for_is_told_nothing(tmp_path, monkeypatch):
    """A secure line opens only where the certificate is trusted and names the host."""
    certificate, context = certified(tmp_path)

    async def serve(reader, writer):
        await read_request(reader)
        writer.write(answer())

    async with serving(serve, ssl=context) as (url, _):
        error = await fails(direct(), url)
        assert never_arrived(error)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        trusting = direct()
        assert await trusting.post(url) == 1
        await trusting.shutdown()
        assert never_arrived(await fails(direct(), url.replace("localhost", "127.0.0.1")))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")
async def test_a_slow_answer_over_a_secure_line_is_waited_for(tmp_path, monkeypatch):
    """A poll is answered long after it was written: the time to write does not run on meanwhile."""
    certificate, context = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    came = []

    async def serve(reader, writer):
        while True:
            came.append(len((await read_request(reader))[1]))
            await asyncio.sleep(0.4)
            writer.write(answer())

    async with serving(serve, ssl=context) as (url, lines):
        request = direct(write=0.2)
        assert [await request.post(url) for _ in range(3)] == [1, 1, 1]
        assert len(lines) == 1
        await request.shutdown()
        bot = build_bot(url, TOKEN)
        photo = InputFile(bytes(2_000_000), "big.png")
        assert await bot.do_api_request("upload", {"photo": photo}) == 1
        await bot.shutdown()
    assert came[3] > 2_000_000


@pytest.mark.parametrize(
    ("root", "proxies", "direct"),
    [
        ("https://api.telegram.org", {}, True),
        ("https://api.telegram.org", {"HTTPS_PROXY": "http://p:3128"}, False),
        ("https://api.telegram.org", {"all_proxy": "http://p:3128"}, False),
        ("https://api.telegram.org", {"HTTP_PROXY": "http://p:3128"}, True),
        ("http://127.0.0.1:8081", {"HTTP_PROXY": "http://p:3128"}, True),
        ("http://name:word@bots.example", {}, False),
    ],
)
def test_what_needs_a_proxy_goes_the_librarys_way(root, proxies, direct, monkeypatch):
    """A proxy of the environment is used for the internet, never for this machine."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in proxies.items():
        monkeypatch.setenv(name, value)
    assert is_direct(root) is direct


async def test_a_proxy_carries_what_is_asked_of_the_internet(monkeypatch):
    """With `HTTP_PROXY` the request goes there, with the whole address."""
    came = []

    async def serve(reader, writer):
        head, _ = await read_request(reader)
        came.append(head.split(b"\r\n")[0])
        writer.write(answer())

    async with serving(serve) as (url, _):
        monkeypatch.setenv("HTTP_PROXY", url)
        bot = build_bot("http://bots.example", TOKEN)
        assert await bot.do_api_request("say") == 1
        await bot.shutdown()
    assert came == [b"POST http://bots.example/bot42:a-token/say HTTP/1.1"]
