"""What a ticker in Yahoo's notation says about itself: its exchange's calendar and its currency.

Only the notation is read here; nothing is asked of anybody. Calendars have the names of the
`exchange_calendars` package.
"""

import re

UNKNOWN_LISTING = "24/5"
"""Calendar for a suffix that no calendar covers: Monday to Friday, closed at midnight UTC."""
CRYPTO = "24/7"
_FX = "24/5"
_FUTURES = "US_FUTURES"
_US = "XNYS"

# suffix: (calendar, currency). No currency where the same suffix quotes in several units: London
# (pence, pounds, dollars), Johannesburg (cents) and Tel Aviv (agorot).
_SUFFIXES: dict[str, tuple[str, str]] = {
    # Americas
    "TO": ("XTSE", "CAD"), "V": ("XTSE", "CAD"), "CN": ("XTSE", "CAD"), "NE": ("XTSE", "CAD"),
    "SA": ("BVMF", "BRL"), "MX": ("XMEX", "MXN"), "BA": ("XBUE", "ARS"), "SN": ("XSGO", "CLP"),
    "LM": ("XLIM", ""), "CL": ("XBOG", "COP"),
    # Britain and Ireland
    "L": ("XLON", ""), "IL": ("XLON", ""), "XC": ("XLON", ""), "IR": ("XDUB", "EUR"),
    # Germany, Austria, Switzerland
    "DE": ("XETR", "EUR"), "F": ("XFRA", "EUR"), "BE": ("XFRA", "EUR"), "MU": ("XFRA", "EUR"),
    "DU": ("XDUS", "EUR"), "HM": ("XHAM", "EUR"), "HA": ("XHAM", "EUR"), "SG": ("XSTU", "EUR"),
    "VI": ("XWBO", "EUR"), "SW": ("XSWX", "CHF"), "XD": ("XETR", "EUR"),
    # rest of Europe
    "PA": ("XPAR", "EUR"), "NX": ("XPAR", "EUR"), "AS": ("XAMS", "EUR"), "BR": ("XBRU", "EUR"),
    "LS": ("XLIS", "EUR"), "MI": ("XMIL", "EUR"), "TI": ("XMIL", "EUR"), "MC": ("XMAD", "EUR"),
    "ST": ("XSTO", "SEK"), "CO": ("XCSE", "DKK"), "HE": ("XHEL", "EUR"), "OL": ("XOSL", "NOK"),
    "IC": ("XICE", "ISK"), "AT": ("ASEX", "EUR"), "WA": ("XWAR", "PLN"), "PR": ("XPRA", "CZK"),
    "BD": ("XBUD", "HUF"), "RO": ("XBSE", "RON"), "RG": ("XRIS", "EUR"), "TL": ("XTAL", "EUR"),
    "VS": ("XLIT", "EUR"), "ME": ("XMOS", "RUB"), "IS": ("XIST", "TRY"),
    # Middle East and Africa
    "TA": ("XTAE", ""), "SR": ("XSAU", "SAR"), "SAU": ("XSAU", "SAR"), "JO": ("XJSE", ""),
    # Asia and Pacific
    "T": ("XTKS", "JPY"), "HK": ("XHKG", "HKD"), "NS": ("XBOM", "INR"), "BO": ("XBOM", "INR"),
    "KS": ("XKRX", "KRW"), "KQ": ("XKRX", "KRW"), "TW": ("XTAI", "TWD"), "TWO": ("XTAI", "TWD"),
    "SS": ("XSHG", "CNY"), "SZ": ("XSHG", "CNY"), "SI": ("XSES", "SGD"), "KL": ("XKLS", "MYR"),
    "BK": ("XBKK", "THB"), "JK": ("XIDX", "IDR"), "PS": ("XPHS", "PHP"), "KA": ("XKAR", "PKR"),
    "AX": ("XASX", "AUD"), "XA": ("XASX", "AUD"), "NZ": ("XNZE", "NZD"),
}  # fmt: skip
_INDEXES: dict[str, tuple[str, str]] = {
    "FTSE": ("XLON", "GBP"), "FTMC": ("XLON", "GBP"), "FTAS": ("XLON", "GBP"),
    "N225": ("XTKS", "JPY"), "GDAXI": ("XETR", "EUR"), "MDAXI": ("XETR", "EUR"),
    "TECDAX": ("XETR", "EUR"), "STOXX50E": ("XETR", "EUR"), "STOXX": ("XETR", "EUR"),
    "FCHI": ("XPAR", "EUR"), "AEX": ("XAMS", "EUR"), "BFX": ("XBRU", "EUR"),
    "IBEX": ("XMAD", "EUR"), "SSMI": ("XSWX", "CHF"), "ATX": ("XWBO", "EUR"),
    "OMX": ("XSTO", "SEK"), "OMXC25": ("XCSE", "DKK"), "OMXH25": ("XHEL", "EUR"),
    "HSI": ("XHKG", "HKD"), "HSCE": ("XHKG", "HKD"),
    "BSESN": ("XBOM", "INR"), "KS11": ("XKRX", "KRW"),
    "KS200": ("XKRX", "KRW"), "KQ11": ("XKRX", "KRW"), "TWII": ("XTAI", "TWD"),
    "STI": ("XSES", "SGD"), "KLSE": ("XKLS", "MYR"), "JKSE": ("XIDX", "IDR"),
    "AXJO": ("XASX", "AUD"), "AORD": ("XASX", "AUD"), "NZ50": ("XNZE", "NZD"),
    "GSPTSE": ("XTSE", "CAD"), "BVSP": ("BVMF", "BRL"), "MXX": ("XMEX", "MXN"),
    "MERV": ("XBUE", "ARS"), "IPSA": ("XSGO", "CLP"), "TA125": ("XTAE", "ILS"),
    "XU100": ("XIST", "TRY"),
}  # fmt: skip
# Yahoo quotes a coin against these; a dash with anything else is a share class (BRK-B).
_CRYPTO = re.compile(r"[A-Z0-9]{1,9}-(USD|EUR|GBP|JPY|CAD|AUD|INR|KRW|CHF|CNY|BTC|ETH|USDT|USDC)")


