"""No secret reaches a log line, whatever library writes it."""

import json
import logging
import re
import subprocess
import sys
from pathlib import Path

from bot.logs import JsonFormatter, RedactingFormatter, name_update

ROOT = Path(__file__).parents[2]


def line(message, *args, exc_info=None, secrets=("123:TEST",)):
    record = logging.LogRecord("x", logging.INFO, "f", 1, message, args, exc_info)
    return RedactingFormatter(secrets).format(record)


def test_tokens_in_addresses_are_struck_out():
    """The Bot API's address holds the token."""
    token = "987654321:AAE-abcdefghijklmnopqrstuvwxyz012345"
    assert token not in line("POST https://api.telegram.org/bot%s/getMe", token)


def test_known_secrets_are_struck_out_whatever_they_look_like():
    """A short test token is a secret as well."""
    assert "TEST" not in line("GET http://127.0.0.1/bot123:TEST/getUpdates")


def test_tracebacks_are_clean_too():
    """The library's InvalidToken repeats the token."""
    try:
        raise ValueError("The token `123:TEST` was rejected")
    except ValueError as err:
        text = line("failed", exc_info=(ValueError, err, err.__traceback__))
    assert "TEST" not in text
    assert "rejected" in text


def test_ordinary_lines_stay_whole():
    """Times, ports and ids are no secrets."""
    assert line("at 09:15:22 port=8080 chat=-100123456").endswith(
        "at 09:15:22 port=8080 chat=-100123456"
    )


def as_json(message, *args, exc_info=None):
    record = logging.LogRecord("bot.x", logging.WARNING, "f", 1, message, args, exc_info)
    written = JsonFormatter(("123:TEST",)).format(record)
    assert "\n" not in written
    return json.loads(written)


def test_a_line_of_json_has_the_facts_as_fields():
    """What a log store is asked for: by chat, by reason, by name."""
    line = as_json("not-sent chat=%s seconds=%.2f reason=%r level=9", -100123, 0.5, 'it\'s "so"')
    facts = {"chat": -100123, "seconds": 0.5, "level": "WARNING", "logger": "bot.x"}
    assert line.items() >= facts.items()
    assert "so" in line["reason"]
    assert as_json("migrated after=0005 share=nan")["after"] == "0005"
    assert line["message"].startswith("not-sent chat=-100123")


def test_secrets_stay_out_of_json_and_a_traceback_stays_one_line():
    """In the message, in a field and in the trace."""
    try:
        raise ValueError("The token `123:TEST` was rejected")
    except ValueError as err:
        line = as_json(
            "failed url=http://x/bot123:TEST", exc_info=(ValueError, err, err.__traceback__)
        )
    assert "TEST" not in json.dumps(line)
    assert "rejected" in line["trace"]


async def test_lines_of_an_update_carry_its_number():
    """In both formats, so that all lines of one question can be found."""
    name_update(7)
    assert as_json("done chat=1")["update"] == 7
    assert line("done chat=1").endswith("done chat=1 update=7")
    assert line("lost update=9").endswith("lost update=9")


_UNQUOTED = re.compile(r'"([a-z][a-z-]+ [^"]*reason=%s)')


def test_a_reason_of_several_words_is_one_field():
    """Whoever searches the fields for why it did not start finds all of it: without quotes it is cut."""
    files = [file for room in ("bot", "forecasting") for file in (ROOT / room).rglob("*.py")]
    unquoted = {found for file in files for found in _UNQUOTED.findall(file.read_text("utf-8"))}
    # A word of ours.
    assert unquoted == {"chat-left chat=%s reason=%s"}


_UNFORESEEN = """
import threading, warnings
from bot.logs import set_up_logging
set_up_logging("INFO", ("hidden",), "json")
warnings.warn("about hidden")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start(); thread.join()
raise ValueError("The token `hidden` was rejected")
"""


def test_what_python_writes_itself_is_a_clean_line_too():
    """A warning, a thread's end and the process's own: three lines of JSON, the secret in none."""
    told = subprocess.run(
        [sys.executable, "-c", _UNFORESEEN], capture_output=True, text=True, cwd=ROOT, check=False
    )
    lines = [json.loads(one) for one in told.stderr.splitlines()]
    assert [one["level"] for one in lines] == ["WARNING", "CRITICAL", "CRITICAL"]
    assert "ZeroDivisionError" in lines[1]["trace"]
    assert "rejected" in lines[2]["trace"]
    assert "hidden" not in told.stderr
    assert told.returncode == 1
