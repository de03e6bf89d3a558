"""Records to test with."""

from benchmarks.performance.machine import Machine
from benchmarks.performance.outcome import Figure, Outcome, Table
from benchmarks.performance.record import PartRecord, Record

MACHINE = Machine("A processor", 2, ("avx2",), 16.0, "", "Linux 6.1, x86_64", {"python": "3.12.1"})

WALL = PartRecord(
    "wall", "Wall time", "python -m benchmarks --only wall", "measured", date="2026-11-30", seconds=60.0,
    outcome=Outcome(
        (Figure("pair", 1.04, limit=1.05, note="median of 7"), Figure("alone", 1.25, limit=1.05), Figure("tiles", 36)),
        (Table("Ways", ("way", "s"), (("one | two", 12.345), ("three", 1234))),),
        ("A remark.",),
    ),
)  # fmt: skip
LOST = PartRecord("memory", "Memory", "python -m benchmarks --only memory", "failed", "no room", "2026-11-30", 1.0)
NONE = PartRecord("deepness", "Deepness", "python -m benchmarks --only deepness", "skipped", "it is not installed")


def record(*parts):
    """Return a record of some parts."""
    return Record(MACHINE, {part.name: part for part in parts}, "abc1234")
