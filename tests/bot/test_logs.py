"""No secret reaches a log line, whatever library writes it."""

import logging

from bot.logs import RedactingFormatter


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
