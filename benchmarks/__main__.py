"""`make bench`: every number that the README claims, with its spread, one table each."""

import argparse
import importlib
import runpy
import sys

SECTIONS = {
    "process": "start, memory and answers of the bot's own process, over real HTTP",
    "throughput": "answers a second with 200 chats at once",
    "forecast": "one forecast and one chart, beside the usual way",
    "retraining": "a night's fine-tuning, beside training from scratch",
    "localchat": "the local chat's page in Chromium",
    "broadcast": "a broadcast to many chats within Telegram's limits",
    "faults": "planted faults in prices, and healthy bars held back",
    "inline": "cards for inline questions, from what is kept",
    "memory": "what a process holds in memory as the past and the crowd grow",
    "growth": "what costs how much as the past and the crowd grow",
    "keeping": "bytes a forecast takes, before and after it is archived",
    "inbox": "what keeping an update costs",
    "cuts": "a thousand lines cut after a message went out: doubled and lost, by policy",
    "replicas": "three processes behind one webhook: limits shared, a holder killed and stopped",
    "structure": "how much of the house a reader must open",
    "league": "a club of 400: 160 calls within a minute, killed in the middle",
    "replay": "sixty sessions lived through by thirty chats",
}


def main() -> None:
    """Run the sections that were named, or all of them; one with options of its own runs alone."""
    if sys.argv[1:2] == ["hostile"]:
        importlib.import_module("benchmarks.hostile").main()
        return
    if len(sys.argv) > 2 and sys.argv[1] in SECTIONS and sys.argv[2].startswith("-"):
        name = sys.argv.pop(1)
        runpy.run_module(f"benchmarks.{name}", run_name="__main__", alter_sys=True)
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    chosen = parser.parse_args().sections or list(SECTIONS)
    for name in chosen:
        print(f"\n## {name}: {SECTIONS[name]}\n")
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
