"""Settings: every variable is documented, and a wrong one is refused by name."""

import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, read_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_example_lists_exactly_the_settings_there_are():
    """A variable cannot be added or removed without its explanation."""
    named = set(re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(), flags=re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def test_example_as_it_stands_is_valid(tmp_path):
    """Copying .env.example to .env changes nothing."""
    (tmp_path / ".env").write_text(EXAMPLE.read_text())
    assert read_settings() == Settings(_env_file=None)


def test_lists_are_read_from_commas(monkeypatch):
    """Sources, files and operators are comma separated."""
    monkeypatch.setenv("PRICE_SOURCE", "files, sample")
    monkeypatch.setenv("PRICE_FILES", "a.csv,b")
    monkeypatch.setenv("ADMIN_IDS", "1,2")
    settings = read_settings()
    assert settings.sources == ("files", "sample")
    assert settings.price_files == (Path("a.csv"), Path("b"))
    assert settings.admin_ids == (1, 2)


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("PRICE_SOURCE", "bloomberg", "choose from yahoo"),
        ("PRICE_SOURCE", "files", "PRICE_FILES"),
        ("PRICE_SOURCE", "alphavantage", "ALPHAVANTAGE_API_KEY"),
        ("PRICE_SOURCE", "tiingo", "TIINGO_API_KEY"),
        ("TELEGRAM_API_URL", "127.0.0.1:8081", "http"),
        ("WEBHOOK_URL", "https://example.org/hook", "WEBHOOK_SECRET"),
        ("REPLAY_START", "soon", "REPLAY_START"),
        ("LOG_LEVEL", "DEBUG", "INFO"),
        ("TELEGRAM_BOT_TOKEN", "the_half_of_it", "BotFather"),
        ("WEBHOOK_SECRET", "not all of this", "A-Z a-z"),
        ("TRAINING_CLUSTER", "dask.internal", "tcp://"),
        ("DATABASE_URL", "mysql://u:secret@h/db", "must begin with postgresql"),
        ("DATABASE_URL", "postgresql://u:half@secret@h/db", "written %40"),
        ("DATABASE_URL", "postgresql://u:half/secret@h/db", "written %40"),
    ],
)
def test_wrong_value_is_refused_with_a_hint(monkeypatch, name, value, hint):
    """The operator reads which variable is wrong and what would be right."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=hint):
        read_settings()


def test_refusal_never_shows_the_token(monkeypatch):
    """A failing start prints no secret."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:very-secret-token")
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert "very-secret" not in str(caught.value)
    assert "very-secret" not in repr(Settings(_env_file=None, log_level="INFO"))
