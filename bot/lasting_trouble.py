"""A trouble that lasts is one line in the log when it begins and one when it is over.

For what is tried again every few seconds: a database that is away for an hour would else fill the
log, often on the very disk that is full.
"""

import logging


class LastingTrouble:
    """One trouble of one part."""

    def __init__(self, log: logging.Logger, name: str) -> None:
        """Begin well.

        Args:
            log: Of the part.
            name: What the line begins with.
        """
        self._log = log
        self._name = name
        self._stands = False

    def met(self, reason: object) -> None:
        """Note that it failed; said once until it is over."""
        if not self._stands:
            self._log.warning("%s reason=%r", self._name, str(reason))
        self._stands = True

    def over(self) -> None:
        """Note that it went well."""
        if self._stands:
            self._log.info("over: %s", self._name)
        self._stands = False
