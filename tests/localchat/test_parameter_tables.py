"""Our parameter tables beside Telegram's machine-readable manual, where that lies beside the tree."""

from typing import Any

import pytest

from localchat.bot_api import parameter_tables
from tests.journeys import spec


@pytest.mark.skipif(spec.manual() is None, reason="the Bot API's manual is not beside the tree")
def test_the_tables_agree_with_the_manual():
    """Our own parameter tables say what Telegram's manual says."""
    book = spec.manual()
    assert book
    faults: list[Any] = []
    for kind, ours in (("methods", parameter_tables.METHODS), ("types", parameter_tables.OBJECTS)):
        for name, fields in ours.items():
            theirs = {f["name"]: f for f in book[kind][name].get("fields", [])}
            if {f.name for f in fields} != set(theirs):
                faults.append((name, {f.name for f in fields} ^ set(theirs)))
                continue
            for field in fields:
                manual = theirs[field.name]
                types = [_plain(t) for t in manual["types"]]
                if field.required != manual["required"] or not _agree(field.type, types):
                    faults.append((name, field, manual["types"], manual["required"]))
    assert faults == []


def _plain(kind: str) -> str:
    depth = kind.count("Array of ")
    return kind.replace("Array of ", "") + "[]" * depth


def _agree(ours: str, theirs: list[str]) -> bool:
    if ours == "InputMedia[]":
        return {"InputMediaPhoto[]", "InputMediaDocument[]"} <= set(theirs)
    return set(ours.split("|")) == set(theirs)
