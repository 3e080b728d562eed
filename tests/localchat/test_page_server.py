"""The page's server without a browser: who is let in, what is told, what is refused."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from localchat.state.scene import BEN_ID, CARLA_ID, YOU_ID
from tests.journeys.chat import TOKEN
from tests.localchat.browser import Stage, served


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The page without bot and browser."""
    async with served(tmp_path, with_bot=False) as stage:
        yield stage


async def get(stage: Stage, path: str, **headers: str) -> tuple[int, Any, dict[str, str]]:
    async with aiohttp.request("GET", stage.url + path, headers=headers) as answer:
        body = await answer.read()
        return answer.status, body, dict(answer.headers)


async def post(stage: Stage, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    async with aiohttp.request("POST", stage.url + path, json=body, headers=headers) as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, await (answer.json() if is_json else answer.text())


async def state(stage: Stage) -> Any:
    return json.loads((await get(stage, "/api/state"))[1])


async def events(stage: Stage, after: int, count: int) -> list[Any]:
    """The next events behind a number."""
    found: list[Any] = []
    async with aiohttp.request("GET", f"{stage.url}/api/events?after={after}") as answer:
        async for line in answer.content:
            if line.startswith(b"data: "):
                found.append(json.loads(line[6:]))
            if len(found) == count:
                break
    return found


@pytest.mark.parametrize("path", ["/", "/assets/app.js", "/api/state", "/api/events?after=0"])
async def test_foreign_names_and_pages_are_refused(stage: Stage, path: str):
    """A rebound host name, another origin or another site gets 403, reading or acting."""
    for headers in (
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"},
    ):
        assert (await get(stage, path, **headers))[0] == 403
    step = "/api/step?sessions=1"
    assert (await post(stage, step, Origin="http://evil.example"))[0] == 403
    assert (await post(stage, step, Origin=f"http://127.0.0.1:{1}"))[0] == 403
    assert stage.days.steps == []


async def test_a_link_from_elsewhere_may_open_the_page(stage: Stage):
    """Following the printed link is not an attack."""
    navigation = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert (await get(stage, "/", **navigation))[0] == 200


async def test_pages_may_load_nothing_from_elsewhere(stage: Stage):
    """The policy forbids other hosts and inline scripts; assets name no other host."""
    from importlib import resources

    _, _, headers = await get(stage, "/")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for entry in (resources.files("localchat.page") / "assets").iterdir():
        text = entry.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text, entry.name
        assert "https://" not in text, entry.name
        assert "innerHTML" not in text, entry.name


async def test_modules_are_all_preloaded(stage: Stage):
    """Each script is named in the page, so that none waits for another; of languages one is loaded."""
    from importlib import resources

    page = (await get(stage, "/"))[1].decode()
    for entry in (resources.files("localchat.page") / "assets").iterdir():
        if entry.name != "index.html" and not entry.name.startswith("words-"):
            assert f"/assets/{entry.name}" in page, entry.name


async def test_the_state_has_people_rooms_and_no_callback_data(stage: Stage):
    """Three people, their private chats, a group with a topic; nothing of the bot's secrets."""
    shown = await state(stage)
    assert [person["name"] for person in shown["people"]] == ["You", "Ben", "Carla"]
    group = next(chat for chat in shown["chats"] if chat["kind"] == "supergroup")
    assert [m["id"] for m in group["members"] if m["admin"]] == [CARLA_ID]
    assert [topic["name"] for topic in group["topics"]] == ["Tesla"]
    assert len(shown["rooms"]) == 6
    assert TOKEN not in json.dumps(shown)


async def test_what_happens_is_told_in_order_and_told_again(stage: Stage):
    """A page that lost its connection gets what it missed; one that is lost loads anew."""
    last = (await state(stage))["last"]
    for text in ("one", "two"):
        body = {"user": YOU_ID, "chat": YOU_ID, "text": text}
        assert (await post(stage, "/api/say", body))[0] == 200
    told = await events(stage, last, 3)
    assert [e["kind"] for e in told] == ["chat", "message", "message"]
    assert [e["body"].get("text") for e in told[1:]] == ["one", "two"]
    assert await events(stage, last + 2, 1) == told[2:]
    assert (await events(stage, 10_000, 1))[0]["kind"] == "reload"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("say", {"user": YOU_ID, "chat": YOU_ID, "text": " "}, 409),
        ("say", {"user": YOU_ID, "chat": BEN_ID, "text": "x"}, 409),
        ("say", {"user": YOU_ID, "chat": 5, "text": "x"}, 404),
        ("say", {"user": 1, "chat": YOU_ID, "text": "x"}, 404),
        ("say", {"user": YOU_ID, "chat": YOU_ID, "text": "x", "thread": 9}, 409),
        ("say", {"user": YOU_ID, "chat": YOU_ID}, 400),
        ("say", [], 400),
        ("press", {"user": YOU_ID, "chat": YOU_ID, "message": 1, "row": 0, "column": 0}, 404),
        ("edit", {"user": YOU_ID, "chat": YOU_ID, "message": 77, "text": "x"}, 404),
        ("choose", {"user": YOU_ID, "chat": YOU_ID, "query": "1", "result": "1"}, 404),
        ("step?sessions=3", None, 400),
        ("step", None, 400),
    ],
)
async def test_acts_that_make_no_sense_are_refused(stage: Stage, path, body, status):
    """Unknown ids, other people's chats and malformed bodies end in a plain status."""
    assert (await post(stage, f"/api/{path}", body))[0] == status


