"""Uploaded pictures."""

from dataclasses import replace

from storage.records.work import PhotoKey
from tests.storage.samples import NOW

KEY = PhotoKey(7, 1, "fan", 20, "dark", "en")


def test_a_picture_is_uploaded_once_for_its_key(store):
    """Each part of the key makes another picture."""
    store.save_photo(KEY, "AgAC1", NOW)
    assert store.find_photo(KEY) == "AgAC1"
    for change in (
        {"bot_id": 8}, {"forecast_id": 2}, {"kind": "track"}, {"sessions": 5}, {"theme": "light"},
        {"language": "de"},
    ):  # fmt: skip
        assert store.find_photo(replace(KEY, **change)) is None


def test_a_picture_uploaded_anew_replaces_and_a_refused_one_is_forgotten(store):
    """Telegram may refuse an old file id; the one that another process has uploaded since stays."""
    store.save_photo(KEY, "AgAC1", NOW)
    store.save_photo(KEY, "AgAC2", NOW)
    assert store.find_photo(KEY) == "AgAC2"
    store.drop_photo(KEY, "AgAC1")
    assert store.find_photo(KEY) == "AgAC2"
    store.drop_photo(KEY, "AgAC2")
    assert store.find_photo(KEY) is None
