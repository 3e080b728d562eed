"""The local chat on disk: one line of JSON for each change, read back at the next start.

A line that a crash cut short is left out; at each start the lines are written anew without
what later lines replaced.
"""

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from localchat.state import changes
from localchat.state.world_state import World

_FORMAT = 1
_ADAPTER: TypeAdapter[changes.Change] = TypeAdapter(
    Annotated[changes.Change, Field(discriminator="kind")]
)
_PASSING = (changes.ActionShown, changes.QueryChanged, changes.InlineChanged)


class Journal:
    """Writes a world's changes to a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def attach(self, world: World) -> None:
        """Fill the world with what the file remembers, then write down what changes.

        Args:
            world: A new world.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        for line in self._lines():
            _apply(world, line)
        self._rewrite(world)
        self._file = self._path.open("a", encoding="utf-8", buffering=1)
        self._detach = world.observe(lambda change: self._write(world, change))

    def close(self) -> None:
        """Stop writing."""
        self._detach()
        self._file.close()

    def _lines(self) -> list[dict[str, Any]]:
        if not self._path.exists():
            return []
        lines = []
        for text in self._path.read_text("utf-8").splitlines():
            try:
                lines.append(json.loads(text))
            except ValueError:
                break
        return lines if lines and lines[0].get("format") == _FORMAT else []

    def _write(self, world: World, change: changes.Change) -> None:
        if isinstance(change, changes.Cleared):
            self._file.truncate(0)
            self._file.writelines(_snapshot(world))
        elif not isinstance(change, _PASSING):
            self._file.write(_line(world, change))

    def _rewrite(self, world: World) -> None:
        part = self._path.with_suffix(".part")
        part.write_text("".join(_snapshot(world)), "utf-8")
        part.replace(self._path)


def _snapshot(world: World) -> list[str]:
    kept: list[changes.Change] = [
        *(changes.UserSaved(user) for user in world.users.values()),
        *(changes.ChatSaved(chat) for chat in world.chats.values()),
        *(changes.FileSaved(file) for file in world.files.values()),
        *(changes.MessageSaved(m) for ms in world.messages.values() for m in ms.values()),
        *(changes.CommandsSaved(s, c) for s, c in world.commands.items()),
        *(changes.ProfileSaved(n, t) for n, t in world.profile.items()),
        *(changes.UpdateQueued(update) for update in world.updates.pending()),
    ]
    return [_head(world), *(_line(world, change) for change in kept)]


def _head(world: World) -> str:
    head = {"format": _FORMAT, "counters": world.counters, "next_update": world.updates.next_id}
    return json.dumps(head) + "\n"


def _line(world: World, change: changes.Change) -> str:
    body = {"counters": world.counters, "change": _ADAPTER.dump_python(change, mode="json")}
    return json.dumps(body, ensure_ascii=False) + "\n"


def _apply(world: World, line: dict[str, Any]) -> None:
    world.counters.update(line.get("counters", {}))
    world.updates.next_id = max(world.updates.next_id, line.get("next_update", 0))
    if "change" not in line:
        return
    match _ADAPTER.validate_python(line["change"]):
        case changes.UserSaved(user):
            world.users[user.id] = user
        case changes.ChatSaved(chat):
            world.save_chat(chat)
        case changes.MessageSaved(message):
            world.messages.setdefault(message.chat_id, {})[message.id] = message
        case changes.FileSaved(file):
            world.files[file.id] = file
        case changes.CommandsSaved(scope, commands):
            world.save_commands(scope, commands)
        case changes.ProfileSaved(name, text):
            world.profile[name] = text
        case changes.UpdateQueued(update):
            world.updates.restore(update)
        case changes.UpdatesConfirmed(up_to):
            world.updates.confirm(up_to)
