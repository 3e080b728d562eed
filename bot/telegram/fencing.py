"""Whether a message is still this process's to send, asked at the last moment.

A process that stood still (stopped, a machine asleep, no time to run) wakes with messages in hand
that others have sent meanwhile. It finds out before each of them leaves.
"""

from bot.background.schedule_lease import ScheduleLease
from bot.errors import NotSentError
from bot.telegram.answering import current_answering


class Fence:
    """Stands between this process's messages and Telegram."""

    def __init__(self, lease: ScheduleLease) -> None:
        self._lease = lease

    async def check(self, broadcast: bool) -> None:
        """Let a message pass, or not.

        Raises:
            NotSentError: A broadcast that another process delivers.
            CancelledError: An answer that another process gives; its task ends.
        """
        if not broadcast:
            await current_answering().check()
        elif self._lease.lost:
            raise NotSentError("another process has the schedule", hopeless=False)
