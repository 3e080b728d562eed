"""Which place follows which ticker."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    true,
)

from storage.chats import served_by_defaults, settings_join, settings_of
from storage.records.chats import (
    DigestSlot,
    Place,
    PlaceSettings,
    Subscriber,
    Subscription,
    WatchedTicker,
)
from storage.store_part import StorePart, chunks
from storage.tables import chats, work

_FEW = 10_000
"""So many are counted when somebody asks."""
_WATCHED = "watched-tickers-and-places"
_NOTES = work.notes.c


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
            served_by_defaults(self._db, connection, place.chat_id, now)
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

    def is_watched(self, ticker: str) -> bool:
        """Return whether any live chat subscribes to a ticker."""
        query = select(exists().where(chats.subscriptions.c.ticker == ticker))
        with self._db.reading() as connection:
            return bool(connection.execute(query).scalar())

    def count_watched(self) -> tuple[int, int]:
        """Return how many tickers are watched, and by how many unpaused places.

        A crowd is not counted for each question: beyond some thousand subscriptions it is as many
        as `note_watched` has noted last.
        """
        some = select(chats.subscriptions.c.id).limit(_FEW).subquery()
        with self._db.reading() as connection:
            if connection.execute(select(func.count()).select_from(some)).scalar_one() < _FEW:
                return _count_watched(connection)
            noted = connection.execute(select(_NOTES.value).where(_NOTES.name == _WATCHED)).scalar()
        if noted is None:
            return self.note_watched()
        tickers, places = map(int, noted.split())
        return tickers, places

    def note_watched(self) -> tuple[int, int]:
        """Count the tickers that are watched and the places that are served, and note both."""
        with self._db.reading() as connection:
            tickers, places = _count_watched(connection)
        row = {"name": _WATCHED, "value": f"{tickers} {places}"}
        noted = self._db.insert(work.notes).values(row)
        with self._db.writing() as connection:
            connection.execute(
                noted.on_conflict_do_update(index_elements=["name"], set_={"value": row["value"]})
            )
        return tickers, places

    def digest_slots(self) -> tuple[DigestSlot, ...]:
        """Return the (zone, local time) pairs at which some place may want its digest."""
        slots = chats.digest_slots.c
        query = select(slots.zone, slots.digest_at).order_by(slots.zone, slots.digest_at)
        with self._db.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(DigestSlot(zone or None, at) for zone, at in rows)

    def sweep_slots(self) -> int:
        """Delete the slots that no place is in any more; return how many."""
        slots, places = chats.digest_slots.c, chats.places.c
        kept = exists().where(_same_zone(slots.zone), places.digest_at == slots.digest_at)
        with self._db.writing() as connection:
            return connection.execute(delete(chats.digest_slots).where(~kept)).rowcount

    def next_chats(
        self, slot: DigestSlot | None, after: int | None, most: int, *, recap: bool = False
    ) -> tuple[int, ...]:
        """Return the next chats with an unpaused place, by number: what to ask of next.

        Args:
            slot: Only those with a digest due then.
            after: The last chat asked of, None to begin.
            most: At most so many.
            recap: Only those that want their weekly recap somewhere.
        """
        own = chats.places.c
        query = select(own.chat_id).distinct().where(own.paused.is_(false()))
        query = query.where(*_due(slot), *_wants_recap(recap))
        if after is not None:
            query = query.where(own.chat_id > after)
        with self._db.reading() as connection:
            return tuple(connection.execute(query.order_by(own.chat_id).limit(most)).scalars())

    def subscribers(
        self,
        slot: DigestSlot | None = None,
        *,
        ticker: str | None = None,
        chat_ids: Sequence[int] | None = None,
        recap: bool = False,
    ) -> tuple[Subscriber, ...]:
        """Return the live, unpaused places with subscriptions and their lists, by place.

        A topic whose own settings were never set is served by those of its chat.

        Args:
            slot: Only those whose digest is due then.
            ticker: Only those that follow it, with no more of their list than that.
            chat_ids: Only those of these chats, as from `next_chats`: a part of a long answer.
            recap: Only those that want their weekly recap.
        """
        held, own = chats.subscriptions, chats.places.c
        query = (
            select(held, own.topic_id.label("served_by"))
            .join_from(chats.places, held, settings_join(held))
            .where(own.paused.is_(false()), *_due(slot), *_wants_recap(recap))
            .order_by(held.c.chat_id, held.c.topic_id, held.c.id)
        )
        if ticker is not None:
            query = query.where(held.c.ticker == ticker)
        if chat_ids is not None:
            query = query.where(held.c.chat_id.in_(chat_ids), own.chat_id.in_(chat_ids))
        with self._db.reading() as connection:
            found = connection.execute(query).mappings().all()
            settings = _settings_of_chats(connection, {row["chat_id"] for row in found})
        lists = (list(part) for _, part in groupby(found, key=_place))
        return tuple(_subscriber(rows, settings) for rows in lists)


def _settings_of_chats(
    connection: Connection, chat_ids: Collection[int]
) -> dict[Place, PlaceSettings]:
    """Return the settings of all places of some chats that have their own.

    Asked for by themselves: with each entry of a list they would come once for each.
    """
    own = chats.places.c
    query = select(chats.places, chats.chats.c.language.label("spoken")).outerjoin(
        chats.chats, chats.chats.c.chat_id == own.chat_id
    )
    settings = {}
    for part in chunks(sorted(chat_ids)):
        for row in connection.execute(query.where(own.chat_id.in_(part))).mappings():
            settings[_place(row)] = settings_of(row, row["spoken"])
    return settings


def _count_watched(connection: Connection) -> tuple[int, int]:
    held = chats.subscriptions
    tickers = select(func.count(held.c.ticker.distinct()))
    places = (
        select(held.c.chat_id, held.c.topic_id)
        .join_from(held, chats.places, settings_join(held))
        .where(chats.places.c.paused.is_(false()))
        .distinct()
    )
    served = select(func.count()).select_from(places.subquery())
    return connection.execute(tickers).scalar_one(), connection.execute(served).scalar_one()


def _due(slot: DigestSlot | None) -> list[ColumnElement[bool]]:
    if slot is None:
        return []
    zone = chats.places.c.zone
    here = zone.is_(None) if slot.zone is None else zone == slot.zone
    return [here, chats.places.c.digest_at == slot.digest_at]


def _wants_recap(recap: bool) -> list[ColumnElement[bool]]:
    return [chats.places.c.recap.is_(true())] if recap else []


def _same_zone(zone: ColumnElement[str]) -> ColumnElement[bool]:
    places = chats.places.c
    unset: ColumnElement[bool] = and_(zone == "", places.zone.is_(None))
    return or_(places.zone == zone, unset)


def _in_place(place: Place) -> ColumnElement[bool]:
    held = chats.subscriptions.c
    return (held.chat_id == place.chat_id) & (held.topic_id == place.topic_id)


def _place(row: RowMapping) -> Place:
    return Place(row["chat_id"], row["topic_id"])


def _subscriber(rows: list[RowMapping], settings: Mapping[Place, PlaceSettings]) -> Subscriber:
    place = _place(rows[0])
    served_by = Place(place.chat_id, rows[0]["served_by"])
    return Subscriber(place, settings[served_by], tuple(map(subscription_of, rows)))


def subscription_of(row: RowMapping) -> Subscription:
    """Return the subscription in a row of `subscriptions`."""
    return Subscription(_place(row), row["ticker"], row["added_by"], row["added_at"], row["told"])
