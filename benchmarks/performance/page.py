"""The page of the suite: tables made of a record, put between marks into a page that a person wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .outcome import Cell, Figure, Table
from .record import PartRecord, Record

_BEGIN = "<!-- figures of {name}: made by `make bench` -->"
_END = "<!-- end of {name} -->"
_MARK = re.compile(r"<!-- figures of ([a-z0-9-]+): made by `make bench` -->\n.*?<!-- end of \1 -->", re.DOTALL)
_KEPT = {True: "yes", False: "**no**"}
_WORDS = {"skipped": "Not measured", "failed": "Failed"}

#: Names of places that are not parts.
MACHINE, LIMITS = "machine", "limits"


class MissingPlaceError(ValueError):
    """The page has no place for a part; the message names it."""


def filled(page: str, record: Record) -> str:
    """Return a page with the figures of a record in the places that are marked for them.

    Args:
        page: Markdown with a begin and an end mark for the machine, the limits, and every part of the record.
        record: the figures.

    Raises:
        MissingPlaceError: there is no place for a part.
    """
    texts = {MACHINE: machine_text(record), LIMITS: limits_text(record)}
    texts |= {name: part_text(part) for name, part in record.parts.items()}
    places = {match[1] for match in _MARK.finditer(page)}
    if missing := sorted(set(texts) - places):
        raise MissingPlaceError(f"the page has no place for {', '.join(missing)}")
    return _MARK.sub(lambda match: _placed(match[1], texts.get(match[1], "Not measured yet.")), page)


def _placed(name: str, text: str) -> str:
    return f"{_BEGIN.format(name=name)}\n{text.strip()}\n{_END.format(name=name)}"


def machine_text(record: Record) -> str:
    """Return what the machine is, in a sentence."""
    here = record.machine
    features = f" ({', '.join(here.features)})" if here.features else ""
    versions = ", ".join(f"{name} {version}" for name, version in here.versions.items())
    gpu = f"GPU: {here.gpu}." if here.gpu else "No GPU: nothing here was measured on one."
    dates = sorted({part.date for part in record.parts.values() if part.date})
    minutes = sum(part.seconds for part in record.parts.values()) / 60
    when = f" {minutes:.0f} minutes on {' and '.join(dates)}" if dates else ""
    commit = f", commit {record.commit}" if record.commit else ""
    quick = " **A quick run on small scenes: to try the suite, not to rely on.**" if any(
        part.quick for part in record.parts.values()
    ) else ""  # fmt: skip
    return (
        f"{here.processor}{features}, {here.cores} cores, {here.memory_gb:g} GB of memory; {here.system}; {versions}. "
        f"{gpu} Measured in{when}{commit}.{quick}"
    )


def limits_text(record: Record) -> str:
    """Return a table of everything that has a limit."""
    rows = [
        (figure.name, _with_unit(figure.value, figure), _limit(figure), _KEPT[figure.kept], part.command)
        for part in record.parts.values()
        for figure in part.outcome.figures
        if figure.limit is not None
    ]
    lost = [
        (part.title, "–", "–", f"{_WORDS[part.state].lower()}: {part.reason}", part.command)
        for part in record.parts.values()
        if part.state != "measured"
    ]
    shown = [(*row[:4], f"`{row[4]}`") for row in (*rows, *lost)]
    return _markdown(("what", "measured", "limit", "kept", "command"), shown)


def part_text(part: PartRecord) -> str:
    """Return figures, tables and remarks of a part."""
    head = f"`{part.command}`, {part.seconds:.0f} s"
    if part.state != "measured":
        return f"{head}\n\n**{_WORDS[part.state]}**: {part.reason}."
    texts = [head]
    if part.outcome.figures:
        rows = [
            (figure.name, _with_unit(figure.value, figure), _limit(figure), figure.note)
            for figure in part.outcome.figures
        ]
        texts.append(_markdown(("", "measured", "limit", "note"), rows))
    texts += [_titled(table) for table in part.outcome.tables]
    texts += [f"* {remark}" for remark in part.outcome.remarks]
    return "\n\n".join(texts)


def _titled(table: Table) -> str:
    return f"{table.title}:\n\n{_markdown(table.columns, table.rows)}"


def _markdown(columns: tuple[str, ...], rows: Sequence[Sequence[Cell]]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(_cell(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return _thousands(f"{cell:d}")
    return _number(cell)


def _number(value: float) -> str:
    """Return a number as exactly as it was measured: about three digits."""
    size = abs(value)
    if size >= 1000:
        return _thousands(f"{value:.0f}")
    return f"{value:.{0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or not size else 4}f}"


def _thousands(digits: str) -> str:
    return f"{int(digits):,}".replace(",", " ")


def _with_unit(value: float, figure: Figure) -> str:
    number = str(int(value)) if float(value).is_integer() and not figure.unit else _number(value)
    return f"{number} {figure.unit}".strip()


def _limit(figure: Figure) -> str:
    return "–" if figure.limit is None else _with_unit(figure.limit, figure)
