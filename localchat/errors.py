"""What the local Bot API refuses, in Telegram's own codes and words.

Only refusals that travel back to the bot stand here; what they mean to a reader is the bot's
business.
"""


class LocalChatError(Exception):
    """Root of this room's errors."""


class ApiError(LocalChatError):
    """A refused Bot API call.

    Attributes:
        code: Telegram's error code, an HTTP status.
        description: The sentence the bot receives.
        retry_after: Seconds to wait, for code 429.
        migrate_to: Id of the supergroup that took the group's place.
    """

    def __init__(
        self,
        code: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to: int | None = None,
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to

    def body(self) -> dict[str, object]:
        """Return the JSON object that Telegram would answer."""
        parameters: dict[str, int] = {}
        if self.retry_after is not None:
            parameters["retry_after"] = self.retry_after
        if self.migrate_to is not None:
            parameters["migrate_to_chat_id"] = self.migrate_to
        answer: dict[str, object] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if parameters:
            answer["parameters"] = parameters
        return answer


def bad_request(reason: str) -> ApiError:
    """Return a 400 with Telegram's usual opening."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """Return a 403 with Telegram's usual opening."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """Return a 409 with Telegram's usual opening."""
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> ApiError:
    """Return a 429 that asks to wait.

    Args:
        retry_after: Whole seconds to wait.
    """
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


class PersonError(LocalChatError):
    """A person of the local chat tried what no Telegram client would let them do."""
