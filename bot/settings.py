"""The settings of one installation, read once from the environment and `.env`."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError, UnusableSettingError

SOURCES = ("yahoo", "tiingo", "alphavantage", "files", "sample")
ANNOUNCERS = ("yahoo", "files", "none")
REFITS = ("never", "monthly")
DATABASES = ("postgresql+psycopg", "postgresql", "postgres", "sqlite", "sqlite+pysqlite")
FREE_PER_SECOND = 30
"""Messages a second that Telegram lets every bot send."""
LOG_FORMATS = ("text", "json")

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_WEB_ADDRESS = re.compile(r"https?://([^/@]*@)?([^/:?#\[\]]+|\[[0-9a-fA-F:.]+\])(:\d+)?(/|$)")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def _split(text: object) -> object:
    if isinstance(text, str):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return (text,) if isinstance(text, int) else text


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]") or "127.0.0.1", int(port)


def _reads_one_way(url: str) -> bool:
    """Return whether no sign in an address's password ends it before its time."""
    try:
        parts = urlsplit(url)
        numbered = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return numbered and parts.netloc.count("@") < 2 and "@" not in parts.path + parts.fragment


class Settings(BaseSettings):
    """Every variable that changes what the bot does; `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    price_source: Annotated[tuple[str, ...], NoDecode] | None = None
    price_files: Annotated[tuple[Path, ...], NoDecode] = ()
    announcements: str = ""
    announcement_files: Annotated[tuple[Path, ...], NoDecode] = ()
    yahoo_url: str = ""
    alphavantage_url: str = "https://www.alphavantage.co"
    alphavantage_api_key: SecretStr | None = None
    tiingo_url: str = "https://api.tiingo.com"
    tiingo_api_key: SecretStr | None = None
    database_url: str = ""
    data_dir: Path = Path("data")
    admin_ids: Annotated[tuple[int, ...], NoDecode] = ()
    replay_start: date | None = None
    webhook_url: str = ""
    webhook_secret: SecretStr | None = None
    listen: str = "127.0.0.1:8080"
    paid_broadcast_per_second: int = Field(default=0, ge=0, le=1000)
    training_cluster: str = ""
    refit: str = "never"
    metrics: str = ""
    log_level: str = "INFO"
    log_format: str = "text"

    @field_validator(
        "price_source", "price_files", "announcement_files", "admin_ids", mode="before"
    )
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        return _split(value)

    @field_validator(
        "telegram_api_url", "yahoo_url", "alphavantage_url", "tiingo_url", "webhook_url"
    )
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        if value and not _WEB_ADDRESS.match(value):
            raise ValueError("must begin with http:// or https:// and a host")
        return value.rstrip("/")

    @field_validator("telegram_bot_token")
    @classmethod
    def _is_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("must be NUMBER:SECRET, all of it, as @BotFather gives it")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _is_webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 1 to 256 of the signs A-Z a-z 0-9 _ -, as Telegram takes it")
        return value

    @field_validator("training_cluster")
    @classmethod
    def _is_scheduler(cls, value: str) -> str:
        if value and not value.rpartition(":")[2].isdecimal():
            raise ValueError("must be a scheduler's address, such as tcp://10.0.0.5:8786")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        kind = value.partition(":")[0]
        if value and kind not in DATABASES:
            raise ValueError("must begin with postgresql+psycopg:// or sqlite:///")
        # Read otherwise than it was meant, half a password would be taken for the server's name.
        if "postgres" in kind and not _reads_one_way(value):
            raise ValueError("signs such as @ : / # ? in the password are written %40 %3A %2F ...")
        return value

    @field_validator("price_source")
    @classmethod
    def _known_sources(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        unknown = sorted(set(value or ()) - set(SOURCES))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: choose from {', '.join(SOURCES)}")
        return value

    @field_validator("announcements")
    @classmethod
    def _known_announcers(cls, value: str) -> str:
        if value and value not in ANNOUNCERS:
            raise ValueError(f"choose from {', '.join(ANNOUNCERS)}")
        return value

    @field_validator("refit")
    @classmethod
    def _known_refit(cls, value: str) -> str:
        if value not in REFITS:
            raise ValueError(f"choose from {', '.join(REFITS)}")
        return value

    @field_validator("paid_broadcast_per_second")
    @classmethod
    def _beyond_the_free(cls, value: int) -> int:
        if 0 < value <= FREE_PER_SECOND:
            raise ValueError("31 to 1000, or 0: the first 30 a second are free")
        return value

    @field_validator("log_level")
    @classmethod
    def _no_debug(cls, value: str) -> str:
        # DEBUG makes the Telegram library write whole messages into the log.
        if value.upper() not in ("INFO", "WARNING", "ERROR"):
            raise ValueError("choose INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value not in LOG_FORMATS:
            raise ValueError(f"choose from {', '.join(LOG_FORMATS)}")
        return value

    @field_validator("listen", "metrics")
    @classmethod
    def _is_address(cls, value: str) -> str:
        port = value.rpartition(":")[2]
        if value and not (port.isdecimal() and int(port) < 65536):
            raise ValueError("must be HOST:PORT, such as 127.0.0.1:9464")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if "files" in (self.price_source or ()) and not self.price_files:
            raise ValueError("PRICE_SOURCE has `files`: name them in PRICE_FILES")
        if "alphavantage" in (self.price_source or ()) and not self.alphavantage_api_key:
            raise ValueError("PRICE_SOURCE has `alphavantage`: set ALPHAVANTAGE_API_KEY")
        if "tiingo" in (self.price_source or ()) and not self.tiingo_api_key:
            raise ValueError("PRICE_SOURCE has `tiingo`: set TIINGO_API_KEY")
        if self.announcements == "files" and not self.announcement_files:
            raise ValueError("ANNOUNCEMENTS is `files`: name them in ANNOUNCEMENT_FILES")
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("WEBHOOK_URL without WEBHOOK_SECRET: anyone could post updates")
        return self

    def make_data_dir(self) -> None:
        """Make the folder of this installation's state where it is not there yet.

        Raises:
            UnusableSettingError: It can be neither found nor made.
        """
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise UnusableSettingError("DATA_DIR", self.data_dir, err) from err

    @property
    def sources(self) -> tuple[str, ...]:
        """The price sources in order of use."""
        return self.price_source or ("yahoo",)

    @property
    def announcer(self) -> str:
        """Where earnings dates come from: from the network only if prices do."""
        online = not set(self.sources) <= {"files", "sample"}
        return self.announcements or ("yahoo" if online else "none")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tickercast.sqlite3'}"

    @property
    def replicated(self) -> bool:
        """Whether other processes may answer for the same bot: a webhook over a shared server."""
        return bool(self.webhook_url) and self.database.startswith("postgres")

    @property
    def listen_address(self) -> tuple[str, int]:
        """Host and port to listen on (webhook, or the local chat)."""
        return _address(self.listen)

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """Host and port on which probes are answered; None: they are not."""
        return _address(self.metrics) if self.metrics else None


def read_settings() -> Settings:
    """Read the settings of this installation.

    Raises:
        SettingsError: A variable has a value that cannot be used; names it, never shows secrets.
    """
    try:
        return Settings()
    except ValidationError as err:
        raise SettingsError("\n".join(map(_line, err.errors()))) from None


def _line(error: ErrorDetails) -> str:
    """Return which variable cannot be used and why, without its value."""
    said = error["msg"].removeprefix("Value error, ")
    # Without a place: variables that do not fit together, which the message names.
    return ": ".join([*(str(name).upper() for name in error["loc"][:1]), said])
