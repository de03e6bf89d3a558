"""Small outputs: a table as CSV, a page as HTML."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..access.input_files import InputFiles
from ..errors import RuntimeFailure, UsageError
from ..staging.destinations import Destination, check_destinations


@dataclass(frozen=True)
class SmallOutputs:
    """Table and page that a command writes beside what it prints.

    Attributes:
        csv: the table; None for none.
        report: the page; None for none.
    """

    csv: Path | None
    report: Path | None

    def check(self, inputs: Iterable[str], *, overwrite: bool) -> None:
        """Check that both may be written, before anything is computed.

        Args:
            inputs: what the command reads, as it was given.
            overwrite: files that exist may be replaced.

        Raises:
            UsageError, InputError: a name or folder does not serve, a file exists (``output-exists``), or is an input
                (``output-is-input``).
        """
        wanted = [(self.csv, (".csv",)), (self.report, (".html", ".htm"))]
        outputs = [Destination(path, suffixes) for path, suffixes in wanted if path is not None]
        check_destinations(outputs)
        InputFiles({output.path: output.replaced for output in outputs}).add(inputs)
        for output in outputs:
            if output.path.exists() and not overwrite:
                raise UsageError(f"{output.path.name} exists", "give another name, or --overwrite", "output-exists")


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
