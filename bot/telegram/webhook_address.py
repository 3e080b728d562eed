"""Where updates are posted to, read from the settings."""

from dataclasses import dataclass

from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Where updates are posted to.

    Attributes:
        url: As Telegram calls it; its path is served.
        secret: What Telegram, and nobody else, sends along.
        listen: Host and port on this machine.
    """

    url: str
    secret: str
    listen: tuple[str, int]


def webhook_address(settings: Settings) -> WebhookAddress | None:
    """Return where updates are posted to, None where they are polled for."""
    if not settings.webhook_url or settings.webhook_secret is None:
        return None
    secret = settings.webhook_secret.get_secret_value()
    return WebhookAddress(settings.webhook_url, secret, settings.listen_address)
