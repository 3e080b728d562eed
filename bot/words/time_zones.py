"""Which time zone a person means by a city, a country, an offset or a zone's own name.

The names are Unicode's (CLDR), through Babel, in the person's language and in English.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

from bot.words.language import Words

MOST_CHOICES = 8
COMMON = (
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Africa/Lagos",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
)
"""One zone for each stretch of the world where many people live, west to east."""

_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−–])\s*(\d{1,2})(?:[:.]?(\d{2}))?", re.IGNORECASE)
_FARTHEST_HOURS = 14
_LONGEST = 50
"""Characters of the longest text that is compared with names for typing errors."""
_SHORT = {"usa": "US", "uk": "GB", "uae": "AE"}
"""Everyday short names of countries, which Babel leaves out of Unicode's data."""
_FROZEN = re.compile(r"[EMH]ST|[EMCP]ST\d[EMCP]DT")
"""Zones that keep old clocks under names that people give to living ones."""


@dataclass(frozen=True, slots=True)
class ZoneGuess:
    """What a text may mean.

    Attributes:
        zones: IANA names, most likely first, at most `MOST_CHOICES`; empty where nothing fits.
        certain: Whether there is one, and the text names it and nothing else.
    """

    zones: tuple[str, ...]
    certain: bool = False


def city_of(words: Words, zone: str) -> str:
    """Return the city that stands for a zone, such as `New York`, or `UTC+2` for a bare offset."""
    if zone.startswith("Etc/"):
        return _bare_name(zone)
    return _cities(words.locale).get(zone) or _last_part(zone)


def is_zone(name: str) -> bool:
    """Return whether a text is the name of an IANA zone."""
    return name in _zone_names()


def guess_zone(words: Words, text: str, now: datetime) -> ZoneGuess:
    """Return the zones that a typed text may mean.

    Args:
        words: The person's language.
        text: A city, a country, an offset such as `+5:30`, or an IANA name.
        now: Aware; an offset is compared with that of each zone at this instant.
    """
    key = _folded(text)
    if match := _OFFSET.fullmatch(key):
        return _by_offset(match, now)
    names = _names(words.locale)
    if found := names.get(key):
        return ZoneGuess(found[:MOST_CHOICES], certain=len(found) == 1)
    if len(key) > _LONGEST:
        return ZoneGuess(())
    close = get_close_matches(key, names, n=3, cutoff=0.75)
    zones = dict.fromkeys(zone for name in close for zone in names[name])
    return ZoneGuess(tuple(zones)[:MOST_CHOICES])


def _by_offset(match: re.Match[str], now: datetime) -> ZoneGuess:
    sign = 1 if match[1] == "+" else -1
    offset = sign * timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if abs(offset) > timedelta(hours=_FARTHEST_HOURS):
        return ZoneGuess(())
    zones = [zone for zone in _main_zones() if ZoneInfo(zone).utcoffset(now) == offset]
    if offset % timedelta(hours=1) == timedelta():
        hours = offset // timedelta(hours=1)
        # In these names a plus is west of Greenwich.
        fixed = f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"
        zones = [*zones[: MOST_CHOICES - 1], fixed]
    return ZoneGuess(tuple(dict.fromkeys(zones))[:MOST_CHOICES], certain=len(zones) == 1)


def _folded(text: str) -> str:
    bare = (c for c in normalize("NFKD", text.casefold()) if not combining(c))
    return " ".join("".join(bare).replace("_", " ").split())


def _bare_name(zone: str) -> str:
    name = zone.removeprefix("Etc/")
    return name.replace("GMT", "UTC").translate(str.maketrans("+-", "-+"))


def _last_part(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _main_zones() -> tuple[str, ...]:
    """Return the common zones, then the one that Unicode lists for each zone of Windows."""
    aliases = get_global("zone_aliases")
    listed = (aliases.get(zone, zone) for zone in get_global("windows_zone_mapping").values())
    known = (zone for zone in listed if zone in _zone_names() and not zone.startswith("Etc/"))
    return tuple(dict.fromkeys((*COMMON, *known)))


@cache
def _cities(locale: Locale) -> dict[str, str]:
    aliases = get_global("zone_aliases")
    # Unicode keeps a renamed city under the zone's old name, such as Asia/Calcutta.
    older: defaultdict[str, list[str]] = defaultdict(list)
    for old, new in aliases.items():
        older[new].append(old)
    cities: dict[str, str] = {}
    for zone in get_global("zone_territories"):
        name = aliases.get(zone, zone)
        if name in _zone_names():
            known = (locale.time_zones.get(one, {}).get("city") for one in (zone, *older[name]))
            cities[name] = next(filter(None, known), None) or _last_part(name)
    return cities


@cache
def _names(locale: Locale) -> dict[str, tuple[str, ...]]:
    """Return the zones by folded name; a city comes before a country of the same name."""
    cities: defaultdict[str, dict[str, None]] = defaultdict(dict)
    others: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for each in dict.fromkeys((locale, Locale("en"))):
        for name, zone in _city_names(each):
            cities[_folded(name)][zone] = None
        for name, zones in _wider_names(each):
            others[_folded(name)] |= dict.fromkeys(zones)
    others |= {name: zones for name, zones in cities.items() if name}
    return {name: tuple(zones) for name, zones in others.items()}


def _city_names(locale: Locale) -> Iterator[tuple[str, str]]:
    cities = _cities(locale)
    for zone, city in cities.items():
        yield city, zone
    aliases = get_global("zone_aliases")
    for zone in _zone_names():
        real = aliases.get(zone, zone)
        if (real in cities or real.startswith("Etc/")) and not _FROZEN.fullmatch(zone):
            yield zone, real
        if real in cities and "/" in zone:
            yield _last_part(zone), real


def _wider_names(locale: Locale) -> Iterator[tuple[str, tuple[str, ...]]]:
    for territory, zones in get_global("territory_zones").items():
        name = locale.territories.get(territory)
        if name and (distinct := _distinct(zones)):
            yield from ((name, distinct), (territory, distinct))
            yield from ((short, distinct) for short, of in _SHORT.items() if of == territory)
    for zone in _main_zones():
        meta = locale.meta_zones.get(get_global("meta_zones").get(zone, ""), {})
        for name in dict(meta.get("short", {})).values():
            yield name, (zone,)


def _distinct(zones: list[str]) -> tuple[str, ...]:
    """Return a country's zones, one for each clock; the one that people know stands for it."""
    aliases, main = get_global("zone_aliases"), _main_zones()
    known = [name for zone in zones if (name := aliases.get(zone, zone)) in _zone_names()]
    clocks: dict[tuple[timedelta | None, ...], str] = {}
    for zone in sorted(known, key=lambda name: main.index(name) if name in main else len(main)):
        days = (datetime(2024, month, 15) for month in (1, 7))  # noqa: DTZ001 - local by intent
        clocks.setdefault(tuple(ZoneInfo(zone).utcoffset(day) for day in days), zone)
    return tuple(clocks.values())
