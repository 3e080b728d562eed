"""Questions in words: `/chance`, plain text to the bot alone, mentions and replies in groups."""

import re
from datetime import date
from functools import partial
from typing import Literal
from zoneinfo import ZoneInfo

from telegram import Message, Update
from telegram.constants import MessageEntityType
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.answers.alerts import AlertDesk
from bot.answers.forecasts import Answer
from bot.answers.questions import QuestionDesk, width_at
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import QuestionRefusedError, UsageError
from bot.questions.grammar import read_question, speaks_of_reaching
from bot.questions.packing import MARK, packed, unpacked
from bot.questions.values import ReadQuestion
from bot.telegram.commands.context import (
    TYPED,
    Context,
    Handlers,
    answer_way,
    asker_of,
    at_work,
    message_of,
    place_of,
)
from bot.telegram.commands.parsing import clean, names_only
from bot.telegram.commands.permissions import person_of
from bot.telegram.commands.predict import PredictCommand
from bot.telegram.commands.replied import about_replied
from bot.telegram.presses import acknowledge
from bot.telegram.replies import Replies
from bot.telegram.ways import Way
from bot.words.alerts import price_set
from bot.words.buttons import forecast_keyboard, share_keyboard, ticker_keyboard
from bot.words.cards import QUESTION_START, read_start_question
from bot.words.language import Html, Words, join
from bot.words.names import company_keyboard
from bot.words.questions import (
    chance_heading,
    chance_text,
    chance_usage,
    comparison_text,
    examples,
    reach_line,
    said_again,
    where_text,
    which_company,
)
from forecasting.charts.palette import Theme
from forecasting.charts.question import AskedPrices, draw_question
from forecasting.charts.texts import ChartTexts
from forecasting.names.table import name_of
from forecasting.values import Bars, Forecast
from storage.records.chats import ForecastMessage, Place, PlaceSettings


