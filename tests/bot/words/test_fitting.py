"""No text is longer than Telegram takes, and nothing of it is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.words.fitting import at_a_glance, fitting_caption, folded, parts_of
from bot.words.language import Html, load_words

WORDS = load_words()

LINES = st.lists(st.text(st.sampled_from("ab <>&é😀"), max_size=900), max_size=12)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def page(lines):
    return Html(
        "\n".join(f"<b>{line}</b>".replace("&", "&amp;") for line in lines if "<" not in line)
    )


@settings(deadline=None)
@given(LINES)
def test_every_part_fits_and_together_they_say_the_same(lines):
    """Split between lines; bold stays bold."""
    whole = page(lines)
    parts = parts_of(whole)
    assert "\n".join(parts) == whole
    assert all(units(part.without_markup()) <= 4096 for part in parts)


def test_a_short_text_is_one_message_as_it_is():
    """Nothing is cut or split that fits."""
    assert parts_of(Html("<b>a</b>\nb")) == ("<b>a</b>\nb",)


def test_a_line_longer_than_a_message_is_cut():
    """2,048 emoji are 4,096 units; one more does not fit, and no half of one is sent."""
    (cut,) = parts_of(Html("😀" * 2049))
    assert units(cut) <= 4096
    assert set(cut) == {"😀", "…"}


def test_a_caption_keeps_its_first_lines():
    """What does not fit under a picture is left out from the end."""
    text = Html("\n".join(f"line {n:04d}" for n in range(200)))
    caption = fitting_caption(text)
    assert caption.startswith("line 0000\nline 0001")
    assert units(caption) <= 1024
    assert len(caption.splitlines()) == 102  # 102 lines of 9 and 101 breaks are 1,019


def test_a_quote_that_is_split_is_closed_and_goes_on():
    """A fold spans lines; half of one would be broken markup."""
    quote = "<blockquote expandable>" + "\n".join("x" * 99 for _ in range(60)) + "</blockquote>"
    first, second = parts_of(Html("above\n" + quote))
    assert first.startswith("above\n<blockquote expandable>x")
    assert first.endswith("x</blockquote>")
    assert second.startswith("<blockquote expandable>x")
    assert second.count("</blockquote>") == 1


def test_details_that_do_not_fit_are_left_out_from_the_end():
    """What stands above the fold stays whole; nine lines of 99 and what is above are below 960."""
    text = folded(WORDS, Html("above"), [Html(f"{n}" + "x" * 98) for n in range(20)])
    assert text.startswith("above\n<blockquote expandable><b>Details</b>\n0x")
    assert text.endswith("x</blockquote>")
    # "above", "Details" and nine lines of 99, with ten breaks between them: 913; ten are 1,013.
    assert units(text.without_markup()) == 913


def test_without_details_there_is_no_fold():
    """Nothing to open, no quote."""
    assert folded(WORDS, Html("above"), [None]) == "above"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("a\nb\nc\nd\ne", True),
        ("a\nb\nc\nd\ne\nf", False),
        ("<b>word</b> " * 45, True),
        ("word " * 46, False),
    ],
)
def test_a_glance_takes_five_lines_and_45_words(text, short):
    """Counted as a reader counts, without the markup."""
    assert at_a_glance(Html(text)) is short
