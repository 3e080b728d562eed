"""Bot API requests checked against the machine-readable manual, where that lies beside the tree."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from localchat.bot_api.call_record import Recorded

PATH = Path(__file__).resolve().parents[2].parent / "shared" / "botapi" / "api.json"


_PLAIN: dict[str, Any] = {
    "Integer": int,
    "Float": int | float,
    "Boolean": bool,
    "True": bool,
    "String": str,
}


@cache
def manual() -> dict[str, Any] | None:
    """The manual's methods and types, None where it is not at hand."""
    return json.loads(PATH.read_text("utf-8")) if PATH.exists() else None


def violations(call: Recorded) -> list[str]:
    """What of a request the manual does not allow; nothing where the manual is not at hand."""
    book = manual()
    if book is None:
        return []
    if call.method not in book["methods"]:
        return [f"{call.method} is no method"]
    fields = {field["name"]: field for field in book["methods"][call.method].get("fields", [])}
    given = {**dict.fromkeys(call.files), **call.raw}
    found = [
        f"{call.method} needs {name}"
        for name, field in fields.items()
        if field["required"] and name not in given
    ]
    for name, value in call.raw.items():
        if name not in fields:
            found.append(f"{call.method} has no {name}")
        elif not any(_fits(value, kind, book, top=True) for kind in fields[name]["types"]):
            found.append(f"{call.method} {name}={value!r} is none of {fields[name]['types']}")
    return found


def _fits(value: Any, kind: str, book: dict[str, Any], *, top: bool = False) -> bool:
    if top and isinstance(value, str) and kind not in {"String", "InputFile"}:
        try:
            value = json.loads(value)
        except ValueError:
            return False
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        return isinstance(value, list) and all(_fits(item, inner, book) for item in value)
    if kind == "InputFile":
        return False
    if kind in _PLAIN:
        is_flag = isinstance(value, bool)
        return isinstance(value, _PLAIN[kind]) and is_flag == (_PLAIN[kind] is bool)
    return _fits_object(value, book["types"][kind], book)


def _fits_object(value: Any, kind: dict[str, Any], book: dict[str, Any]) -> bool:
    if "subtypes" in kind:
        return any(_fits_object(value, book["types"][name], book) for name in kind["subtypes"])
    if not isinstance(value, dict):
        return False
    fields = {field["name"]: field for field in kind.get("fields", [])}
    if any(field["required"] and name not in value for name, field in fields.items()):
        return False
    return all(
        name in fields and any(_fits(item, k, book) for k in fields[name]["types"])
        for name, item in value.items()
    )
