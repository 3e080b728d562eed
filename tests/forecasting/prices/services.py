"""Loopback servers that answer as a test's imitation of a price service does."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass
class Answer:
    """One HTTP answer; `delay_s` holds it back."""

    status: int = 200
    body: Any = ""
    content_type: str = "application/json;charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0

    def encoded(self) -> bytes:
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode()


Respond = Callable[[str, dict[str, str]], Answer | None]


CONSENT = Answer(
    200, "<html><body><h1>Before you continue</h1></body></html>", "text/html; charset=utf-8"
)


TOO_MANY = Answer(429, "Too Many Requests", "text/plain")


@dataclass
class Service:
    """A running server: what it was asked, and what it is to answer instead of the usual."""

    respond: Respond
    url: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    instead: list[Answer] = field(default_factory=list)
    always: Answer | None = None
    match: str = "/"

    def requests(self, path: str) -> list[dict[str, str]]:
        return [query for asked, query in self.asked if asked.startswith(path)]

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        self.asked.append((path, query))
        if path.startswith(self.match):
            if self.instead:
                return self.instead.pop(0)
            if self.always is not None:
                return self.always
        return self.respond(path, query) or Answer(404, "not here", "text/plain")


@contextmanager
def running(respond: Respond, match: str) -> Iterator[Service]:
    """Serve on a free port of the loopback until the block ends."""
    service = Service(respond, match=match)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {k: v[0] for k, v in parse_qs(parts.query).items()}
            found = service.answer(unquote(parts.path), query)
            body = found.encoded()
            sleep(found.delay_s)
            self.send_response(found.status)
            self.send_header("Content-Type", found.content_type)
            self.send_header("Content-Length", str(len(body)))
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # the other side may have given up
                self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
