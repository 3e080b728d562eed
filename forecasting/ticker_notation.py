"""What a ticker in Yahoo's notation says about itself: its exchange's calendar and its currency.

Only the notation is read here; nothing is asked of anybody. Calendars have the names of the
`exchange_calendars` package.
"""

import re

UNKNOWN_LISTING = "weekdays"
"""Calendar for what no calendar covers: Monday to Friday, closed at midnight UTC, all guessed."""
CRYPTO = "24/7"
MARKET_TICKERS = ("SPY", "^GSPC")
"""Whose bars stand for the market, best first."""
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
    "NYB": (_US, "USD"), "CA": ("XCAI", "EGP"), "KW": ("XKUW", ""), "QA": ("DSMD", "QAR"),
    "TA": ("XTAE", ""), "SR": ("XSAU", "SAR"), "SAU": ("XSAU", "SAR"), "JO": ("XJSE", ""),
    # Asia and Pacific
    "T": ("XTKS", "JPY"), "HK": ("XHKG", "HKD"), "NS": ("XBOM", "INR"), "BO": ("XBOM", "INR"),
    "KS": ("XKRX", "KRW"), "KQ": ("XKRX", "KRW"), "TW": ("XTAI", "TWD"), "TWO": ("XTAI", "TWD"),
    "SS": ("XSHG", "CNY"), "SZ": ("XSHG", "CNY"), "SI": ("XSES", "SGD"), "KL": ("XKLS", "MYR"),
    "BK": ("XBKK", "THB"), "JK": ("XIDX", "IDR"), "PS": ("XPHS", "PHP"), "KA": ("XKAR", "PKR"),
    "AX": ("XASX", "AUD"), "XA": ("XASX", "AUD"), "NZ": ("XNZE", "NZD"),
}  # fmt: skip
_US_INDEXES = (
    "GSPC", "DJI", "IXIC", "NDX", "RUT", "NYA", "XAX", "VIX", "VIX3M", "VIX9D", "VVIX", "VXN",
    "SKEW", "OEX", "MID", "SML", "SOX", "W5000", "IRX", "FVX", "TNX", "TYX", "RUA", "RUI", "RUO",
    "RUJ", "RLV", "RLG", "BKX", "KBW", "XAU", "HUI", "XOI", "OSX", "DRG", "BTK", "NBI", "GSPE",
    "XNG", "UTY", "SPXEW", "HGX", "PUT", "BXM", "MOVE",
)  # fmt: skip
# Calendars of indexes by their names in Yahoo's notation; points have no currency.
_INDEXES: dict[str, str] = {
    **dict.fromkeys(_US_INDEXES, _US),
    **dict.fromkeys(["FTSE", "FTMC", "FTAS", "FTLC", "FTSC", "FTAI"], "XLON"),
    **dict.fromkeys(["GDAXI", "MDAXI", "SDAXI", "TECDAX", "STOXX50E", "STOXX", "SX5E"], "XETR"),
    **dict.fromkeys(["FCHI", "SBF120", "N100", "N150", "CACMD"], "XPAR"),
    **dict.fromkeys(["N225", "TOPX", "NKX"], "XTKS"),
    **dict.fromkeys(["HSI", "HSCE", "HSCC", "HSTECH"], "XHKG"),
    **dict.fromkeys(["BSESN", "NSEI", "NSEBANK"], "XBOM"),
    **dict.fromkeys(["KS11", "KS200", "KQ11"], "XKRX"),
    **dict.fromkeys(["AXJO", "AORD", "AXKO", "AFLI", "ATLI"], "XASX"),
    **dict.fromkeys(["GSPTSE", "TX60", "SPCDNX"], "XTSE"),
    **dict.fromkeys(["TA125", "TA35"], "XTAE"),
    **dict.fromkeys(["XU100", "XU030"], "XIST"),
    "AEX": "XAMS", "AMX": "XAMS", "BFX": "XBRU", "PSI20": "XLIS", "IBEX": "XMAD", "SSMI": "XSWX",
    "ATX": "XWBO", "ISEQ": "XDUB", "OMX": "XSTO", "OMXS30": "XSTO", "OMXSPI": "XSTO",
    "OMXC25": "XCSE", "OMXC20": "XCSE", "OMXH25": "XHEL", "OSEAX": "XOSL", "OBX": "XOSL",
    "WIG20": "XWAR", "TWII": "XTAI", "STI": "XSES", "KLSE": "XKLS", "JKSE": "XIDX",
    "NZ50": "XNZE", "BVSP": "BVMF", "IBX50": "BVMF", "MXX": "XMEX", "MERV": "XBUE",
    "IPSA": "XSGO",
}  # fmt: skip
_FAMILIES = (
    ("CNX", "XBOM"), ("NSE", "XBOM"), ("BSE", "XBOM"), ("SP500", _US), ("DJ", _US), ("NQ", _US),
    ("YH", _US), ("SPX", _US), ("FTSE", "XLON"), ("GD", "XETR"), ("OMX", "XSTO"),
)  # fmt: skip
# Yahoo quotes a coin against these; a dash with anything else is a share class (BRK-B).
_CRYPTO = re.compile(r"[A-Z0-9]{1,16}-(USD|EUR|GBP|JPY|CAD|AUD|INR|KRW|CHF|CNY|BTC|ETH|USDT|USDC)")


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
        open, and for indexes, whose points are no money. No suffix means New York and US dollars.
        What nobody here knows has `UNKNOWN_LISTING`, whose sessions all count as guessed.
    """
    if ticker.startswith("^"):
        return _calendar_of_index(ticker[1:]), ""
    if _CRYPTO.fullmatch(ticker):
        return CRYPTO, _code(ticker.rpartition("-")[2])
    if ticker.endswith("=X"):
        return _FX, _code(ticker[-5:-2])
    if ticker.endswith("=F"):
        return _FUTURES, "USD"
    if "." in ticker:
        return _SUFFIXES.get(ticker.rpartition(".")[2], (UNKNOWN_LISTING, ""))
    return _US, "USD"


def _calendar_of_index(name: str) -> str:
    """Return an index's calendar: by its suffix as a share's, by its name, or by its family."""
    if "." in name:
        return _SUFFIXES.get(name.rpartition(".")[2], (UNKNOWN_LISTING, ""))[0]
    family = next((calendar for start, calendar in _FAMILIES if name.startswith(start)), None)
    return _INDEXES.get(name) or family or UNKNOWN_LISTING


def _code(text: str) -> str:
    return text if len(text) == 3 and text not in {"BTC", "ETH"} else ""
