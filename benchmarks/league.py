"""A club of 400 over real HTTP: 160 calls within a minute, the process killed in the middle.

Beside them a stranger asks in private, first while nobody calls, then through a minute of calls
without a kill: others are not to be slowed.
"""

import asyncio
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.process import SESSIONS, Bench
from benchmarks.simulated import write_prices
from benchmarks.timing import percentile
from localchat.bot_api.flood_limits import FloodLimits
from localchat.state.values import Chat, Member, Message, User
from storage.store import open_store

MEMBERS, CALLERS, MINUTE = 400, 160, 60.0
REPLAY_START = "2021-06-07"
PATIENCE_SECONDS = 120.0
_STRANGER_EVERY, _STRANGER_IDLE = 2.0, 20


async def measure(folder: Path) -> None:
    """Print what came of the calls."""
    bench = Bench(folder, REPLAY_START=REPLAY_START)
    await bench.chat.start()
    bench.chat.api.flood.limits = FloodLimits(chat_burst=20)  # as Telegram lets answers through
    people = [bench.user(n) for n in range(MEMBERS)]
    members = tuple(Member(p.id, "member" if n else "creator") for n, p in enumerate(people))
    group = bench.chat.world.add_group("Club", members)
    bot = await bench.start_bot()
    question = await _answer(bench, group, bench.chat.people.say(people[0], group, "/call T00"))
    stranger = bench.user(MEMBERS)
    idle = [await _ask(bench, stranger) for _ in range(_STRANGER_IDLE)]
    asking = asyncio.create_task(_ask_on(bench, stranger))
    await _call_again(bench, question, people[:CALLERS])
    busy = await asking
    seconds, bot = await _all_call(bench, bot, question, people[:CALLERS])
    asked = bench.chat.people.say(people[0], group, "/call")
    told = await _answer(bench, group, asked)
    bot.terminate()
    await asyncio.to_thread(bot.wait)
    _print(bench, folder, seconds, told.text)
    for name, waits in (("nobody calls", idle), ("160 call within a minute", busy)):
        half, most = percentile(waits, 0.5), percentile(waits, 0.95)
        print(f"| a stranger's answer while {name}, p50 / p95 | {half:.2f} / {most:.2f} s |")
    await bench.chat.stop()


async def _answer(bench: Bench, group: Chat, asked: Message) -> Message:
    def found() -> Message | None:
        own = bench.chat.world.bot.id
        history = bench.chat.world.history(group.id)
        return next((m for m in history if m.sender_id == own and m.id > asked.id), None)

    return await bench.chat.wait_for(found, PATIENCE_SECONDS)


async def _all_call(
    bench: Bench, bot: "subprocess.Popen[bytes]", question: Message, people: list[User]
) -> tuple[list[float], "subprocess.Popen[bytes]"]:
    """Let each press one fifth within a minute; return the waits, and the second process."""
    waits = []
    for number, person in enumerate(people):
        if number == len(people) // 2:
            bot.kill()
            await asyncio.to_thread(bot.wait)
            bot = await bench.start_bot()
        waits.append(asyncio.create_task(_press(bench, question, person, number % 5)))
        await asyncio.sleep(MINUTE / len(people))
    return await asyncio.gather(*waits), bot


async def _call_again(bench: Bench, question: Message, people: list[User]) -> None:
    """Let each press a fifth within a minute; what is called now is changed later."""
    waits = []
    for number, person in enumerate(people):
        waits.append(asyncio.create_task(_press(bench, question, person, (number + 1) % 5)))
        await asyncio.sleep(MINUTE / len(people))
    await asyncio.gather(*waits)


async def _ask_on(bench: Bench, stranger: User) -> list[float]:
    """Ask through a minute; return the waits."""
    end, waits = time.perf_counter() + MINUTE, []
    while time.perf_counter() < end:
        waits.append(await _ask(bench, stranger))
        await asyncio.sleep(_STRANGER_EVERY)
    return waits


async def _ask(bench: Bench, stranger: User) -> float:
    begin = time.perf_counter()
    asked = bench.chat.people.say(stranger, None, "/track")
    await _answer(bench, bench.chat.world.chats[stranger.id], asked)
    return time.perf_counter() - begin


async def _press(bench: Bench, question: Message, person: User, row: int) -> float:
    begin = time.perf_counter()
    current = bench.chat.world.messages[question.chat_id][question.id]
    query = bench.chat.people.press(person, current, current.keyboard[row][0])

    def answered() -> bool | None:
        return bench.chat.world.queries[query.id].answered or None

    await bench.chat.wait_for(answered, PATIENCE_SECONDS)
    return time.perf_counter() - begin


def _print(bench: Bench, folder: Path, seconds: list[float], told: str) -> None:
    (database,) = (folder / "data").glob("*.sqlite3")
    store = open_store(f"sqlite:///{database}")
    kept = {call.user_id: call.fifth for call in store.calls_on(1)}
    store.close()
    right = sum(kept.get(900_000_000 + n) == 4 - n % 5 for n in range(CALLERS))
    refused = sum(bool(call.refusal and call.refusal.code == 429) for call in bench.chat.calls)
    print("| what | figure |\n|---|---|")
    print(f"| calls kept as pressed, once, of {CALLERS}, one kill | {right} of {len(kept)} |")
    print(f"| the message says | {told.splitlines()[-1]} |")
    print(f"| a press is answered, p50 | {1000 * percentile(seconds, 0.5):.0f} ms |")
    print(f"| a press is answered, p95 (the kill included) | {percentile(seconds, 0.95):.1f} s |")
    print(f"| edits of the message | {len(bench.chat.calls.of('editMessageText'))} |")
    print(f"| refusals for flooding (429) | {refused} |")


def main() -> None:
    """Run in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "prices").mkdir()
        days = np.busday_offset("2016-01-04", np.arange(SESSIONS), roll="forward").tolist()
        write_prices(folder / "prices", days, 1)
        asyncio.run(measure(folder))


if __name__ == "__main__":
    main()
