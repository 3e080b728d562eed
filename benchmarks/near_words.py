"""Makes the list of words that look like a slip of a question's word and are words of their own.

`python -m benchmarks.near_words`, after the word lists have changed: it asks the reader of slips
itself about the most used words of six languages.
"""

from wordfreq import top_n_list

from bot.questions.slips import NEAR_WORDS, known_words, slips_of
from bot.questions.vocabulary import LANGUAGES

_MOST_USED = 40_000


def main() -> None:
    """Write the list, and print how many words it holds."""
    used = {word for language in LANGUAGES for word in top_n_list(language, _MOST_USED)}
    found = sorted(word for word in used - known_words() if _looks_like_a_slip(word))
    NEAR_WORDS.write_text("\n".join([*found, ""]), encoding="utf-8")
    print(f"{len(found)} words in {NEAR_WORDS}")


def _looks_like_a_slip(word: str) -> bool:
    return any(next(slips_of(word, language), None) for language in LANGUAGES)


if __name__ == "__main__":
    main()
