"""What a row of the outbox says: the one JSON form between who enqueues and who delivers.

A post names its pictures instead of holding them, so that each is drawn and uploaded once for all
chats, when the first of them gets it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.words.buttons import Button, Keyboard
from bot.words.language import Html

PictureKind = Literal["fan", "grid", "resolved", "week", "fifths"]
_OF_MANY = ("grid", "week")
MOST_PICTURES = 10
"""Telegram's limit for one album."""


@dataclass(frozen=True, slots=True)
class PictureRef:
    """The name of a picture.

    Attributes:
        kind: `fan` is the picture under `/predict`; `grid` shows several forecasts small;
            `resolved` is a fan with what came; `week` is what came of many; `fifths` what came of a
            question of the league.
        forecast_ids: Numbers in the ledger, in the order shown; one but for those of many.
        sessions: Sessions ahead shown.
        language: Of its words and numbers.
        before: For each, the forecast whose range for today is drawn behind the dot; 0 for none.
        round_id: The question of the league; 0 for none.
    """

    kind: PictureKind
    forecast_ids: tuple[int, ...]
    sessions: int
    theme: Literal["light", "dark"]
    language: str
    before: tuple[int, ...] = ()
    round_id: int = 0

    def __post_init__(self) -> None:
        if self.before and len(self.before) != len(self.forecast_ids):
            raise ValueError(f"{len(self.before)} earlier ones of {len(self.forecast_ids)}")
        if not self.forecast_ids or (self.kind not in _OF_MANY and len(self.forecast_ids) > 1):
            raise ValueError(f"{self.kind} of {len(self.forecast_ids)} forecasts")


@dataclass(frozen=True, slots=True)
class Post:
    """A message to be sent unasked.

    Attributes:
        html: Text, or caption of the pictures (then at most 1024 UTF-16 units).
        silent: Whether it arrives without a sound.
        keyboard: Its buttons; albums cannot have any.
        reply_to: Message it answers; sent all the same when that one is gone.
        pictures: None of them: a text; one: a photo; up to ten: an album.
        expires: Instant after which it is of no use and is not sent any more.
        edits: Message whose text and buttons it takes the place of; nothing new is sent then.
    """

    html: Html
    silent: bool = False
    keyboard: Keyboard = ()
    reply_to: int | None = None
    pictures: tuple[PictureRef, ...] = ()
    expires: datetime | None = None
    edits: int | None = None

    def __post_init__(self) -> None:
        if len(self.pictures) > MOST_PICTURES:
            raise ValueError(f"{len(self.pictures)} pictures in one post")

    @property
    def weight(self) -> int:
        """How many messages it counts for Telegram's limits."""
        return max(1, len(self.pictures))

    def encode(self) -> str:
        """Return the payload of an outbox row; what is at its default is left out."""
        data: dict[str, Any] = {"html": str(self.html)}
        if self.silent:
            data["silent"] = True
        if self.keyboard:
            data["keyboard"] = [[_written(button) for button in row] for row in self.keyboard]
        if self.reply_to is not None:
            data["reply_to"] = self.reply_to
        if self.pictures:
            data["pictures"] = [
                [p.kind, p.forecast_ids, p.sessions, p.theme, p.language, p.before, p.round_id]
                for p in self.pictures
            ]
        if self.expires is not None:
            data["expires"] = self.expires.isoformat()
        if self.edits is not None:
            data["edits"] = self.edits
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _picture(
    kind: PictureKind,
    ids: list[int],
    sessions: int,
    theme: Literal["light", "dark"],
    language: str = "en",
    before: Sequence[int] = (),
    round_id: int = 0,
) -> PictureRef:
    return PictureRef(kind, tuple(ids), sessions, theme, language, tuple(before), round_id)


def _written(button: Button) -> list[str]:
    return [button.text, button.data, *([button.style] if button.style else ())]


def read_post(payload: str) -> Post:
    """Return the post that `encode` wrote, also of an earlier release.

    Raises:
        ValueError: The payload is no post.
    """
    try:
        data = json.loads(payload)
        return Post(
            html=Html(data["html"]),
            silent=bool(data.get("silent", False)),
            keyboard=tuple(
                tuple(Button(*button) for button in row) for row in data.get("keyboard", ())
            ),
            reply_to=data.get("reply_to"),
            pictures=tuple(_picture(*picture) for picture in data.get("pictures", ())),
            expires=datetime.fromisoformat(data["expires"]) if "expires" in data else None,
            edits=data.get("edits"),
        )
    except (KeyError, TypeError, AttributeError) as err:
        raise ValueError(f"not a post: {err!r}") from err
