"""Addresses of databases as people may read them."""

from sqlalchemy.engine import URL

_SECRET = ("password", "sslpassword", "passfile")


def shown(url: URL) -> str:
    """Return an address for logs and errors, without what opens the database."""
    return url.difference_update_query(_SECRET).render_as_string(hide_password=True)
