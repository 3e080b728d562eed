"""The chat page in a real Chromium: time until it can be used, and scrolling 2,000 messages."""

import asyncio
import json
from typing import Any

from benchmarks.timing import header, percentile, row
from localchat.bot_api.methods.calls import Call
from localchat.bot_api.methods.sending import send_message, send_photo
from localchat.bot_api.parameters import Upload
from localchat.state.scene import YOU_ID
from tests.localchat.browser import CHROMIUM, Stage, staged
from tests.localchat.scripted_bot import chart

MESSAGES = 2_000
LOADS = 15
PIXELS_A_FRAME = 160
# Scrolls by hand in each frame: harder on the page than a wheel, which the compositor helps.
SCROLL = """async (step) => {
  const log = document.querySelector('.log');
  const seen = new Set();
  const gaps = [];
  let before = performance.now();
  let still = 0;
  while (still < 60) {
    const now = await new Promise(requestAnimationFrame);
    gaps.push((now - before) / 1000);
    before = now;
    still = log.scrollTop > 0 ? 0 : still + 1;
    log.scrollTop -= step;
    for (const row of log.querySelectorAll('.row')) seen.add(row.dataset.key);
  }
  return [gaps.slice(1, -60), seen.size];
}"""


def main() -> None:
    """Print the table."""
    if CHROMIUM is None:
        print("skipped: Chromium is not installed (Debian's package chromium)")
        return
    asyncio.run(_measure())


async def _measure() -> None:
    async with staged(with_bot=False) as stage:
        _fill(stage)
        ready = [await _load(stage) for _ in range(LOADS)]
        gaps, tasks, count = await _scroll(stage)
    header()
    row(f"page ready, chat of {MESSAGES:,} messages", ready, goal="300 ms")
    row(f"frame while scrolling up {count:,} messages", [percentile(gaps, 0.5)], goal="16.7 ms")
    row("the same, 95 % within", [percentile(gaps, 0.95)])
    row("task of the page's main thread, 99 % within (CPU, trace)", [percentile(tasks, 0.99)])
    row("longest task of the page's main thread (CPU, trace)", [max(tasks)], goal="50 ms")


def _fill(stage: Stage) -> None:
    """A long talk: questions, answers in HTML, a chart with buttons each tenth time."""
    world, people = stage.server.world, stage.server.people
    you = world.users[YOU_ID]
    upload = Upload("chart.png", "image/png", chart())
    photo: Any = upload
    keys = [[{"text": str(n), "callback_data": f"n:{n}"} for n in (5, 10, 20)]]
    for number in range(MESSAGES // 2):
        people.say(you, None, f"/predict TSLA {number}")
        text = f"<b>TSLA</b> answer {number}\n" + "A line of some length. " * (number % 7)
        params = {"chat_id": YOU_ID, "parse_mode": "HTML"}
        if number % 10:
            send_message(world, Call("sendMessage", {**params, "text": text}, {}))
            continue
        params |= {"photo": photo, "caption": text, "reply_markup": {"inline_keyboard": keys}}
        sent = send_photo(world, Call("sendPhoto", params, {}))
        photo = sent["photo"][-1]["file_id"]


async def _load(stage: Stage) -> float:
    """Seconds from the start of the navigation to the page's own mark, in a fresh context."""
    tab = await stage.tab()
    mark = "performance.getEntriesByName('ready')[0].startTime"
    milliseconds: float = await tab.page.evaluate(mark)
    await tab.page.context.close()
    return milliseconds / 1000


async def _scroll(stage: Stage) -> tuple[list[float], list[float], int]:
    """Seconds of all frames, CPU seconds of all tasks, and messages passed."""
    assert stage.browser
    tab = await stage.tab()
    categories = ["toplevel", "__metadata"]
    await stage.browser.start_tracing(page=tab.page, categories=categories)
    gaps, count = await tab.page.evaluate(SCROLL, PIXELS_A_FRAME)
    trace = json.loads(await stage.browser.stop_tracing())
    return gaps, _tasks(trace), count


def _tasks(trace: dict[str, Any]) -> list[float]:
    """CPU seconds of the main thread's tasks, which other work on the machine does not stretch."""
    events = trace["traceEvents"]
    main_threads = {
        (e["pid"], e["tid"])
        for e in events
        if e["name"] == "thread_name" and e["args"]["name"] == "CrRendererMain"
    }
    return [
        e["tdur"] / 1e6
        for e in events
        if e["name"] == "ThreadControllerImpl::RunTask"
        and (e["pid"], e["tid"]) in main_threads
        and "tdur" in e
    ]


if __name__ == "__main__":
    main()
