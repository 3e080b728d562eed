"""What is kept about a place or a person, and its end."""

from sqlalchemy import Delete, RowMapping, Update, and_, delete, or_, select, update

from storage.alerts import AlertStore
from storage.chats import ChatStore
from storage.league_rows import in_place, round_of
from storage.ledger_rows import issued_of, ledger_row_of, ledger_rows
from storage.messages import MessageStore
from storage.questions import QuestionStore
from storage.records.chats import Erased, Place, ShownForecast
from storage.records.exports import PlaceExport
from storage.records.league import LeagueRound
from storage.subscriptions import SubscriptionStore
from storage.tables import chats, inbox, league, ledger, questions, work


class PrivacyStore(ChatStore, MessageStore, SubscriptionStore, AlertStore, QuestionStore):
    """Export and erasure, over the groups that keep personal data.

    The ledger holds nothing personal and is never touched.
    """

    def export_place(self, place: Place, limit: int = 1000) -> PlaceExport:
        """Return everything kept about a place, of its forecasts the `limit` newest."""
        return PlaceExport(
            place=place,
            settings=self.settings(place),
            subscriptions=self.subscriptions(place),
            alerts=self.alerts_in(place),
            rounds=self._asked(place, limit),
            recent=self.recent_tickers(place, limit),
            forecasts=self._shown(place, limit),
            questions=self.questions_in(place, limit),
        )

    def forget_user(self, user_id: int) -> Erased:
        """Erase a person's data: their private chat and all in it, alerts, calls, recent tickers.

        What groups keep (a list entry they made, a forecast they asked for) loses their id.
        """
        with self._db.writing() as connection:
            counts = [
                (name, connection.execute(statement).rowcount)
                for name, statement in _erasures(user_id)
            ]
        return Erased(tuple((name, count) for name, count in counts if count))

    def _asked(self, place: Place, limit: int) -> tuple[LeagueRound, ...]:
        rounds = league.league_rounds
        query = select(rounds).where(*in_place(place)).order_by(rounds.c.id.desc()).limit(limit)
        with self._db.reading() as connection:
            return tuple(map(round_of, connection.execute(query).mappings()))

    def _shown(self, place: Place, limit: int) -> tuple[ShownForecast, ...]:
        messages = chats.forecast_messages
        query = (
            ledger_rows()
            .add_columns(messages.c.message_id, messages.c.sent_at, messages.c.sessions)
            .join(messages, messages.c.forecast_id == ledger.forecasts.c.id)
            .where(messages.c.chat_id == place.chat_id, messages.c.topic_id == place.topic_id)
            .order_by(messages.c.sent_at.desc(), messages.c.message_id.desc())
            .limit(limit)
        )
        with self._db.reading() as connection:
            return tuple(map(_shown_forecast, connection.execute(query).mappings()))


def _erasures(user_id: int) -> list[tuple[str, Delete | Update]]:
    """Return the statements that erase a person; a private chat has its person's id."""
    recent, alerts, asked_of = chats.recent_tickers.c, chats.alerts.c, questions.questions.c
    lists, messages = chats.subscriptions.c, chats.forecast_messages.c
    made = and_(lists.added_by == user_id, lists.chat_id != user_id)
    asked = and_(messages.user_id == user_id, messages.chat_id != user_id)
    whose = or_(recent.user_id == user_id, recent.chat_id == user_id)
    taken = inbox.inbox.c
    told = or_(taken.user_id == user_id, taken.chat_id == user_id)
    own_alerts = or_(alerts.user_id == user_id, alerts.chat_id == user_id)
    rounds, calls = league.league_rounds.c, league.league_calls.c
    own_rounds = select(rounds.id).where(rounds.chat_id == user_id)
    called = or_(calls.user_id == user_id, calls.round_id.in_(own_rounds))
    elsewhere = and_(asked_of.user_id == user_id, asked_of.chat_id != user_id)
    return [
        ("calls", delete(league.league_calls).where(called)),
        ("rounds", delete(league.league_rounds).where(rounds.chat_id == user_id)),
        ("leagues", delete(league.leagues).where(league.leagues.c.chat_id == user_id)),
        ("questions", delete(questions.questions).where(asked_of.chat_id == user_id)),
        ("group_questions", update(questions.questions).where(elsewhere).values(user_id=None)),
        ("recent_tickers", delete(chats.recent_tickers).where(whose)),
        ("alerts", delete(chats.alerts).where(own_alerts)),
        ("subscriptions", delete(chats.subscriptions).where(lists.chat_id == user_id)),
        ("group_subscriptions", update(chats.subscriptions).where(made).values(added_by=None)),
        ("forecast_messages", delete(chats.forecast_messages).where(messages.chat_id == user_id)),
        ("group_messages", update(chats.forecast_messages).where(asked).values(user_id=None)),
        ("outbox", delete(work.outbox).where(work.outbox.c.chat_id == user_id)),
        ("inbox", delete(inbox.inbox).where(told)),
        ("settings", delete(chats.places).where(chats.places.c.chat_id == user_id)),
        ("chats", delete(chats.chats).where(chats.chats.c.chat_id == user_id)),
    ]


def _shown_forecast(row: RowMapping) -> ShownForecast:
    issued = issued_of(ledger_row_of(row))
    shown = {name: row[name] for name in ("message_id", "sent_at", "sessions")}
    return ShownForecast(id=issued.id, forecast=issued.forecast, **shown)
