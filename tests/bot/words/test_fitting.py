"""No text is longer than Telegram takes, and nothing of it is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.words.fitting import fitting_caption, parts_of
from bot.words.language import Html

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
