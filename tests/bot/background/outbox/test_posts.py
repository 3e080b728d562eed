"""What is put into the outbox is what comes out of it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.background.outbox.posts import PictureRef, Post, read_post
from bot.words.buttons import Button
from bot.words.language import Html

pictures = st.lists(
    st.one_of(
        st.builds(
            PictureRef,
            st.sampled_from(["fan", "resolved"]),
            st.tuples(st.integers(1, 10**9)),
            st.integers(1, 20),
            st.sampled_from(["light", "dark"]),
        ),
        st.builds(
            PictureRef,
            st.just("grid"),
            st.lists(st.integers(1, 10**9), min_size=1, max_size=20).map(tuple),
            st.integers(1, 20),
            st.sampled_from(["light", "dark"]),
        ),
    ),
    max_size=10,
).map(tuple)
buttons = st.builds(
    Button,
    st.text(),
    st.text(min_size=1, max_size=16),
    st.sampled_from([None, "danger", "primary"]),
)
keyboards = st.lists(st.lists(buttons, max_size=3).map(tuple), max_size=3).map(tuple)
posts = st.builds(
    Post,
    html=st.text().map(Html),
    silent=st.booleans(),
    keyboard=keyboards,
    reply_to=st.none() | st.integers(1, 2**53),
    pictures=pictures,
    expires=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(posts)
def test_a_post_survives_the_outbox(post):
    """Encoded and read again it is the same."""
    assert read_post(post.encode()) == post


@pytest.mark.parametrize("payload", ["", "{}", "[]", '{"html": 1, "pictures": [1]}', "null"])
def test_what_is_no_post_is_refused(payload):
    """A row of another hand is given up with a reason, not sent as nonsense."""
    with pytest.raises(ValueError, match=r"not a post|Expecting value"):
        read_post(payload)


def test_an_album_has_at_most_ten_pictures():
    """Telegram refuses eleven."""
    ref = PictureRef("fan", (1,), 20, "light", "de")
    with pytest.raises(ValueError, match="11 pictures"):
        Post(Html("x"), pictures=(ref,) * 11)
    assert Post(Html("x"), expires=datetime(2021, 1, 1, tzinfo=UTC)).weight == 1
    assert Post(Html("x"), pictures=(ref,) * 10).weight == 10
