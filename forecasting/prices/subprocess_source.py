"""A price source in a process of its own, which ends when nobody has asked for a while.

For sources that need heavy libraries: yfinance brings pandas, some 130 MB and seconds of import
that would hold up a bot's event loop. The two processes speak through pipes; when the parent goes,
however it goes, the pipe closes and the child ends.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock, Timer
from time import monotonic
from typing import IO, Any

from forecasting import errors
from forecasting.errors import BadAnswerError, NoConnectionError, PriceError
from forecasting.prices.source import PriceSource, Repairing
from forecasting.values import Bars

_Packed = tuple[str, tuple[Any, ...], dict[str, Any]]


class SubprocessSource:
    """Passes questions to a source in another process, started when first needed."""

    def __init__(
        self, name: str, command: Sequence[str], *, idle_s: float = 600.0, limit_s: float = 90.0
    ) -> None:
        """Start nothing yet.

        Args:
            name: The source's name as in `PRICE_SOURCE`.
            command: Starts a process that calls `serve` with the source.
            idle_s: Seconds without a question after which the process is ended.
            limit_s: Seconds after which a question that has no answer is given up.
        """
        self._name = name
        self._command = list(command)
        self._idle_s = idle_s
        self._limit_s = limit_s
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._resting: Timer | None = None

    @property
    def name(self) -> str:
        """The source's name as in `PRICE_SOURCE`."""
        return self._name

    @property
    def pid(self) -> int | None:
        """The number of the process that answers, None while none is running."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def history(self, ticker: str, now: datetime, known: Bars | None = None) -> Bars:
        """Return what the source answers.

        Raises:
            NoConnectionError: Its process ended or did not answer in time.
            PriceError: What the source raises.
        """
        return self._bars("history", ticker, now, known)

    def repaired(self, ticker: str, now: datetime) -> Bars:
        """Return what the source's own repair makes of a ticker.

        Raises:
            NoConnectionError: Its process ended or did not answer in time.
            PriceError: What the source raises, or that it has no repair.
        """
        return self._bars("repaired", ticker, now)

    def answer(self, method: str, ticker: str, *arguments: object) -> Any:
        """Return what a method of the source says of a ticker.

        Raises:
            NoConnectionError: Its process ended or did not answer in time.
            PriceError: What the source raises.
        """
        started = monotonic()
        try:
            answer = self._ask(method, ticker, *arguments)
        except (EOFError, OSError, pickle.UnpicklingError) as err:
            detail = f"its process gave no answer: {type(err).__name__}"
            hung = monotonic() - started >= self._limit_s
            raise NoConnectionError(ticker, self._name, detail, hung=hung) from err
        if isinstance(answer, tuple):
            raise _unpacked(answer)
        return answer

    def search(self, text: str, now: datetime) -> tuple[str, ...]:
        """Return what the source offers; empty where its process gives no answer."""
        try:
            found: tuple[str, ...] = self._ask("search", text, now)
        except (EOFError, OSError, pickle.UnpicklingError):
            return ()
        return found

    def examples(self, liked: Sequence[str], most: int) -> tuple[str, ...]:
        """Return some tickers of files to show people; empty where the process gives no answer."""
        try:
            found: tuple[str, ...] = self._ask("examples", liked, most)
        except (EOFError, OSError, pickle.UnpicklingError):
            return ()
        return found

    def close(self) -> None:
        """End the process, if one is running; the next question starts another."""
        with self._lock:
            self._end()

    def _bars(self, method: str, ticker: str, *arguments: object) -> Bars:
        answer: Bars = self.answer(method, ticker, *arguments)
        return replace(answer)  # built anew: validated, and its arrays are read-only again

    def _ask(self, *question: object) -> Any:
        with self._lock:
            if self._resting is not None:
                self._resting.cancel()
            process = self._running()
            limit = _after(self._limit_s, process.kill)
            try:
                return _exchange(process, question)
            except BaseException:
                self._end()
                raise
            finally:
                limit.cancel()
                self._resting = _after(self._idle_s, self.close)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(  # noqa: S603 (our own command)
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.wait()


def serve(source: PriceSource) -> None:
    """Answer the questions of an `SubprocessSource` until it closes the pipe; runs in the child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # so that no library prints into the answers
    while True:
        try:
            method, *arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 (from our parent)
        except EOFError:
            return
        try:
            answer = _answer(source, method, arguments)
        except PriceError as err:
            answer = _packed(err)
        pickle.dump(answer, answers)
        answers.flush()


def _answer(source: PriceSource, method: str, arguments: list[Any]) -> Any:
    if method == "repaired" and not isinstance(source, Repairing):
        raise BadAnswerError(arguments[0], source.name, "it has no repair")
    return getattr(source, method)(*arguments)


def _exchange(process: subprocess.Popen[bytes], question: tuple[object, ...]) -> Any:
    asking, answering = _pipes(process)
    pickle.dump(question, asking)
    asking.flush()
    return pickle.load(answering)  # noqa: S301 (from our child)


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise EOFError("the process has no pipes")
    return process.stdin, process.stdout


def _after(seconds: float, do: Any) -> Timer:
    timer = Timer(seconds, do)
    timer.daemon = True
    timer.start()
    return timer


def _packed(err: PriceError) -> _Packed:
    """Take an error apart: exceptions that hold facts do not survive pickling."""
    return type(err).__name__, err.args, vars(err)


def _unpacked(packed: _Packed) -> PriceError:
    name, args, facts = packed
    kind: type[PriceError] = getattr(errors, name)
    err = kind.__new__(kind)
    err.args = args
    vars(err).update(facts)
    return err
