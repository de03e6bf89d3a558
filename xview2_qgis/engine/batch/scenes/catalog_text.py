"""The text of a list of scenes, as spreadsheets of all countries write CSV."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from ...errors import InputError, brief

_LARGEST_BYTES = 64 * 2**20  # a million scenes; more is some other file
_DELIMITERS = (",", ";", "\t", "|")
_HINT = "save it as CSV UTF-8 (comma delimited), with one line a scene"


def catalog_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of a list with their numbers, cells without blanks around them; empty lines are left out.

    The delimiter is that which parts the first line most often. A byte order mark, UTF-16 and the line ``sep=;`` are
    what Excel writes.

    Raises:
        InputError: it cannot be read, or is no table in Unicode (``catalog-open``).
    """
    text = _decoded(path)
    start = 0
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep="):
        text, start = rest, 1
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield start + reader.line_num, stripped
    except csv.Error as error:
        raise InputError(f"{path.name} is no table ({error})", _HINT, "catalog-open") from error


def _decoded(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"the list of scenes {brief(str(path), 300)} cannot be read ({error.strerror})", "check the path",
            "catalog-open",
        ) from error  # fmt: skip
    if len(content) > _LARGEST_BYTES:
        raise InputError(f"{path.name} is too large for a list of scenes", _HINT, "catalog-open")
    utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not written in Unicode", _HINT, "catalog-open") from error
    if "\0" in text:
        raise InputError(f"{path.name} is no text", _HINT, "catalog-open")
    return text
