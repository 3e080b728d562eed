"""People ask the bot for its record, its proof, its model and its backtests, over real HTTP."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from bot.background.nightly.came_true import KIND, enqueue_came_true
from bot.background.nightly.outcomes import resolve_due
from bot.background.nightly.retraining import next_version
from bot.clock import ReplayClock
from bot.compose import compose
from bot.words.language import load_words
from forecasting.model.serving import load_pretrained
from forecasting.prices.files import FilesSource
from forecasting.sessions import session_close
from storage.records.chats import ForecastMessage, Place, PlaceSettings
from storage.records.work import TrainingResult
from storage.store import open_store
from tests.bot.markets import plain_forecast
from tests.journeys.product import LAST_SESSION, running_bot, settings_for


@pytest.fixture
def lived(chat, tmp_path):
    """A ledger that has seen half a year of TSLA, resolved to the end of 2021."""
    settings = settings_for(chat, tmp_path)
    settings.data_dir.mkdir(parents=True)
    source = FilesSource(settings.price_files)
    store = open_store(settings.database)
    after = session_close("XNYS", LAST_SESSION) + timedelta(hours=1)
    bars = source.history("TSLA", after)
    for row in range(len(bars) - 140, len(bars) - 5):
        store.issue(plain_forecast(bars, row), session_close("XNYS", bars.session(row)))
    resolve_due(store, source, after)
    store.publish_head(after.date(), after)
    yield store, bars, after
    store.close()


@pytest.fixture
async def bot(chat, tmp_path, lived):
    async with running_bot(chat, tmp_path) as running:
        yield running


def size_of(chat, message):
    return Image.open(io.BytesIO(chat.photo(message))).size


async def test_track_shows_the_record_of_a_ticker(bot, chat):
    """Count, bands, errors beside no change, a verdict in words, and the picture."""
    answer = await chat.photo_for(chat.ann.say("/track tsla"))
    for part in (
        "TSLA: ranges ",
        "results",
        "Of 100 ranges that promised 80",
        "“no change”",
        "Details",
    ):
        assert part in answer.text, answer.text
    assert size_of(chat, answer) == (1280, 720)


async def test_the_record_is_drawn_and_uploaded_once(bot, chat):
    """The second person gets the same picture by its file_id."""
    first = await chat.photo_for(chat.ann.say("/track TSLA"))
    second = await chat.photo_for(chat.ben.say("/track TSLA"))
    assert second.photo == first.photo
    assert [bool(call.files) for call in chat.calls.of("sendPhoto")] == [True, False]


async def test_track_of_all_and_of_a_ticker_without_record(bot, chat):
    """The overall record has a picture; a ticker without one gets a sentence."""
    overall = await chat.photo_for(chat.ann.say("/track"))
    assert overall.text.startswith("All tickers: ")
    nothing = await chat.answer_to(chat.ann.say("/track AAPL"))
    assert "/predict AAPL" in nothing.text


async def test_verify_shows_row_hash_and_chain(bot, chat, lived):
    """The number from the caption is enough; the hash is the ledger's."""
    store, _, _ = lived
    answer = await chat.answer_to(chat.ann.say("/verify #F7"))
    issued, head = store.find_forecast(7), store.head()
    assert issued.row_hash in answer.text
    assert head.row_hash in answer.text
    assert answer.text.count("✅") == 2
    usage = await chat.answer_to(chat.ann.say("/verify"))
    assert head.row_hash in usage.text


@pytest.mark.parametrize(
    ("text", "way_out"),
    [
        ("/verify TSLA", "/verify 12"),
        ("/verify 99999", "not in the ledger"),
        ("/backtest", "/backtest TSLA 5"),
        ("/backtest TSLA AAPL", "/backtest TSLA 5"),
        ("/backtest TSLA 30", "1 to 20"),
        ("/backtest NOSUCH", "NOSUCH"),
        ("/track ../etc", "not a ticker"),
        ("/track TSLA AAPL", "too many"),
    ],
)
async def test_wrong_questions_get_a_way_out(bot, chat, text, way_out):
    """One sentence and an example."""
    assert way_out in (await chat.answer_to(chat.ann.say(text))).text