class QuestionCommands:
    """Answers what is asked in words."""

    def __init__(
        self,
        replies: Replies,
        desk: QuestionDesk,
        alerts: AlertDesk,
        predict: PredictCommand,
        store: AwaitableStore,
        clock: Clock,
    ) -> None:
        self._replies = replies
        self._desk = desk
        self._alerts = alerts
        self._predict = predict
        self._store = store
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return what takes `/chance`, and what is said to the bot in a group."""
        said = TYPED & filters.ChatType.GROUPS & filters.TEXT & ~filters.COMMAND & SaidToBot()
        return (
            CommandHandler("chance", self.on_command, filters=TYPED),
            CallbackQueryHandler(self.on_press, pattern=f"^{MARK}"),
            CommandHandler("start", self.on_link, filters=TYPED & filters.Regex(QUESTION_START)),
            MessageHandler(said, self.on_said),
        )

    async def on_command(self, update: Update, context: Context) -> None:
        """Answer what stands behind `/chance`."""
        message = message_of(update)
        asked = clean(message.text or "").partition(" ")[2].strip()
        if not asked:
            await self._explain(message, chance_usage(self._replies.words))
        elif not await self.take(update, context, asked):
            await self._explain(message, self.unread(asked))

    async def on_said(self, update: Update, context: Context) -> None:
        """Answer a member who mentions the bot or replies to it."""
        message = message_of(update)
        self._replies.spend(asker_of(update), 2)
        text = without_mention(message)
        if not await self.take(update, context, text):
            await self._explain(message, self.unread(text))

    async def _explain(self, message: Message, text: Html) -> None:
        keyboard = ticker_keyboard(self._replies.examples)
        await self._replies.text(answer_way(message), text, keyboard)

    async def on_press(self, update: Update, context: Context) -> None:
        """Answer a question whose company was chosen by a press."""
        query = update.callback_query
        if query is None:
            return
        await self._take_packed(update, context, query.data or "")
        await acknowledge(query)

    async def on_link(self, update: Update, context: Context) -> None:
        """Answer the question that the link of a card carries."""
        asked = read_start_question((context.args or [""])[0])
        await self._take_packed(update, context, f"{MARK}{asked}")

    async def _take_packed(self, update: Update, context: Context, data: str) -> None:
        asked = unpacked(data)
        if asked is None:
            raise UsageError("stale-button", data)
        settings = await self._store.settings(place_of(message_of(update)))
        await self._take(update, context, asked, settings)

    def unread(self, text: str) -> Html:
        """Return what is said to a text that is no question for sure."""
        language = self._replies.words.language[:2]
        return examples(self._replies.words, reaching=speaks_of_reaching(text, language))

    async def take(self, update: Update, context: Context, text: str) -> bool:
        """Answer a text that is a question or a name; False where it is neither for sure."""
        message = message_of(update)
        if (named := names_only(clean(text))) is not None:
            await self._predict.answer(update, context, named)
            return True
        settings = await self._store.settings(place_of(message))
        language = self._replies.words.language[:2]
        today = self._today(settings)
        asked = read_question(text, today, language)
        asked = asked or await about_replied(self._store, message, text, today, language)
        if asked is None:
            return False
        if len(asked.tickers) > 1:
            await self._ask_whom(answer_way(message), text, asked)
            return True
        await self._take(update, context, asked, settings)
        return True

    async def _ask_whom(self, way: Way, text: str, asked: ReadQuestion) -> None:
        keyboard = company_keyboard((ticker, packed(asked, ticker)) for ticker in asked.tickers)
        told = which_company(self._replies.words, text, asked.tickers)
        await self._replies.text(way, told, keyboard)

    async def _take(
        self, update: Update, context: Context, asked: ReadQuestion, settings: PlaceSettings
    ) -> None:
        async with at_work(self._replies, update, context):
            await self._answer(update, asked, settings)

    async def _answer(self, update: Update, asked: ReadQuestion, settings: PlaceSettings) -> None:
        message, user_id = message_of(update), asker_of(update)
        if asked.tell:
            await self._set_alert(update, asked)
        elif asked.relation == "where":
            await self._where(message, user_id, asked, settings)
        elif asked.other:
            await self._compare(message, asked, settings)
        else:
            await self._chance(message, user_id, asked, settings)

    def _today(self, settings: PlaceSettings) -> date:
        return self._clock.now().astimezone(ZoneInfo(settings.zone or "UTC")).date()

    async def _chance(
        self, message: Message, user_id: int, asked: ReadQuestion, settings: PlaceSettings
    ) -> None:
        words, place = self._replies.words, place_of(message)
        answer, given = await self._desk.chance(place, user_id, asked)
        await self._remember(place, user_id, given.ticker)
        prices = (given.low, given.high) if given.high else (given.low,)
        drawn = AskedPrices(
            chance_heading(words, given),
            prices,
            given.horizon,
            name_of(given.ticker) or "",
            given.forecast_id,
        )
        name = f"question:{given.forecast_id}:{given.horizon}:{given.relation}:{prices}"
        draw = partial(_draw, answer.bars, answer.issued.forecast, drawn, answer.sessions_old)
        text = chance_text(words, given, answer.sessions_old)
        keyboard = share_keyboard(words, self._replies.to_share(said_again(given)))
        way = answer_way(message)
        await self._replies.drawing(way, text, name[:96], settings.theme, draw, keyboard)

    async def _where(
        self, message: Message, user_id: int, asked: ReadQuestion, settings: PlaceSettings
    ) -> None:
        words, way = self._replies.words, answer_way(message)
        answer, day = await self._desk.forecast(asked)
        forecast, number = answer.issued.forecast, answer.issued.id
        await self._remember(way.place, user_id, forecast.ticker)
        text = join(
            where_text(words, forecast, number, day.horizon),
            reach_line(words, day.cut, day.horizon),
        )
        share = self._replies.to_share(forecast.ticker)
        keyboard = forecast_keyboard(words, number, day.horizon, settings.theme, share)
        shown = await self._replies.fan(way, answer, day.horizon, settings.theme, text, keyboard)
        note = ForecastMessage(
            way.place, shown.message_id, number, user_id, self._clock.now(), day.horizon
        )
        await self._store.save_forecast_message(note)

    async def _compare(
        self, message: Message, asked: ReadQuestion, settings: PlaceSettings
    ) -> None:
        one, other, day = await self._desk.both(asked)
        if one.issued.id == other.issued.id:
            raise QuestionRefusedError("comparison", one.issued.forecast.ticker)
        await self._replies.fans(
            answer_way(message),
            [one, other],
            day.horizon,
            settings.theme,
            _compared(self._replies.words, asked, day.horizon, one, other),
        )

    async def _set_alert(self, update: Update, asked: ReadQuestion) -> None:
        message = message_of(update)
        place = place_of(message)
        person = update.callback_query.from_user.id if update.callback_query else person_of(message)
        direction: Literal["above", "below"] = "above" if asked.relation == "above" else "below"
        wish, forecast = await self._alerts.watch_price(
            place, person, asked.tickers[0], asked.low, direction, asked.currency
        )
        await self._replies.text(
            answer_way(message), price_set(self._replies.words, wish, forecast)
        )

    async def _remember(self, place: Place, user_id: int, ticker: str) -> None:
        await self._store.remember_ticker(place, user_id, ticker, self._clock.now())


class SaidToBot(filters.MessageFilter):
    """Lets pass what mentions this bot, and replies to it."""

    def __init__(self) -> None:
        super().__init__(name="SaidToBot")

    def filter(self, message: Message) -> bool:
        """Return whether a message is said to the bot."""
        bot = message.get_bot()
        replied = message.reply_to_message
        answers = replied is not None and replied.from_user is not None
        if answers and replied is not None and replied.from_user is not None:
            answers = replied.from_user.id == bot.id
        return answers or bool(_mentions(message))


def _mentions(message: Message) -> list[str]:
    """Return the bot's name as often as a message mentions it."""
    name = f"@{message.get_bot().username}".lower()
    found = message.parse_entities([MessageEntityType.MENTION]).values()
    return [mention for mention in found if mention.lower() == name]


def without_mention(message: Message) -> str:
    """Return a message's text without the bot's name in it."""
    name = re.escape(message.get_bot().username)
    return re.sub(rf"@{name}\b", " ", message.text or "", flags=re.IGNORECASE).strip()


def _compared(words: Words, asked: ReadQuestion, horizon: int, one: Answer, other: Answer) -> Html:
    first, second = one.issued.forecast, other.issued.forecast
    first_is_calmer = width_at(first, horizon) <= width_at(second, horizon)
    calmer, wilder = (first, second) if first_is_calmer else (second, first)
    asked_is_so = first_is_calmer == (asked.relation == "calmer")
    return comparison_text(words, calmer, wilder, horizon, asked_is_so=asked_is_so)


def _draw(
    bars: Bars,
    forecast: Forecast,
    asked: AskedPrices,
    sessions_old: int,
    theme: Theme,
    texts: ChartTexts,
) -> bytes:
    return draw_question(bars, forecast, asked, theme=theme, texts=texts, sessions_old=sessions_old)
