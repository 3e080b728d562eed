"""Log lines of the process: one format, and no secret in any of them."""

import logging
import re
import sys

_TOKEN = re.compile(r"\d{3,}:[\w-]{6,}")
_LOUD = (
    "aiohttp",
    "alembic",
    "apscheduler",
    "httpcore",
    "httpx",
    "telegram.ext.Application",
)


class RedactingFormatter(logging.Formatter):
    """Writes a record without anything that looks like a bot token or that is a known secret."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, traceback included, with secrets replaced by `***`."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _TOKEN.sub("***", text)


def set_up_logging(level: str, secrets: tuple[str, ...]) -> None:
    """Send the log to standard error, redacted, with talkative libraries turned down."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
