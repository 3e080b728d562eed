"""`/settings`, `/pause`, `/resume`: how a place is served, by buttons and by typed words."""

from collections.abc import Iterable
from typing import Any, get_args

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.answers.preferences import SETTINGS, Preferences, read_setting
from bot.clock import Clock
from bot.errors import NotAllowedError, SettingError
from bot.telegram.commands.context import (
    TYPED,
    Context,
    Handlers,
    answer_way,
    message_of,
    place_of,
)
from bot.telegram.commands.editing import edit_text
from bot.telegram.commands.permissions import (
    in_group,
    person_of,
    pressed_message,
    presser_of,
    require_change,
    require_group_admin,
)
from bot.telegram.presses import acknowledge
from bot.telegram.replies import Replies
from bot.telegram.speaking import speak
from bot.telegram.ways import Way
from bot.words.buttons import Keyboard
from bot.words.cashtags import cashtags_on
from bot.words.channels import any_setting
from bot.words.language import Html, Words, join
from bot.words.preferences import (
    AskSetting,
    Page,
    Question,
    SetValue,
    ShowPage,
    digest_line,
    question_of,
    question_text,
    read_settings_button,
    settings_text,
    zone_choice,
    zone_keyboard,
)
from bot.words.settings_buttons import settings_keyboard
from bot.words.time_zones import guess_zone
from bot.words.wishes import setting_wish
from bot.worker import Worker
from storage.records.chats import PlaceSettings

_ADMINS_ONLY = frozenset({"anyone_may_change", "cashtags"})
"""Settings of groups that admins alone change, whoever may change the rest."""
_STAYS_ON: dict[str, Page] = {"days": "days"}


