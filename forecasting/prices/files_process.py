"""Parquet tables read in a process of their own: pyarrow's 45 MB stay out of the bot's."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from forecasting.prices.file_names import is_parquet
from forecasting.prices.files import NAME, FilesSource
from forecasting.prices.subprocess_source import SubprocessSource, serve


def files_source(paths: Sequence[Path]) -> FilesSource | SubprocessSource:
    """Return the source of these files, aside where one of them is a parquet table."""
    if not any(_holds_parquet(path) for path in paths):
        return FilesSource(paths)
    places = json.dumps([str(path.absolute()) for path in paths])
    return SubprocessSource(NAME, (sys.executable, "-m", __name__, places))


def example_tickers(paths: Sequence[Path], liked: Sequence[str], most: int) -> tuple[str, ...]:
    """Return some tickers of these files to show people, those that are liked first."""
    source = files_source(paths)
    try:
        return source.examples(liked, most)
    finally:
        if isinstance(source, SubprocessSource):
            source.close()


def _holds_parquet(path: Path) -> bool:
    return is_parquet(path) or next(path.glob("*.parquet"), None) is not None


if __name__ == "__main__":
    serve(FilesSource([Path(place) for place in json.loads(sys.argv[1])]))
