"""Log lines of the process: one format, and no secret in any of them."""

import json
import logging
import re
import sys
import threading
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

_TOKEN = re.compile(r"\d{3,}:[\w-]{6,}")
_FIELD = re.compile(r"(?:^| )([a-z_]+)=('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\S+)")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d+)?")  # not 0005, nan or 1_000
_LOUD = (
    "aiohttp",
    "alembic",
    "apscheduler",
    "httpcore",
    "httpx",
    "telegram.ext.Application",
)
_TOLD_BY_US = "apscheduler.scheduler"
"""It would say every two seconds that the lease is still waited for; `Schedule` says it once."""
_TELLTALE = ("telegram.ext.ExtBot", "telegram.request.BaseRequest")
"""They write down whole updates that they cannot read, with what people said."""
_update: ContextVar[int | None] = ContextVar("update", default=None)


def name_update(update_id: int) -> None:
    """Let every line that is written in this task from now on carry an update's number."""
    _update.set(update_id)


class _Redacting(logging.Formatter):
    """Leaves out whatever looks like a bot token or is a known secret."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._secrets = tuple(secret for secret in secrets if secret)

    def _redacted(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _TOKEN.sub("***", text)


class RedactingFormatter(_Redacting):
    """Writes a record as text, with the number of the update that is in work behind it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, traceback included, with secrets replaced by `***`."""
        return self._redacted(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """Return the line without its traceback."""
        number = _update.get()
        named = number is None or " update=" in record.message
        return super().formatMessage(record) + ("" if named else f" update={number}")


class JsonFormatter(_Redacting):
    """Writes a record as one line of JSON; what stands as `name=value` in it becomes a field."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with secrets replaced by `***`; a traceback is its field `trace`."""
        message = record.getMessage()
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
        }
        if (number := _update.get()) is not None:
            line["update"] = number
        found = {name: _plain(value) for name, value in _FIELD.findall(message)}
        line |= {name: value for name, value in found.items() if name not in line}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        clean = {k: self._redacted(v) if isinstance(v, str) else v for k, v in line.items()}
        return json.dumps(clean, ensure_ascii=False)


def _plain(value: str) -> object:
    if value[0] in "'\"" and value[-1] == value[0]:
        return value[1:-1]
    if not _NUMBER.fullmatch(value):
        return value
    return float(value) if "." in value else int(value)


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    logging.getLogger(__name__).critical("uncaught", exc_info=(kind, error, trace))


def set_up_logging(level: str, secrets: tuple[str, ...], style: str = "text") -> None:
    """Send the log to standard error, redacted, with talkative libraries turned down.

    Args:
        level: INFO, WARNING or ERROR.
        secrets: What never stands in a line.
        style: text, or json for a line of JSON each.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(secrets) if style == "json" else RedactingFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # What Python itself writes would be neither redacted nor a line of JSON.
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda found: _log_uncaught(*found[:3])
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(_TOLD_BY_US).setLevel(logging.ERROR)
    for name in _TELLTALE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
