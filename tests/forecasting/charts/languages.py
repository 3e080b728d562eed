"""The words of the pictures in every language that the bot speaks, as it hands them over."""

from bot.words.chart_words import chart_texts
from bot.words.language import load_words
from bot.words.languages import languages

LANGUAGES = {language: chart_texts(load_words(language)) for language in languages()}