KINDS = ("share", "crypto", "fx", "index", "future")
"""Kinds of ticker whose days differ: hours, weekends, volume, ranges."""


def kind_of(ticker: str) -> str:
    """Return the kind of a ticker, one of `KINDS`, from its notation."""
    if ticker.startswith("^"):
        return "index"
    if _CRYPTO.fullmatch(ticker):
        return "crypto"
    ends = {"=X": "fx", "=F": "future"}
    return ends.get(ticker[-2:], "share")


def listing_of(ticker: str) -> tuple[str, str]:
    """Return the calendar and the currency that a ticker's notation implies.

    Args:
        ticker: In Yahoo's notation, parsed: `TSLA`, `7203.T`, `^FTSE`, `BTC-USD`, `GC=F`.

    Returns:
        Name of a calendar, and an ISO 4217 code; the code is empty where the notation leaves it
        open. No suffix means New York and US dollars.
    """
    if ticker.startswith("^"):
        usual = ("XBOM", "INR") if ticker.startswith(("^CNX", "^NSE")) else (_US, "USD")
        return _INDEXES.get(ticker[1:], usual)
    if _CRYPTO.fullmatch(ticker):
        return CRYPTO, _code(ticker.rpartition("-")[2])
    if ticker.endswith("=X"):
        return _FX, _code(ticker[-5:-2])
    if ticker.endswith("=F"):
        return _FUTURES, "USD"
    if "." in ticker:
        return _SUFFIXES.get(ticker.rpartition(".")[2], (UNKNOWN_LISTING, ""))
    return _US, "USD"


def _code(text: str) -> str:
    return text if len(text) == 3 and text not in {"BTC", "ETH"} else ""
