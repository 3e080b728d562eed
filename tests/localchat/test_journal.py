"""The chat on disk: what was said is there again after a restart, a crash included."""

import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from localchat.bot_api.message_contents import read_photo
from localchat.bot_api.methods.calls import Call
from localchat.bot_api.methods.sending import send_photo
from localchat.bot_api.parameters import Upload
from localchat.server import Clocks, LocalChat
from localchat.state.values import Command, Member, User
from tests.journeys.chat import TOKEN
from tests.localchat.bare_calls import picture

CLOCKS = Clocks(lambda: datetime(2020, 3, 2, 21, tzinfo=UTC), time.monotonic)
Opened = Callable[[LocalChat], LocalChat]
ANN = User(700_000_001, "Ann")


def filled(folder: Path) -> LocalChat:
    """A chat with one of everything."""
    server = LocalChat(folder, TOKEN, CLOCKS)
    world = server.world
    world.add_user(ANN)
    group = world.add_group("Market talk", (Member(ANN.id, "creator"),), forum=True)
    topic = world.add_topic(group, "Tesla")
    server.people.say(ANN, group, "/predict TSLA", topic=topic)
    server.people.say(ANN, None, "/start")
    world.save_commands("s", (Command("predict", "x"),))
    world.save_profile("description/", "y")
    files = {"photo": Upload("a.png", "image/png", picture(1280, 720))}
    call = Call("sendPhoto", {"chat_id": ANN.id, "photo": files["photo"], "caption": "c"}, files)
    send_photo(world, call)
    return server


def state(server: LocalChat) -> tuple[object, ...]:
    """Everything that shall survive."""
    world = server.world
    return (
        world.users,
        world.chats,
        world.messages,
        world.files,
        world.commands,
        world.profile,
        world.counters,
        world.updates.pending(),
        world.updates.next_id,
    )


@pytest.fixture
async def opened() -> AsyncIterator[Opened]:
    """Takes every server of a test, and stops them at its end."""
    servers: list[LocalChat] = []

    def note(server: LocalChat) -> LocalChat:
        servers.append(server)
        return server

    yield note
    for server in servers:
        await server.stop()


async def test_everything_survives_a_restart(tmp_path: Path, opened: Opened):
    """Users, chats, messages, files, menus, counters and waiting updates come back."""
    before = opened(filled(tmp_path))
    kept = state(before)
    again = opened(LocalChat(tmp_path, TOKEN, CLOCKS))
    assert state(again) == kept
    photo = again.world.history(ANN.id)[-1].photo
    assert again.world.blobs.get(again.world.files[photo[-1]].blob) == picture(1280, 720)
    assert read_photo(again.world, photo[0], {}) == photo


async def test_confirmed_updates_do_not_come_back(tmp_path: Path, opened: Opened):
    """What the bot has fetched is not told again after a restart."""
    server = opened(filled(tmp_path))
    server.world.updates.drop()
    again = opened(LocalChat(tmp_path, TOKEN, CLOCKS))
    assert again.world.updates.pending() == []
    assert again.world.updates.next_id == server.world.updates.next_id


async def test_a_line_cut_short_by_a_crash_is_left_out(tmp_path: Path, opened: Opened):
    """All lines before the torn one count."""
    server = opened(filled(tmp_path))
    path = tmp_path / "localchat" / "journal.jsonl"
    whole = path.read_text("utf-8")
    server.people.say(ANN, None, "torn")
    path.write_text(whole + path.read_text("utf-8")[len(whole) :][:40], "utf-8")
    again = opened(LocalChat(tmp_path, TOKEN, CLOCKS))
    assert [m.text for m in again.world.history(ANN.id)] == ["/start", "c"]


async def test_starting_over_forgets_all_but_the_numbers(tmp_path: Path, opened: Opened):
    """After a reset nothing is left, and no id is ever used again."""
    server = opened(filled(tmp_path))
    counters, next_update = dict(server.world.counters), server.world.updates.next_id
    server.world.clear()
    again = opened(LocalChat(tmp_path, TOKEN, CLOCKS))
    assert again.world.chats == {}
    assert again.world.counters == counters
    assert again.world.updates.next_id == next_update
    assert list((tmp_path / "localchat" / "files").iterdir()) == []
