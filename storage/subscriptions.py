"""Which place follows which ticker."""

from collections.abc import Sequence
from datetime import datetime, time
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    RowMapping,
    Time,
    delete,
    false,
    func,
    literal,
    select,
)

from storage.chats import settings_join, settings_of
from storage.records.chats import (
    DigestSlot,
    Place,
    PlaceSettings,
    Subscriber,
    Subscription,
    WatchedTicker,
)
from storage.store_part import StorePart
from storage.tables import chats

_DEFAULT = PlaceSettings()


class SubscriptionStore(StorePart):
    """The watchlists; limits are the caller's."""

    def subscribe(
        self, place: Place, tickers: Sequence[str], user_id: int, now: datetime
    ) -> tuple[str, ...]:
        """Put tickers on a place's list and return those that were not on it."""
        row = {"chat_id": place.chat_id, "topic_id": place.topic_id, "added_by": user_id}
        wanted = tuple(dict.fromkeys(tickers))
        if not wanted:
            return ()
        rows = [row | {"ticker": ticker, "added_at": now} for ticker in wanted]
        statement = self._db.insert(chats.subscriptions).values(rows).on_conflict_do_nothing()
        with self._db.writing() as connection:
            new = connection.execute(statement.returning(chats.subscriptions.c.ticker)).scalars()
            added = set(new)
        return tuple(ticker for ticker in wanted if ticker in added)

    def unsubscribe(self, place: Place, tickers: Sequence[str]) -> tuple[str, ...]:
        """Take tickers off a place's list and return those that were on it."""
        statement = (
            delete(chats.subscriptions)
            .where(_in_place(place), chats.subscriptions.c.ticker.in_(tickers))
            .returning(chats.subscriptions.c.ticker)
        )
        with self._db.writing() as connection:
            removed = set(connection.execute(statement).scalars())
        return tuple(ticker for ticker in dict.fromkeys(tickers) if ticker in removed)

    def subscriptions(self, place: Place) -> tuple[Subscription, ...]:
        """Return a place's list in the order it was made."""
        query = (
            select(chats.subscriptions).where(_in_place(place)).order_by(chats.subscriptions.c.id)
        )
        with self._db.reading() as connection:
            return tuple(map(subscription_of, connection.execute(query).mappings()))

    def count_by_user(self, user_id: int) -> int:
        """Return how many subscriptions a person has made, over all live chats."""
        query = select(func.count()).where(chats.subscriptions.c.added_by == user_id)
        with self._db.reading() as connection:
            return connection.execute(query).scalar_one()

    def watched_tickers(self) -> tuple[WatchedTicker, ...]:
        """Return every ticker that a live chat subscribes to, most watched first."""
        ticker, places = chats.subscriptions.c.ticker, func.count().label("places")
        query = select(ticker, places).group_by(ticker).order_by(places.desc(), ticker)
        with self._db.reading() as connection:
            return tuple(WatchedTicker(*row) for row in connection.execute(query))

    def digest_slots(self) -> tuple[DigestSlot, ...]:
        """Return the distinct (zone, local time) pairs of unpaused subscribers."""
        distinct = select(chats.subscriptions.c.chat_id, chats.subscriptions.c.topic_id).distinct()
        places = distinct.subquery("subscribed")
        zone, digest_at = chats.places.c.zone, _digest_at().label("digest_at")
        query = (
            select(zone, digest_at, func.count())
            .select_from(places.outerjoin(chats.places, settings_join(places)))
            .where(_unpaused())
            .group_by(zone, digest_at)
        )
        with self._db.reading() as connection:
            slots = [DigestSlot(*row) for row in connection.execute(query)]
        return tuple(sorted(slots, key=lambda slot: (slot.zone or "", slot.digest_at)))

    def subscribers(self, slot: DigestSlot | None = None) -> tuple[Subscriber, ...]:
        """Return the live, unpaused places with subscriptions, in a slot or all, with their lists.

        A topic whose own settings were never set is served by those of its chat.
        """
        held = chats.subscriptions
        query = (
            select(held, *_setting_columns(), chats.chats.c.language.label("spoken"))
            .select_from(
                held.outerjoin(chats.places, settings_join(held)).outerjoin(
                    chats.chats, chats.chats.c.chat_id == held.c.chat_id
                )
            )
            .where(_unpaused())
            .order_by(held.c.chat_id, held.c.topic_id, held.c.id)
        )
        if slot:
            query = query.where(
                chats.places.c.zone.is_not_distinct_from(slot.zone), _digest_at() == slot.digest_at
            )
        with self._db.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(_subscriber(list(part)) for _, part in groupby(rows, key=_place))


def _in_place(place: Place) -> ColumnElement[bool]:
    held = chats.subscriptions.c
    return (held.chat_id == place.chat_id) & (held.topic_id == place.topic_id)


def _digest_at() -> ColumnElement[time]:
    return func.coalesce(chats.places.c.digest_at, literal(_DEFAULT.digest_at, Time))


def _unpaused() -> ColumnElement[bool]:
    return func.coalesce(chats.places.c.paused, false()) == false()


def _setting_columns() -> list[Column[Any]]:
    return [column for column in chats.places.c if column.name not in ("chat_id", "topic_id")]


def _place(row: RowMapping) -> Place:
    return Place(row["chat_id"], row["topic_id"])


def _subscriber(rows: list[RowMapping]) -> Subscriber:
    settings = settings_of(rows[0], rows[0]["spoken"])
    return Subscriber(_place(rows[0]), settings, tuple(map(subscription_of, rows)))


def subscription_of(row: RowMapping) -> Subscription:
    """Return the subscription in a row of `subscriptions`."""
    return Subscription(_place(row), row["ticker"], row["added_by"], row["added_at"], row["told"])
