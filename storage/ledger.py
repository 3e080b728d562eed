"""Every forecast ever given: append only and chained."""

from datetime import date, datetime

from sqlalchemy import Connection, bindparam, insert, select

from forecasting.values import Forecast
from storage.hash_chain import GENESIS, row_hash
from storage.ledger_rows import issued_of, ledger_row, ledger_rows
from storage.records.ledger import Issued
from storage.store_part import StorePart
from storage.tables import ledger

# Any fixed number: PostgreSQL's transactions that hold it write the chain one after another.
LEDGER_LOCK = 7_241_905_318

_OF = ledger.forecasts.c
# It runs for every answer, and is built once.
_SAME_QUESTION = ledger_rows().where(
    _OF.ticker == bindparam("of"),
    _OF.as_of == bindparam("until"),
    _OF.model_version == bindparam("version"),
    _OF.data_digest == bindparam("digest"),
)


class LedgerStore(StorePart):
    """Every forecast ever given; the proof that none was changed is in `ledger_proof`."""

    def issue(self, forecast: Forecast, now: datetime) -> Issued:
        """Write a forecast down before anyone sees it.

        Returns:
            Its row; the earlier one, `new` False, where (ticker, as_of, model_version,
            data_digest) was issued before: same question, same answer.
        """
        asked = _asked(
            forecast.ticker, forecast.as_of, forecast.model_version, forecast.data_digest
        )
        with self._db.writing() as connection:
            self._db.queue_up(connection, LEDGER_LOCK)
            return _known(connection, asked) or _append(connection, forecast, now)

    def find_forecast(self, forecast_id: int) -> Issued | None:
        """Return a forecast by its id, or None."""
        with self._db.reading() as connection:
            query = ledger_rows().where(ledger.forecasts.c.id == forecast_id)
            row = connection.execute(query).first()
        return issued_of(ledger_row(row)) if row else None

    def latest_issued(
        self, ticker: str, as_of: date, model_version: str, data_digest: str
    ) -> Issued | None:
        """Return the answer this question got before, or None."""
        asked = _asked(ticker, as_of, model_version, data_digest)
        with self._db.reading() as connection:
            return _known(connection, asked)

    def forecasts_of(
        self, ticker: str, limit: int, until: date | None = None
    ) -> tuple[Issued, ...]:
        """Return a ticker's forecasts, newest first, with an as-of not after `until`."""
        issued = ledger.forecasts.c
        query = ledger_rows().where(issued.ticker == ticker)
        if until is not None:
            query = query.where(issued.as_of <= until)
        query = query.order_by(issued.as_of.desc(), issued.id.desc()).limit(limit)
        with self._db.reading() as connection:
            return tuple(issued_of(ledger_row(row)) for row in connection.execute(query))


def _asked(ticker: str, as_of: date, model_version: str, data_digest: str) -> dict[str, object]:
    return {
        "of": ticker,
        "until": as_of,
        "version": model_version,
        "digest": data_digest,
    }


def _known(connection: Connection, asked: dict[str, object]) -> Issued | None:
    row = connection.execute(_SAME_QUESTION, asked).first()
    return issued_of(ledger_row(row)) if row else None


def _append(connection: Connection, forecast: Forecast, now: datetime) -> Issued:
    issued = ledger.forecasts.c
    newest = select(issued.id, issued.row_hash).order_by(issued.id.desc()).limit(1)
    last_id, previous = connection.execute(newest).first() or (0, GENESIS)
    body, row_id = forecast.canonical(), last_id + 1
    own = row_hash(previous, row_id, now, body)
    row = {
        "id": row_id,
        "ticker": forecast.ticker,
        "as_of": forecast.as_of,
        "model_version": forecast.model_version,
        "data_digest": forecast.data_digest,
        "close": forecast.close,
        "issued_at": now,
        "body": body,
        "previous_hash": previous,
        "row_hash": own,
    }
    connection.execute(insert(ledger.forecasts), row)
    promises = [
        {"forecast_id": row_id, "horizon": horizon, "ticker": forecast.ticker, "target": day}
        for horizon, day in enumerate(forecast.targets, start=1)
    ]
    connection.execute(insert(ledger.pending_resolutions), promises)
    return Issued(row_id, forecast, now, previous, own, new=True)
