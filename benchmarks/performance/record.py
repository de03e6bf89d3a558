"""The record of the suite: a JSON file that is complete after every part: a run that dies loses one part only."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from .machine import Machine
from .outcome import Figure, Outcome, Table

State: TypeAlias = Literal["measured", "skipped", "failed"]
_FORMAT = 1


@dataclass(frozen=True)
class PartRecord:
    """One part as it was measured.

    Attributes:
        name: of the part.
        title: for the page.
        command: that measures it again.
        state: what became of it.
        reason: why it was skipped or failed; empty where it was measured.
        date: day of the measurement, ISO 8601.
        seconds: that it took.
        quick: on small scenes, to try the suite: no figures to rely on.
        outcome: what it found.
    """

    name: str
    title: str
    command: str
    state: State
    reason: str = ""
    date: str = ""
    seconds: float = 0.0
    quick: bool = False
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def kept(self) -> bool:
        """Whether it was not lost and keeps its limits."""
        return self.state != "failed" and all(figure.kept for figure in self.outcome.figures)

    @classmethod
    def read(cls, said: dict[str, Any]) -> PartRecord:
        """Return a part from its JSON object."""
        outcome = said["outcome"]
        tables = [
            Table(table["title"], tuple(table["columns"]), tuple(tuple(row) for row in table["rows"]))
            for table in outcome["tables"]
        ]
        figures = [Figure(**figure) for figure in outcome["figures"]]
        return cls(**said | {"outcome": Outcome(tuple(figures), tuple(tables), tuple(outcome["remarks"]))})


@dataclass(frozen=True)
class Record:
    """All parts, in the order in which they stand on the page, and the machine.

    Attributes:
        machine: where the parts were measured.
        parts: by name.
        commit: of the checkout, abbreviated; empty where it is none.
    """

    machine: Machine
    parts: dict[str, PartRecord]
    commit: str = ""

    def with_part(self, part: PartRecord) -> Record:
        """Return the record with a part in the place of an earlier one of that name, which keeps its position."""
        return replace(self, parts=self.parts | {part.name: part})

    def write(self, path: Path) -> None:
        """Write the record; an earlier file is replaced at once or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        text = json.dumps({"format": _FORMAT} | asdict(self), ensure_ascii=False, indent=1)
        part.write_text(text + "\n", encoding="utf-8")
        os.replace(part, path)


def read_record(path: Path) -> Record:
    """Read a record.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not a record of this format.
    """
    said = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(said, dict) or said.get("format") != _FORMAT:
        raise ValueError(f"{path.name} is no record of the benchmarks, or one of another version")
    try:
        machine = said["machine"]
        parts = {name: PartRecord.read(part) for name, part in said["parts"].items()}
        return Record(Machine(**machine | {"features": tuple(machine["features"])}), parts, said["commit"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is no record of the benchmarks ({error})") from error
