"""The buttons of `/settings`, page by page."""

from bot.words.buttons import VERSION, Button, Keyboard
from bot.words.language import Words
from bot.words.languages import languages, own_name
from bot.words.preferences import QUIET, SESSIONS, Page, clock_time
from bot.words.time_zones import COMMON, city_of
from storage.records.chats import PlaceSettings


def settings_keyboard(
    words: Words, settings: PlaceSettings, page: Page, *, in_group: bool
) -> Keyboard:
    """Return the buttons of a page of the settings."""
    if page == "main":
        return _main(words, settings, in_group=in_group)
    pages = {
        "time": _time,
        "zone": _zone,
        "days": _days,
        "quiet": _quiet,
        "language": _language,
    }
    back = (_button(words.plain("‹ Back"), "page", "main"),)
    return (*pages[page](words, settings), back)


def _button(text: str, setting: str, value: str) -> Button:
    return Button(text, f"{VERSION}:s:{setting}:{value}")


def _chosen(words: Words, text: str, chosen: bool) -> str:
    return words.plain("• {text} •", text=text) if chosen else text


def _main(words: Words, settings: PlaceSettings, *, in_group: bool) -> Keyboard:
    w = words.plain
    sounds = (("auto", w("🔔 Auto")), ("silent", w("🔕 Silent")), ("loud", w("📢 Loud")))
    themes = (("light", w("☀️ Light")), ("dark", w("🌙 Dark")))
    last = [
        _button(w("▶️ Resume"), "paused", "off")
        if settings.paused
        else _button(w("⏸ Pause"), "paused", "on")
    ]
    if in_group:
        last.append(
            _button(w("Only admins change"), "changes", "admins")
            if settings.anyone_may_change
            else _button(w("Let anyone change"), "changes", "anyone")
        )
    return (
        (
            _button(w("🕗 Time"), "page", "time"),
            _button(w("🌍 Zone"), "page", "zone"),
            _button(w("📅 Days"), "page", "days"),
        ),
        (
            _button(w("💤 Quiet hours"), "page", "quiet"),
            _button(w("🗣 Language"), "page", "language"),
        ),
        tuple(_button(_chosen(words, t, settings.sound == s), "sound", s) for s, t in sounds),
        tuple(_button(_chosen(words, t, settings.theme == s), "theme", s) for s, t in themes),
        tuple(_session_button(words, n, settings.sessions) for n in SESSIONS),
        (_closed_button(words, settings), _replies_button(words, settings)),
        (
            recap_button(words, on=settings.recap),
            *((_cashtags_button(words, settings),) if in_group else ()),
        ),
        tuple(last),
    )


def _session_button(words: Words, count: int, chosen: int) -> Button:
    text = words.n("{count} session", "{count} sessions", count)
    return _button(_chosen(words, text, count == chosen), "sessions", str(count))


def _closed_button(words: Words, settings: PlaceSettings) -> Button:
    if settings.closed_note:
        return _button(words.plain("✅ Closed-day note"), "closed", "off")
    return _button(words.plain("⬜ Closed-day note"), "closed", "on")


def _replies_button(words: Words, settings: PlaceSettings) -> Button:
    if settings.replies:
        return _button(words.plain("✅ What-came replies"), "replies", "off")
    return _button(words.plain("⬜ What-came replies"), "replies", "on")


def recap_button(words: Words, *, on: bool) -> Button:
    """Return the button that turns the weekly recap on, or off where it is on."""
    if on:
        return _button(words.plain("✅ Weekly recap"), "recap", "off")
    return _button(words.plain("⬜ Weekly recap"), "recap", "on")


def _cashtags_button(words: Words, settings: PlaceSettings) -> Button:
    if settings.cashtags:
        return _button(words.plain("✅ $TSLA in talk"), "cashtags", "off")
    return _button(words.plain("⬜ $TSLA in talk"), "cashtags", "on")


def _time(words: Words, settings: PlaceSettings) -> Keyboard:
    now = settings.digest_at
    hours = [
        _button(
            _chosen(words, f"{hour:02d}:00", (now.hour, now.minute) == (hour, 0)),
            "time",
            f"{hour:02d}00",
        )
        for hour in range(24)
    ]
    grid = tuple(tuple(hours[i : i + 4]) for i in range(0, 24, 4))
    return (*grid, (_button(words.plain("⌨️ Type a time"), "ask", "time"),))


def _zone(words: Words, settings: PlaceSettings) -> Keyboard:
    cities = [
        _button(_chosen(words, city_of(words, zone), zone == settings.zone), "zone", zone)
        for zone in COMMON
    ]
    grid = tuple(tuple(cities[i : i + 3]) for i in range(0, len(cities), 3))
    return (*grid, (_button(words.plain("⌨️ Type a city"), "ask", "zone"),))


def _language(words: Words, settings: PlaceSettings) -> Keyboard:
    chosen = settings.language if settings.language_chosen else None
    names = [
        _button(_chosen(words, own_name(name), name == chosen), "language", name)
        for name in languages()
    ]
    grid = tuple(tuple(names[i : i + 2]) for i in range(0, len(names), 2))
    auto = _chosen(words, words.plain("As in Telegram"), chosen is None)
    return (*grid, (_button(auto, "language", "auto"),))


def _days(words: Words, settings: PlaceSettings) -> Keyboard:
    names = words.locale.days["format"]["abbreviated"]
    buttons = []
    for day in range(7):
        wanted = set(settings.days) ^ {day}
        value = "".join(str(d) for d in sorted(wanted)) or "none"
        text = (
            words.plain("✅ {day}", day=names[day])
            if day in settings.days
            else words.plain("⬜ {day}", day=names[day])
        )
        buttons.append(_button(text, "days", value))
    presets = (
        _button(words.plain("Every day"), "days", "all"),
        _button(words.plain("Mon–Fri"), "days", "weekdays"),
    )
    return (tuple(buttons[:4]), tuple(buttons[4:]), presets)


def _quiet(words: Words, settings: PlaceSettings) -> Keyboard:
    current = "off"
    if settings.quiet:
        current = "-".join(clock_time(words, t).replace(":", "") for t in settings.quiet)
    hours = tuple(
        _button(_chosen(words, _hours(value), value == current), "quiet", value) for value in QUIET
    )
    off = _button(_chosen(words, words.plain("No quiet hours"), current == "off"), "quiet", "off")
    return (hours, (off,), (_button(words.plain("⌨️ Type hours"), "ask", "quiet"),))


def _hours(value: str) -> str:
    start, _, end = value.partition("-")
    return f"{start[:2]}:{start[2:]}–{end[:2]}:{end[2:]}"