async def test_backtest_shows_errors_beside_no_change(bot, chat):
    """Predicted against actual, with the disclaimer; asked again, nothing is uploaded."""
    answer = await chat.photo_for(chat.ann.say("/backtest TSLA 5"))
    for part in ("TSLA", "5 sessions ahead", "120 forecasts", "“no change”", "of 100",
                 "Not investment advice"):  # fmt: skip
        assert part in answer.text, answer.text
    assert size_of(chat, answer) == (1280, 720)
    again = await chat.photo_for(chat.ben.say("/backtest TSLA"))
    assert again.photo == answer.photo


async def test_model_tells_what_serves(bot, chat):
    """Which model, trained to what date."""
    answer = await chat.answer_to(chat.ann.say("/model"))
    assert load_pretrained().version in answer.text
    assert re.search(r"learned from .* tickers, .* to .*Dec 31, 2023", answer.text)


async def test_model_of_a_ticker_tells_last_nights_decision(bot, chat, lived):
    """Kept or promoted, and by how much."""
    store, bars, after = lived
    before = await chat.answer_to(chat.ann.say("/model TSLA"))
    assert "No night has trained it" in before.text
    result = TrainingResult(
        ticker="TSLA",
        night=after.date(),
        outcome="kept",
        champion="base-41",
        challenger=next_version("base-41", bars),
        champion_loss=0.50,
        challenger_loss=0.51,
    )
    store.save_training_result(result)
    answer = await chat.answer_to(chat.ann.say("/model TSLA"))
    assert "made none better, so it serves on" in answer.text
    assert "was 2.0 % worse than base-41" in answer.text


async def test_the_bot_replies_to_its_forecast_with_what_came(chat, tmp_path):
    """Five sessions on, the fan comes back with the closes, as a silent reply, once."""
    settings = settings_for(chat, tmp_path)
    source = FilesSource(settings.price_files)
    end = session_close("XNYS", LAST_SESSION) + timedelta(hours=1)
    bars = source.history("TSLA", end)
    clock = ReplayClock(session_close("XNYS", bars.session(-7)) + timedelta(hours=1))
    async with compose(settings, clock) as bot:
        await bot.telegram.start()
        shown = await chat.photo_for(chat.ann.say("/predict TSLA"))
        clock.move_to(session_close("XNYS", bars.session(-2)) + timedelta(hours=1))
        await bot.work.nights.after_close("XNYS")
        await bot.work.tick()
        reply = await chat.next_message(chat.ann, after=shown, where=lambda m: bool(m.photo))
        assert reply.reply_to == shown.id
        assert "5 sessions later" in reply.text
        assert size_of(chat, reply) == (1280, 720)
        await bot.work.nights.after_close("XNYS")
        await bot.work.tick()
        assert len(chat.of_bot(chat.ann)) == 2
        place = Place(chat.ann.id)
        row = bot.store.blocking.find_outbox(place, KIND, f"{shown.id}:5")
        assert row is not None
        assert row.state == "sent"
        await bot.telegram.stop()


async def test_a_place_that_wants_no_replies_gets_none(chat, tmp_path):
    """A switch in the settings, however many sessions the forecast showed."""
    settings = settings_for(chat, tmp_path)
    settings.data_dir.mkdir(parents=True)
    store = open_store(settings.database)
    source = FilesSource(settings.price_files)
    end = session_close("XNYS", LAST_SESSION) + timedelta(hours=1)
    bars = source.history("TSLA", end)
    issued = store.issue(plain_forecast(bars, len(bars) - 21), end - timedelta(days=40))
    for chat_id in (1, 2):
        store.see_chat(chat_id)
        shown = (Place(chat_id), 10, issued.id, chat_id, end - timedelta(days=40), 20)
        store.save_forecast_message(ForecastMessage(*shown))
    store.save_settings(Place(2), PlaceSettings(replies=False), end)
    resolve_due(store, source, end)
    assert enqueue_came_true(store, load_words, end) == 2
    assert enqueue_came_true(store, load_words, end) == 0
    assert store.find_outbox(Place(1), KIND, "10:5") is not None
    assert store.find_outbox(Place(1), KIND, "10:20") is not None
    assert store.find_outbox(Place(2), KIND, "10:5") is None
    store.close()
