"""Fixtures of the page's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.localchat.browser import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The page with the scripted bot; nothing may be complained of or fetched elsewhere."""
    async with staged(tmp_path) as stage:
        yield stage
        assert stage.faults == []