class SettingsCommands:
    """Shows and changes the settings of a place."""

    def __init__(
        self, replies: Replies, preferences: Preferences, worker: Worker, clock: Clock
    ) -> None:
        self._replies = replies
        self._preferences = preferences
        self._worker = worker
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return what takes the commands, buttons and typed answers of the settings."""
        asked = AnswersQuestion(self._replies.every_words)
        return (
            CommandHandler("settings", self.on_command, filters=TYPED),
            CommandHandler("pause", self.pause, filters=TYPED),
            CommandHandler("resume", self.resume, filters=TYPED),
            CallbackQueryHandler(self.on_press, pattern=r"^v1:[szg]:"),
            MessageHandler(TYPED & filters.TEXT & ~filters.COMMAND & asked, self.on_answer),
        )

    async def on_command(self, update: Update, _context: Context) -> None:
        """Show the settings, or change the one that was typed after the command."""
        message = message_of(update)
        _, name, value = [*(message.text or "").split(maxsplit=2), "", ""][:3]
        name = name.lower()
        if value or (name and name not in SETTINGS):
            await self._set_typed(message, name, value)
            return
        pages: tuple[Page, ...] = get_args(Page)
        page: Page = next((page for page in pages if page == name), "main")
        settings = await self._preferences.of(place_of(message))
        await self._replies.text(answer_way(message), *self._page(message, settings, page))

    async def pause(self, update: Update, _context: Context) -> None:
        """Stop everything unasked."""
        await self._set_typed(message_of(update), "paused", "on")

    async def resume(self, update: Update, _context: Context) -> None:
        """Start it again."""
        await self._set_typed(message_of(update), "paused", "off")

    async def on_answer(self, update: Update, _context: Context) -> None:
        """Take a typed answer to one of the bot's questions."""
        message = message_of(update)
        asked = message.reply_to_message
        question = question_of(self._replies.every_words, (asked.text or "") if asked else "")
        if question is not None:
            await self._set_typed(message, question, message.text or "")

    async def take_city(self, message: Message) -> bool:
        """Take a city written to the bot alone while it waits to know the zone; else False."""
        settings = await self._preferences.of(place_of(message))
        if settings.zone is not None:
            return False
        if not await self._preferences.follows_any(place_of(message)):
            return False
        words = self._replies.words
        guess = await self._worker.wait(guess_zone, words, message.text or "", self._clock.now())
        if not guess.certain:
            return False
        await self._set(message, {"zone": guess.zones[0]})
        return True

    async def on_press(self, update: Update, _context: Context) -> None:
        """Do what a button of the settings says, in place."""
        query = update.callback_query
        if query is None:
            return
        press = read_settings_button(query.data or "")
        message, place = pressed_message(query)
        match press:
            case ShowPage():
                page = self._page(message, await self._preferences.of(place), press.page)
                if press.anew:
                    await self._replies.text(Way(place), *page)
                else:
                    await edit_text(query, *page)
            case AskSetting():
                await self._ask(message, press.question)
            case SetValue():
                await self._set_pressed(query, message, press)
        await acknowledge(query)

    async def _set_pressed(self, query: CallbackQuery, message: Message, press: SetValue) -> None:
        fields = pressed_fields(press)
        wishes = setting_wish(press.setting, press.text)
        settings = await self._change(message, presser_of(query, message), fields, wishes)
        if press.asked:
            await edit_text(query, self._digest(settings))
            return
        page = _STAYS_ON.get(press.setting, "main")
        await edit_text(query, *self._page(message, settings, page))
        if fields.get("cashtags"):
            await self._explain_cashtags(Way(place_of(message)), message)

    async def _set_typed(self, message: Message, name: str, value: str) -> None:
        if name != "zone":
            await self._set(message, read_setting(name, value), setting_wish(name, value))
            return
        words = self._replies.words
        guess = await self._worker.wait(guess_zone, words, value, self._clock.now())
        if not guess.zones:
            raise SettingError("zone", value)
        if guess.certain:
            zone = guess.zones[0]
            await self._set(message, {"zone": zone}, setting_wish("zone", zone))
            return
        settings = await self._preferences.of(place_of(message))
        await require_change(message, person_of(message), settings)
        keyboard = zone_keyboard(words, guess.zones)
        await self._replies.text(answer_way(message), zone_choice(words, value), keyboard)

    async def _set(
        self, message: Message, fields: dict[str, Any], wishes: tuple[str, ...] = ()
    ) -> None:
        settings = await self._change(message, person_of(message), fields, wishes)
        if fields.keys() & {"zone", "digest_at", "days", "paused"}:
            await self._replies.text(answer_way(message), self._digest(settings))
            return
        if fields.get("cashtags"):
            await self._explain_cashtags(answer_way(message), message)
            return
        await self._replies.text(answer_way(message), *self._page(message, settings, "main"))

    async def _explain_cashtags(self, way: Way, message: Message) -> None:
        sees_talk = bool(message.get_bot().can_read_all_group_messages)
        text = cashtags_on(self._replies.words, sees_talk=sees_talk)
        await self._replies.text(way, text)

    async def _change(
        self, message: Message, user_id: int, fields: dict[str, Any], wishes: tuple[str, ...]
    ) -> PlaceSettings:
        place = place_of(message)
        if fields.keys() & _ADMINS_ONLY:
            if not in_group(message):
                raise NotAllowedError("groups-only")
            await require_group_admin(message, user_id)
        else:
            await require_change(message, user_id, await self._preferences.of(place), wishes)
        settings = await self._preferences.change(place, **fields)
        speak(settings.language)
        return settings

    async def _ask(self, message: Message, question: Question) -> None:
        text = question_text(self._replies.words, question)
        await self._replies.question(Way(place_of(message)), text)

    def _digest(self, settings: PlaceSettings) -> Html:
        return digest_line(self._replies.words, settings, self._clock.now())

    def _page(self, message: Message, settings: PlaceSettings, page: Page) -> tuple[Html, Keyboard]:
        words, group = self._replies.words, in_group(message)
        text = settings_text(words, settings, self._clock.now(), in_group=group)
        if message.chat.type == ChatType.CHANNEL:
            # Buttons under a post lead its readers into their own chats.
            return join(text, any_setting(words)), ()
        return text, settings_keyboard(words, settings, page, in_group=group)


def pressed_fields(press: SetValue) -> dict[str, Any]:
    """Return the fields of `PlaceSettings` that a button sets.

    Raises:
        SettingError: There is no such setting, or it cannot have this value.
    """
    if press.setting == "zone":
        return {"zone": press.text}
    return read_setting(press.setting, press.text)


class AnswersQuestion(filters.MessageFilter):
    """Lets pass replies to a question of this bot."""

    def __init__(self, every: Iterable[Words]) -> None:
        super().__init__(name="AnswersQuestion")
        self._every = tuple(every)

    def filter(self, message: Message) -> bool:
        """Return whether a message answers a question."""
        asked = message.reply_to_message
        if asked is None or asked.from_user is None or asked.from_user.id != message.get_bot().id:
            return False
        return question_of(self._every, asked.text or "") is not None
