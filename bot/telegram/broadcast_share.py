"""How many messages that nobody asked for leave while answers wait: one for every nine of these.

Without a share a busy hour would put a broadcast off for as long as people ask; with it an answer
that waits behind hundreds of others waits a tenth longer.
"""

ANSWERS_FOR_ONE = 9


class BroadcastShare:
    """Counts the answers since the last broadcast message, until one is owed."""

    def __init__(self, answers: int = 0, answers_for_one: int = ANSWERS_FOR_ONE) -> None:
        """Go on with a count.

        Args:
            answers: How many have left since the last message of a broadcast.
            answers_for_one: How many leave before one of a broadcast does.
        """
        self.answers = answers
        self._for_one = answers_for_one

    @property
    def is_owed(self) -> bool:
        """Whether a broadcast's message goes next, although answers wait."""
        return self.answers >= self._for_one

    def left(self, weight: int, *, broadcast: bool) -> None:
        """Note that a message leaves which counts as `weight`: an album is owed for as many."""
        if broadcast:
            self.answers = self._for_one * (1 - weight)
        else:
            self.answers = min(self._for_one, self.answers + weight)

    def give_back(self) -> None:
        """Note that the broadcast's message which was to leave did not."""
        self.answers = self._for_one
