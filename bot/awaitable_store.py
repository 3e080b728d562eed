"""The store as the event loop sees it: every method is awaited, and waits in a thread.

`storage` blocks, by design (docs/decisions/sync-sql.md). Here each of its methods that is called
from the loop stands once, with the types that it has there; `run` is for what makes several calls
in one go.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Concatenate, Generic, ParamSpec, TypeVar

from bot.group_commit import GroupCommit
from bot.worker import Worker
from storage.errors import CannotWriteError, DamagedDatabaseError, StorageError
from storage.store import Store

log = logging.getLogger(__name__)

_HEALED_AFTER_SECONDS = 60.0

P = ParamSpec("P")
T = TypeVar("T")


class _Awaited(Generic[P, T]):
    """A method of `Store`, asked of an `AwaitableStore`."""

    def __init__(self, method: Callable[Concatenate[Store, P], T]) -> None:
        self._name = method.__name__

    def __get__(self, owner: "AwaitableStore", kind: type) -> Callable[P, Awaitable[T]]:
        return partial(owner.worker.wait, getattr(owner.blocking, self._name))


class _Together(Generic[P, T]):
    """A method that writes little and often: what comes together shares a transaction."""

    def __init__(self, method: Callable[Concatenate[Store, P], T]) -> None:
        self._name = method.__name__

    def __get__(self, owner: "AwaitableStore", kind: type) -> Callable[P, Awaitable[T]]:
        return partial(self._written, owner)

    async def _written(self, owner: "AwaitableStore", *args: P.args, **kwargs: P.kwargs) -> T:
        call = partial(getattr(owner.blocking, self._name), *args, **kwargs)
        results: list[T] = []
        await owner.together.write(lambda: results.append(call()))
        # Done once more by itself where another write of the transaction failed.
        return results[-1]


class _IfWritable(Generic[P]):
    """A method that notes what an answer can do without: a full disk does not stop the answer."""

    def __init__(self, method: Callable[Concatenate[Store, P], None]) -> None:
        self._name = method.__name__

    def __get__(self, owner: "AwaitableStore", kind: type) -> Callable[P, Awaitable[None]]:
        return partial(self._noted, owner)

    async def _noted(self, owner: "AwaitableStore", *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            await owner.together.write(
                partial(getattr(owner.blocking, self._name), *args, **kwargs)
            )
        except CannotWriteError as err:
            await owner.cannot_write(err)
        else:
            owner.wrote()


class AwaitableStore:
    """A store that never holds up the event loop."""

    def __init__(self, store: Store, worker: Worker) -> None:
        self.blocking = store
        self.worker = worker
        self.together = GroupCommit(store, worker)
        self._refused_at: float | None = None
        self._is_damaged = False
        self.on_trouble: Callable[[StorageError], Awaitable[None]] | None = None
        """Called once when the database begins to take nothing, or is found damaged."""

    async def fails(self, error: StorageError) -> None:
        """Say once of an error that it does not pass in a moment; others are waited out."""
        if isinstance(error, CannotWriteError):
            await self.cannot_write(error)
        elif isinstance(error, DamagedDatabaseError) and not self._is_damaged:
            self._is_damaged = True
            log.error("database-damaged reason=%r", str(error))
            await self._tell(error)

    async def _tell(self, error: StorageError) -> None:
        if self.on_trouble is not None:
            await self.on_trouble(error)

    async def cannot_write(self, error: CannotWriteError) -> None:
        """Say once that the database takes nothing, until it does again."""
        begins = self._refused_at is None
        self._refused_at = asyncio.get_running_loop().time()
        if not begins:
            return
        log.error("database-takes-nothing reason=%r", str(error))
        await self._tell(error)

    def wrote(self) -> None:
        """Note that the database has taken something."""
        # On a disk that is nearly full the small still goes in between what does not.
        now = asyncio.get_running_loop().time()
        if self._refused_at is not None and now - self._refused_at > _HEALED_AFTER_SECONDS:
            self._refused_at = None
            log.info("database-takes-again")

    async def run(
        self, call: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return what a function of the blocking store returns; it may make many calls."""
        return await self.worker.wait(call, self.blocking, *args, **kwargs)

    # Chats and how they are served.
    see_chat = _IfWritable(Store.see_chat)
    is_reachable = _Awaited(Store.is_reachable)
    mark_chat_dead = _Awaited(Store.mark_chat_dead)
    migrate_chat = _Awaited(Store.migrate_chat)
    note_language = _IfWritable(Store.note_language)
    settings = _Awaited(Store.settings)
    change_settings = _Awaited(Store.change_settings)
    remember_ticker = _IfWritable(Store.remember_ticker)
    recent_tickers = _Awaited(Store.recent_tickers)
    save_forecast_message = _IfWritable(Store.save_forecast_message)
    find_forecast_message = _Awaited(Store.find_forecast_message)
    note_shown_sessions = _Awaited(Store.note_shown_sessions)
    drop_forecast_message = _IfWritable(Store.drop_forecast_message)

    # Lists and alerts.
    subscribe = _Awaited(Store.subscribe)
    unsubscribe = _Awaited(Store.unsubscribe)
    subscriptions = _Awaited(Store.subscriptions)
    count_by_user = _Awaited(Store.count_by_user)
    watched_tickers = _Awaited(Store.watched_tickers)
    is_watched = _Awaited(Store.is_watched)
    note_watched = _Awaited(Store.note_watched)
    digest_slots = _Awaited(Store.digest_slots)
    sweep_slots = _Awaited(Store.sweep_slots)
    next_chats = _Awaited(Store.next_chats)
    subscribers = _Awaited(Store.subscribers)
    add_alert = _Awaited(Store.add_alert)
    alerts_in = _Awaited(Store.alerts_in)
    open_alerts = _Awaited(Store.open_alerts)
    cancel_alert = _Awaited(Store.cancel_alert)

    # Questions that were answered with a chance.
    add_question = _Awaited(Store.add_question)
    chance_record = _Awaited(Store.chance_record)
    settle_questions = _Awaited(Store.settle_questions)

    # The league.
    ask_round = _Awaited(Store.ask_round)
    open_round = _Awaited(Store.open_round)
    find_round = _Awaited(Store.find_round)
    note_round_message = _Awaited(Store.note_round_message)
    stop_round = _Awaited(Store.stop_round)
    save_call = _Awaited(Store.save_call)
    count_calls = _Awaited(Store.count_calls)
    find_calls = _Awaited(Store.find_calls)
    set_league = _Awaited(Store.set_league)
    league_places = _Awaited(Store.league_places)
    close_rounds = _Awaited(Store.close_rounds)

    # Baskets.
    add_basket = _Awaited(Store.add_basket)
    settle_baskets = _Awaited(Store.settle_baskets)
    basket_record = _Awaited(Store.basket_record)

    # The ledger.
    issue = _Awaited(Store.issue)
    find_forecast = _Awaited(Store.find_forecast)
    latest_issued = _Awaited(Store.latest_issued)
    forecasts_of = _Awaited(Store.forecasts_of)
    publish_head = _Awaited(Store.publish_head)

    # Pictures that Telegram has.
    find_photo = _Awaited(Store.find_photo)
    save_photo = _IfWritable(Store.save_photo)
    drop_photo = _IfWritable(Store.drop_photo)

    # The outbox.
    enqueue = _Awaited(Store.enqueue)
    claim_due = _Awaited(Store.claim_due)
    mark_sending = _Together(Store.mark_sending)
    mark_sent = _Together(Store.mark_sent)
    postpone = _Awaited(Store.postpone)
    give_up = _Awaited(Store.give_up)
    release = _Awaited(Store.release)
    recover = _Awaited(Store.recover)
    find_pending = _Awaited(Store.find_pending)
    has_unsent = _Awaited(Store.has_unsent)
    rewrite = _Awaited(Store.rewrite)

    # The inbox.
    take_in = _Awaited(Store.take_in)
    note_answers = _IfWritable(Store.note_answers)
    keep_claim = _Awaited(Store.keep_claim)
    claims = _Awaited(Store.claims)
    take_over = _Awaited(Store.take_over)
    sent_to_groups = _Awaited(Store.sent_to_groups)
    done_in_groups = _Awaited(Store.done_in_groups)
    taken_numbers = _Awaited(Store.taken_numbers)
    sweep_inbox = _Awaited(Store.sweep_inbox)

    take_in_turn = _Awaited(Store.take_in_turn)
    left_to = _Awaited(Store.left_to)
    give_up_claim = _Awaited(Store.give_up_claim)

    # What several processes of one bot share.
    change_shared = _Awaited(Store.change_shared)
    sweep_shared = _Awaited(Store.sweep_shared)
    tell_all = _Awaited(Store.tell_all)

    # Jobs and notes.
    due_work = _Awaited(Store.due_work)
    start_job = _Awaited(Store.start_job)
    finish_job = _Awaited(Store.finish_job)
    find_job = _Awaited(Store.find_job)
    job_runs = _Awaited(Store.job_runs)
    finish_item = _Awaited(Store.finish_item)
    load_note = _Awaited(Store.load_note)
    save_note = _Awaited(Store.save_note)

    # People's data.
    forget_user = _Awaited(Store.forget_user)
    sweep = _Awaited(Store.sweep)
    prune = _Awaited(Store.prune)