async def test_people_change_their_own_messages_only(stage: Stage):
    """Nobody edits or deletes what somebody else wrote."""
    group = next(c["id"] for c in (await state(stage))["chats"] if c["kind"] == "supergroup")
    _, said = await post(stage, "/api/say", {"user": YOU_ID, "chat": group, "text": "mine"})
    place = {"chat": group, "message": said["id"]}
    for user, status in ((BEN_ID, 409), (YOU_ID, 200)):
        edit = {"user": user, **place, "text": "other"}
        assert (await post(stage, "/api/edit", edit))[0] == status
        assert (await post(stage, "/api/remove", {"user": user, **place}))[0] == status


async def test_older_messages_come_in_portions(stage: Stage):
    """The state has the newest forty; asking before the first gives those above it."""
    for number in range(130):
        stage.server.people.say(stage.server.world.users[YOU_ID], None, f"m{number}")
    room = next(r for r in (await state(stage))["rooms"] if r["chat"] == YOU_ID)
    assert [room["messages"][0]["text"], len(room["messages"]), room["more"]] == ["m90", 40, True]
    first = room["messages"][0]["id"]
    path = f"/api/messages?chat={YOU_ID}&thread=&before={first}"
    older = json.loads((await get(stage, path))[1])
    assert [older["messages"][0]["text"], older["messages"][-1]["text"]] == ["m50", "m89"]


async def test_one_step_at_a_time_and_a_failure_is_told(stage: Stage):
    """While the days move nothing else moves; what goes wrong is said and can be tried again."""
    first, second = await asyncio.gather(
        post(stage, "/api/step?sessions=1"), post(stage, "/api/step?sessions=5")
    )
    assert first[0] == second[0] == 202
    assert second[1]["busy"]
    await settled(stage)
    assert stage.days.steps in ([1], [5])
    stage.days.fails = True
    await post(stage, "/api/step?sessions=1")
    assert (await settled(stage))["failed"]
    stage.days.fails = False
    await post(stage, "/api/step?sessions=1")
    assert not (await settled(stage))["failed"]


async def settled(stage: Stage) -> Any:
    """The status once nothing is under way."""
    for _ in range(500):
        status = (await state(stage))["status"]
        if not status["busy"]:
            return status
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_starting_over_keeps_the_menu_and_sets_the_scene_anew(stage: Stage):
    """Messages go, people and group come back, the bot's command menu stays."""
    from localchat.bot_api.methods.profile import scope_key
    from localchat.state.values import Command

    world = stage.server.world
    world.save_commands(scope_key(None, ""), (Command("predict", "x"),))
    stage.server.people.say(world.users[YOU_ID], None, "hello")
    await post(stage, "/api/reset")
    await settled(stage)
    shown = await state(stage)
    assert [room["messages"] for room in shown["rooms"] if room["thread"] is None] == [[]] * 5
    assert shown["menus"]["en"]["private"] == [{"command": "predict", "description": "x"}]
    assert stage.days.resets == 1


async def test_files_larger_than_five_megabytes_are_refused(stage: Stage):
    """A person may send small files; documents come back as downloads, never as pages."""
    query = f"?user={YOU_ID}&chat={YOU_ID}&name=a.html"
    async with aiohttp.ClientSession() as session:
        async with session.post(stage.url + "/api/send-file" + query, data=b"<b>x</b>") as answer:
            sent = await answer.json()
        async with session.get(f"{stage.url}/files/{sent['document']['id']}") as answer:
            assert answer.headers["Content-Disposition"] == "attachment"
            assert answer.content_type == "application/octet-stream"
        big = bytes(5 * 1024 * 1024 + 1)
        async with session.post(stage.url + "/api/send-file" + query, data=big) as answer:
            assert answer.status == 413
