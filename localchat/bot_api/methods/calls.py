"""What a method is given: the world, and one checked call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localchat.bot_api.parameters import Upload
from localchat.state.world_state import World


@dataclass(frozen=True, slots=True)
class Call:
    """A Bot API call whose parameters have been checked.

    Attributes:
        method: Telegram's name of the method.
        params: Typed values by name; a parameter not given is absent.
        files: File parts by field name.
    """

    method: str
    params: Mapping[str, Any]
    files: Mapping[str, Upload]


Handler = Callable[[World, Call], Any]
