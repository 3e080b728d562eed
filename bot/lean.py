"""What libraries would load for uses that this bot has not: left out where they foresee it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_NEVER = (
    "httpx._main",  # its command line, which would load a terminal toolkit
    "telegram.ext._utils.webhookhandler",  # the library's own webhook server
)
_LATER = (
    "apscheduler",  # the Telegram library's own queue of jobs; our schedule begins later
    "tornado",  # tenacity's other loop; only a training cluster needs it
)


@contextmanager
def lean() -> Iterator[None]:
    """Let imports in the block find some libraries missing; a few are so for good."""
    for name in _NEVER:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    later = [name for name in _LATER if name not in sys.modules]
    sys.modules.update(dict.fromkeys(later))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in later:
            del sys.modules[name]
