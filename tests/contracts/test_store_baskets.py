"""Baskets are kept once, decided when all their forecasts are, and counted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.records.baskets import BasketPart, BasketRecord, NewBasket
from storage.records.ledger import CorrectingRow
from tests.storage.samples import NOW, forecast, result, void

LATER = NOW + timedelta(days=60)


def two(store):
    """Two forecasts in the ledger, and a basket of them in shares of 40 and 60."""
    first = store.issue(forecast(), NOW)
    second = store.issue(replace(forecast(), ticker="KO", data_digest="other"), NOW)
    parts = BasketPart(first.id, 1, 0.4), BasketPart(second.id, 1, 0.6)
    close = first.forecast.close
    return close, NewBasket(parts, first.forecast.targets[0], 0.95, 1.05)


@pytest.mark.parametrize(("moves", "inside"), [((1.1, 1.0), 1), ((1.1, 1.05), 0), ((0.9, 0.9), 0)])
def test_a_basket_is_decided_once_when_all_its_forecasts_are(store, moves, inside):
    """0.4 of +10 % and 0.6 of nothing are +4 %, inside of 5 %; 0.4 of 10 and 0.6 of 5 are 7."""
    close, basket = two(store)
    store.add_basket(basket, NOW)
    store.add_basket(basket, NOW)
    for part, move in zip(basket.parts, moves, strict=True):
        assert store.settle_baskets(LATER) == 0
        store.resolve([result(part.forecast_id, close=close * move)], NOW)
    assert store.settle_baskets(LATER) == 1
    assert store.settle_baskets(LATER) == 0
    assert store.basket_record() == BasketRecord(1, inside)


def test_a_result_that_was_set_right_decides_a_basket_anew(store):
    """+4 % was inside of 5; with a close of +40 % in place of +10 the whole is +16, outside."""
    close, basket = two(store)
    store.add_basket(basket, NOW)
    for part, move in zip(basket.parts, (1.1, 1.0), strict=True):
        store.resolve([result(part.forecast_id, close=close * move)], NOW)
    assert store.settle_baskets(NOW + timedelta(days=9)) == 1
    right = result(basket.parts[0].forecast_id, close=close * 1.4)
    store.correct([CorrectingRow("TSLA", right, close * 1.1, "price-corrected")], NOW)
    assert store.settle_baskets(NOW + timedelta(days=10)) == 1
    assert store.settle_baskets(NOW + timedelta(days=10)) == 0
    assert store.basket_record() == BasketRecord(1, 0)


def test_a_basket_with_a_void_part_is_not_counted(store):
    """A halt decides nothing."""
    close, basket = two(store)
    store.add_basket(basket, NOW)
    store.resolve([result(basket.parts[0].forecast_id, close=close)], NOW)
    store.resolve([void(basket.parts[1].forecast_id)], NOW)
    assert store.settle_baskets(LATER) == 1
    assert store.basket_record() == BasketRecord(0, 0)
