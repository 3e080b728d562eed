"""Everybody is spoken to in their language: what is written, what is drawn, what comes unasked."""

from functools import partial

from bot.words.operators import job_ran_long
from storage.records.chats import Place
from tests.journeys.product import running_bot
from tests.journeys.unattended import product, told

HANS_ID, OLGA_ID, MARIA_ID = 700_000_011, 700_000_012, 700_000_013


def plain(text: str) -> str:
    """The text with plain spaces, as tests are written."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


async def answers(talk, person, text, **where):
    """The bot's answer to a text, with plain spaces."""
    return plain((await talk.answer_to(person.say(text, **where))).text)


async def test_a_german_gets_caption_chart_menu_and_refusals_in_german(chat, tmp_path):
    """Words from the catalogue, decimal commas, and a chart that is not the English one."""
    hans = chat.person(HANS_ID, "Hans", "hans_example", "de")
    async with running_bot(chat, tmp_path) as bot:
        shown = await chat.photo_for(hans.say("/predict TSLA"))
        english = await chat.photo_for(chat.ann.say("/predict TSLA"))
        words = plain(shown.text)
        assert "1.056,78 $" in words
        assert "$1,056.78" in plain(english.text)
        assert chat.photo(shown) != chat.photo(english)
        again = await chat.photo_for(hans.say("/predict TSLA"))
        assert chat.world.files[again.photo[-1]].blob == chat.world.files[shown.photo[-1]].blob
        assert "Sprache: Deutsch, wie in deinem Telegram" in await answers(chat, hans, "/settings")
        assert "<b>" not in await answers(chat, hans, "/privacy")
        menu = chat.calls.of("setMyCommands")
        assert {call.raw.get("language_code", "") for call in menu} == {
            "", "de", "es", "fr", "pt", "ru",
        }  # fmt: skip
        assert bot.store.blocking.settings(Place(HANS_ID)).language == "de"


async def test_a_person_chooses_another_language_and_gives_it_up_again(chat, tmp_path):
    """The choice holds at once, is kept over a restart, and `auto` is Telegram's again."""
    hans = chat.person(HANS_ID, "Hans", "hans_example", "de")
    async with running_bot(chat, tmp_path):
        page = await chat.answer_to(hans.say("/settings"))
        hans.press(page, "🗣 Sprache")
        languages = await chat.edit_of(page)
        assert {"Русский", "Português (Brasil)", "• Wie in Telegram •"} <= set(
            chat.buttons(languages)
        )
        hans.press(languages, "Русский")
        assert "Язык: Русский" in (await chat.edit_of(languages)).text
    async with running_bot(chat, tmp_path):
        assert "Сводка" in await answers(chat, hans, "/resume")
        assert "Sprache: Deutsch, wie in deinem Telegram" in await answers(
            chat, hans, "/settings language auto"
        )
        assert "klingon" in await answers(chat, hans, "/settings language klingon")


async def test_a_question_is_known_again_after_a_change_of_language(chat, tmp_path):
    """It was asked in German and is answered by a person who reads Russian by now."""
    hans = chat.person(HANS_ID, "Hans", "hans_example", "de")
    async with running_bot(chat, tmp_path):
        question = await chat.answer_to(
            hans.say("/subscribe TSLA"), where=lambda m: m.text.startswith("🌍")
        )
        assert question.text.startswith("🌍 Deine Zeitzone")
        await answers(chat, hans, "/settings language ru")
        told = await answers(chat, hans, "Россия", reply_to=question)
        assert "Нажмите город" in told or "Часовой пояс" in told


async def test_a_group_speaks_the_language_of_who_added_the_bot_until_it_chooses(chat, tmp_path):
    """Whoever asks there, the answer is the group's; an admin changes it for all."""
    olga = chat.person(OLGA_ID, "Olga", "olga_example", "ru")
    async with running_bot(chat, tmp_path) as bot:
        group = chat.basic_group("Рынок", olga, chat.ann)
        await answers(chat, olga, "hello")
        olga.kick_bot(group)
        chat.server.people.change_bot(olga.user, group, "member")
        greeting = await chat.next_message(group)
        assert greeting.text.startswith("Здравствуйте. Я рисую, куда может пойти цена")
        told = await answers(chat, chat.ann, "/subscriptions", chat=group)
        assert told.startswith("Здесь пока нет подписок")
        assert "Язык: Русский, как у того, кто меня добавил" in await answers(
            chat, chat.ann, "/settings", chat=group
        )
        assert "Idioma: Español" in await answers(chat, olga, "/settings language es", chat=group)
        assert bot.store.blocking.settings(Place(group.id)).language_chosen
        told = await answers(chat, olga, "/subscriptions", chat=group)
        assert told.startswith("Aquí aún no hay suscripciones")
        assert (await answers(chat, olga, "/subscriptions")).startswith("Здесь пока нет")


async def test_a_digest_is_worded_and_drawn_in_its_places_language(chat, tmp_path):
    """Two places with one list get two texts and two pictures, each in its own language."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA")
        bot.subscribe(chat.ben, "TSLA", language="ru", language_chosen=True)
        bot.store.note_language(chat.carl.id, "de")
        bot.subscribe(chat.carl, "TSLA")
        await bot.at(2021, 12, 15, 8)
    english, russian, german = (told(chat, person) for person in (chat.ann, chat.ben, chat.carl))
    assert "First forecast, from the close of Tue, Dec 14, 2021" in plain(english[-1].text)
    assert "Первый прогноз, от закрытия вт, 14 дек. 2021" in plain(russian[-1].text)
    assert "Erste Prognose, vom Börsenschluss am Di., 14. Dez. 2021" in plain(german[-1].text)
    assert len({chat.photo(one[-1]) for one in (english, russian, german)}) == 3


async def test_operators_are_told_in_their_own_languages(chat, tmp_path):
    """One alarm, each operator's words."""
    async with product(chat, tmp_path, admin_ids=(chat.ann.id, chat.ben.id)) as bot:
        chat.ann.say("hello")
        chat.ben.say("hello")
        bot.store.note_language(chat.ben.id, "fr")
        alarm = partial(job_ran_long, name="retrain", seconds=60.0)
        await bot.work.operators.alarm("long", alarm)
        await bot.at(2021, 12, 15, 8)
    assert told(chat, chat.ann)[-1].text == "⚠️ Job retrain took 1 minute."
    assert told(chat, chat.ben)[-1].text == "⚠️ La tâche retrain a pris 1 minute."
