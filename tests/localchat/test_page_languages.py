"""The page speaks the language of whom one speaks as, and the bot is told it."""

import json
import re
from importlib import resources

import pytest

from tests.localchat.browser import Stage

ASSETS = resources.files("localchat.page") / "assets"
LANGUAGES = ("de", "es", "fr", "pt-br", "ru")
CODE = "".join(
    entry.read_text("utf-8")
    for entry in ASSETS.iterdir()
    if entry.name.endswith(".js") and not entry.name.startswith("words-")
)


def table(language: str) -> dict[str, str]:
    """The sentences of a language, as its file has them."""
    lines = (ASSETS / f"words-{language}.js").read_text("utf-8").splitlines()
    rows = [line.strip().removesuffix(",") for line in lines if line.startswith("  ")]
    found: dict[str, str] = json.loads("{" + ",".join(rows) + "}")
    return found


def said() -> set[str]:
    """Every sentence that the page asks for by its words."""
    return {json.loads(text) for text in re.findall(r'\bt\(("(?:[^"\\]|\\.)*")', CODE)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_page_is_translated_with_its_holes(language):
    """Nothing falls back to English, nothing shows a brace."""
    known = table(language)
    assert said() <= set(known)
    for sentence, translated in known.items():
        assert set(re.findall(r"{\w+}", sentence)) == set(re.findall(r"{\w+}", translated)), (
            sentence
        )
        assert f'"{sentence}"' in CODE, f"nobody says {sentence}"


@pytest.mark.slow
async def test_a_german_browser_gets_a_german_page_and_tells_the_bot(stage: Stage):
    """Before anything is chosen it is the browser's language; then what is chosen, also after a reload."""
    tab = await stage.tab(locale="de-DE")
    await tab.page.get_by_placeholder("Nachricht, oder / für Befehle").wait_for()
    assert {u.language_code for u in stage.server.world.users.values() if not u.is_bot} == {"de"}
    await tab.page.get_by_label("Sprache").select_option(label="Русский")
    await tab.page.get_by_placeholder("Сообщение или / для команд").wait_for()
    you, *others = [u for u in stage.server.world.users.values() if not u.is_bot]
    assert you.language_code == "ru"
    assert {other.language_code for other in others} == {"de"}
    await tab.page.reload()
    await tab.page.get_by_placeholder("Сообщение или / для команд").wait_for()
    await tab.page.get_by_label("Говорить как").select_option("700000002")
    await tab.page.get_by_placeholder("Nachricht, oder / für Befehle").wait_for()
    assert await tab.page.locator("html").get_attribute("lang") == "de"
    assert stage.faults == []
