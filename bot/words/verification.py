"""The words of `/verify`: a row of the ledger and what vouches for it."""

from bot.values import Proof
from bot.words.in_sample import learned_line
from bot.words.language import Html, Words, join
from forecasting.model.training_years import learned_from
from storage.records.ledger import ChainReport, CorrectingRow, DailyHead

_MOST_CORRECTIONS = 3


def proof_text(words: Words, proof: Proof) -> Html:
    """Return what a person is told of one forecast's row."""
    forecast = proof.issued.forecast
    return join(
        words.t(
            "<b>Forecast #F{id}</b> of {ticker}, written down {moment}",
            id=proof.issued.id,
            ticker=forecast.ticker,
            moment=words.at(proof.issued.issued_at),
        ),
        words.t(
            "From the close of {day}: {price} · model {model} · data {data}",
            day=words.day(forecast.as_of),
            price=words.price(forecast.close, forecast.currency),
            model=forecast.model_version,
            data=forecast.data_digest,
        ),
        words.t(
            "8-in-10 range on {day}: {low} to {high}",
            day=words.day(forecast.targets[-1]),
            low=words.price(forecast.at(len(forecast.targets), 0.1), forecast.currency),
            high=words.price(forecast.at(len(forecast.targets), 0.9), forecast.currency),
        ),
        _results(words, proof),
        learned_line(words) if learned_from(forecast.model_version, forecast.as_of) else None,
        *(_correction(words, proof, c) for c in proof.corrections[-_MOST_CORRECTIONS:]),
        words.t("Hash: <code>{hash}</code>", hash=proof.issued.row_hash),
        words.t("Hash of the row before: <code>{hash}</code>", hash=proof.issued.previous_hash),
        _own(words, proof),
        _chain(words, proof),
    )


def heads_text(words: Words, heads: tuple[DailyHead, ...]) -> Html:
    """Return how `/verify` is used, with the heads published last."""
    usage = words.t(
        "Name a forecast by the number in its caption, such as <code>/verify 12</code>. Every row "
        "of the ledger carries the hash of the row before; the newest hash of each day is "
        "published, so that no row can be changed afterwards unseen."
    )
    if not heads:
        return join(usage, words.t("No hash has been published yet."))
    lines = (
        words.t(
            "{day}: #F{id} <code>{hash}</code>",
            day=words.day(head.day),
            id=head.id,
            hash=head.row_hash,
        )
        for head in heads
    )
    return join(usage, Html(""), words.t("<b>Published hashes</b>"), *lines)


def chain_text(words: Words, report: ChainReport) -> str:
    """Return the result of a walk along the whole chain, for a terminal."""
    if report.holds and report.head is None:
        return words.plain("The ledger is empty.")
    if report.holds and report.head is not None:
        return words.n(
            "The chain holds: {count} row, head #F{id} {hash}",
            "The chain holds: {count} rows, head #F{id} {hash}",
            report.rows,
            id=report.head.id,
            hash=report.head.row_hash,
        )
    return words.plain(
        "The chain is BROKEN at #F{id}: {reason}. Rows before it that hold: {rows}.",
        id=report.broken_id,
        reason=report.reason,
        rows=words.number(report.rows),
    )


def _results(words: Words, proof: Proof) -> Html | None:
    done = sum(result.status == "resolved" for result in proof.results)
    if not proof.results:
        return words.t("None of its days has come yet.")
    held = sum(result.in_80 is True for result in proof.results)
    return words.t(
        "Days that have come: {done} of {all}; the 8-in-10 range held on {held}.",
        done=words.number(done),
        all=words.number(len(proof.issued.forecast.targets)),
        held=words.number(held),
    )


def _correction(words: Words, proof: Proof, correction: CorrectingRow) -> Html:
    """Return both closes of a result that was set right."""
    currency = proof.issued.forecast.currency
    close, was = correction.result.close, correction.was
    return words.t(
        "✏️ The close of {day} was written as {was} and is set right to {now}: the price source "
        "had given a wrong price.",
        day=words.day(correction.result.target),
        was="–" if was is None else words.price(was, currency),
        now="–" if close is None else words.price(close, currency),
    )


def _own(words: Words, proof: Proof) -> Html:
    if proof.own_hash == proof.issued.row_hash:
        return words.t("✅ The hash fits the row: it is as it was written.")
    return words.t(
        "❌ The row has been changed: its content has the hash <code>{hash}</code>.",
        hash=proof.own_hash,
    )


def _chain(words: Words, proof: Proof) -> Html:
    if not proof.chain_holds:
        return words.t("❌ The chain from this row to #F{id} is broken.", id=proof.end.id)
    if proof.published is None:
        return words.n(
            "✅ {count} link leads to the newest row, #F{id}. The hash of its day is not published "
            "yet.",
            "✅ {count} links lead to the newest row, #F{id}. The hash of its day is not published "
            "yet.",
            proof.links,
            id=proof.end.id,
        )
    return words.n(
        "✅ {count} link leads to the hash published for {day}: #F{id} <code>{hash}</code>",
        "✅ {count} links lead to the hash published for {day}: #F{id} <code>{hash}</code>",
        proof.links,
        day=words.day(proof.published.day),
        id=proof.end.id,
        hash=proof.end.row_hash,
    )
