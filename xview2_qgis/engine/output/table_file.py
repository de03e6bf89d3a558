"""A small table as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..errors import RuntimeFailure, UsageError
from ..staging.destinations import Destination, check_destinations


def check_table(path: Path, *, overwrite: bool) -> None:
    """Check that a table may be written before anything is computed.

    Raises:
        UsageError, InputError: the name or folder does not serve, or the file exists (``output-exists``).
    """
    check_destinations([Destination(path, (path.suffix.lower() or ".csv",))])
    if path.exists() and not overwrite:
        raise UsageError(f"{path.name} exists", "give another name, or --overwrite", "output-exists")


def write_table(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write a table; None becomes an empty cell. The file appears when it is complete.

    Raises:
        RuntimeFailure: it cannot be written (``output-write``).
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(["" if cell is None else cell for cell in row] for row in rows)
    replace_text(path, text.getvalue())


def replace_text(path: Path, text: str) -> None:
    """Write a text file beside its place, and put it there when it is complete.

    Raises:
        RuntimeFailure: it cannot be written (``output-write``).
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RuntimeFailure(
            f"{path.name} cannot be written ({error.strerror})", "free space, or close programs that use it",
            "output-write",
        ) from error  # fmt: skip
