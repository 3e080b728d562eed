"""Parameters as they arrive, checked and typed by the tables, before any method sees them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localchat.bot_api.parameter_tables import (
    ALIASES,
    METHODS,
    NOT_HERE,
    OBJECTS,
    REFUSED,
    UNIONS,
    Field,
)
from localchat.errors import ApiError, bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file part of a multipart request."""

    name: str
    mime: str
    data: bytes


def check(method: str, raw: Mapping[str, Any], files: Mapping[str, Upload]) -> dict[str, Any]:
    """Check a call's parameters against the tables.

    Args:
        method: A method of the tables.
        raw: Values by name: text from forms, JSON values from JSON bodies.
        files: File parts by field name.

    Returns:
        Typed values by name; a parameter not given is absent.

    Raises:
        ApiError: 400 for a parameter that is unknown, missing, or of another type.
    """
    known = {field.name: field for field in METHODS[method]}
    given: dict[str, Any] = {key: value for key, value in raw.items() if value is not None}
    given.update({key: part for key, part in files.items() if key in known})
    for name in given:
        if name not in known:
            raise bad_request(f"unknown parameter {name!r} of {method}")
        if name in REFUSED:
            raise bad_request(f"{name} is not supported by the local chat")
    for name, field in known.items():
        if field.required and name not in given:
            raise bad_request(f"parameter {name!r} of {method} is missing")
    return {name: _typed(value, known[name].type, name) for name, value in given.items()}


def _typed(value: Any, kind: str, path: str) -> Any:
    if kind.endswith("[]"):
        return _array(value, kind.removesuffix("[]"), path)
    options = kind.split("|")
    if len(options) > 1 and options[0] in OBJECTS:
        return _either(value, options, path)
    fault: ApiError | None = None
    for option in options:
        try:
            return _single(value, option, path)
        except ApiError as err:
            fault = fault or err
    raise fault or bad_request(f"{path}: {kind} expected")


def _single(value: Any, kind: str, path: str) -> Any:
    match kind:
        case "Integer":
            return _integer(value, path)
        case "Boolean":
            return _boolean(value, path)
        case "String":
            if isinstance(value, str):
                return value
        case "InputFile":
            if isinstance(value, Upload):
                return value
        case _:
            return _object(value, kind, path)
    raise bad_request(f"{path}: {kind} expected")


def _integer(value: Any, path: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
    raise bad_request(f"{path}: Integer expected")


def _boolean(value: Any, path: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise bad_request(f"{path}: Boolean expected")


def _parsed(value: Any, path: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as err:
        raise bad_request(f"{path}: can't parse JSON object") from err


def _array(value: Any, kind: str, path: str) -> list[Any]:
    items = _parsed(value, path)
    if not isinstance(items, list):
        raise bad_request(f"{path}: Array expected")
    return [_element(item, kind, f"{path}[{index}]") for index, item in enumerate(items)]


def _element(value: Any, kind: str, path: str) -> Any:
    if isinstance(value, str) and kind not in {"String", "InputFile"}:
        raise bad_request(f"{path}: {kind} expected")
    return _typed(value, kind, path)


def _either(value: Any, options: list[str], path: str) -> dict[str, Any]:
    body = _parsed(value, path)
    keys = set(body) if isinstance(body, dict) else set()
    for option in options:
        if all(field.name in keys for field in OBJECTS[option] if field.required):
            return _object(body, option, path)
    raise bad_request(f"{path}: one of {', '.join(options)} expected")


def _object(value: Any, kind: str, path: str) -> dict[str, Any]:
    if kind in NOT_HERE:
        raise bad_request(f"{path} is not supported by the local chat")
    body = _parsed(value, path)
    if not isinstance(body, dict):
        raise bad_request(f"{path}: {kind} expected")
    if kind in UNIONS:
        name = UNIONS[kind].get(str(body.get("type")))
        if name is None:
            raise bad_request(f"{path}: unknown {kind} type {body.get('type')!r}")
        kind = name
    return _checked_fields(body, OBJECTS[ALIASES.get(kind, kind)], path)


def _checked_fields(body: dict[str, Any], fields: tuple[Field, ...], path: str) -> dict[str, Any]:
    known = {field.name: field for field in fields}
    for name in body:
        if name not in known:
            raise bad_request(f"{path}: unknown field {name!r}")
    for field in fields:
        if field.required and body.get(field.name) is None:
            raise bad_request(f"{path}: field {field.name!r} is missing")
    return {
        name: _field(value, known[name].type, f"{path}.{name}")
        for name, value in body.items()
        if value is not None
    }


def _field(value: Any, kind: str, path: str) -> Any:
    """Inside JSON nothing is text that stands for something else."""
    if isinstance(value, str) and "String" not in kind.split("|"):
        raise bad_request(f"{path}: {kind} expected")
    return _typed(value, kind, path)
