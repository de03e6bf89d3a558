"""Events of the engine as the plugin sees them: one dataclass per kind of line on its standard output.

The lines come from another process, possibly of another version: unknown keys are ignored, missing ones get a default,
and a line that is no event at all (a library that prints) becomes :class:`Noise` instead of an error.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Union

#: A number beyond this is no count and no time.
LARGEST_NUMBER = 2.0**53

#: A "line" longer than this many bytes is cut: nothing the engine means to say is that long.
LONGEST_LINE = 1_000_000


@dataclass(frozen=True)
class Started:
    """The run has begun."""

    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """A stage has come to ``done`` of ``total``; ``eta_s`` is what is left of this stage in seconds, if known."""

    stage: str
    done: float = 0.0
    total: float = 0.0
    eta_s: float | None = None

    @property
    def fraction(self) -> float:
        """Share of the stage that is done, 0 to 1."""
        return min(max(self.done / self.total, 0.0), 1.0) if self.total > 0 else 0.0


@dataclass(frozen=True)
class Warned:
    """The run goes on, but the user should know this."""

    code: str
    message: str


@dataclass(frozen=True)
class Result:
    """The run is finished and everything is written.

    Attributes:
        output: the GeoPackage.
        buildings: number of buildings.
        counts: number of buildings by class, keys in xBD's words.
        device: what really computed, for example ``cpu``.
        provider: execution provider of ONNX Runtime.
        precision: ``fp32``, ``fp16`` or ``int8``.
        seconds: wall time of the run.
        pairs_per_second: pairs of tiles per second.
    """

    output: str = ""
    buildings: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    device: str = ""
    provider: str = ""
    precision: str = ""
    seconds: float | None = None
    pairs_per_second: float | None = None


@dataclass(frozen=True)
class Failed:
    """The run failed: what is wrong, and what to do about it."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True)
class Stopped:
    """The run stopped because the user asked."""


@dataclass(frozen=True)
class Noise:
    """A line that is no event."""

    text: str


Event = Union[Started, Progress, Warned, Result, Failed, Stopped, Noise]


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # compared first: an integer of hundreds of digits is no float; NaN is in no range
    return float(value) if -LARGEST_NUMBER <= value <= LARGEST_NUMBER else None


def _text(value: object) -> str:
    """Return a text that Qt can show: halves of letters, which JSON may hold, are replaced."""
    if isinstance(value, str):
        return value.encode("utf-8", errors="replace").decode("utf-8")
    return "" if value is None or isinstance(value, (bool, list, dict)) else str(value)


def _counts(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    numbers = {_text(name): _number(count) for name, count in value.items()}
    return {name: int(count) for name, count in numbers.items() if count is not None}


def parse_event(line: str) -> Event:
    """Return the event that a line of the engine means; never raises."""
    try:
        facts = json.loads(line)
    except (ValueError, RecursionError):
        return Noise(_text(line))
    if not isinstance(facts, dict):
        return Noise(_text(line))

    def text(key: str) -> str:
        return _text(facts.get(key))

    event = facts.get("event")
    if event == "progress":
        return Progress(
            stage=text("stage"),
            done=_number(facts.get("done")) or 0.0,
            total=_number(facts.get("total")) or 0.0,
            eta_s=_number(facts.get("eta_s")),
        )
    if event == "started":
        return Started({_text(key): _text(value) for key, value in facts.items() if key != "event"})
    if event == "warning":
        return Warned(text("code"), text("message"))
    if event == "result":
        return Result(
            output=text("output"),
            buildings=int(_number(facts.get("buildings")) or 0),
            counts=_counts(facts.get("counts")),
            device=text("device"),
            provider=text("provider"),
            precision=text("precision"),
            seconds=_number(facts.get("seconds")),
            pairs_per_second=_number(facts.get("pairs_per_second")),
        )
    if event == "error":
        return Failed(text("code"), text("message"), text("hint"))
    if event == "cancelled":
        return Stopped()
    return Noise(_text(line))


class LineSplitter:
    """Cuts a stream of bytes into lines of text; bytes that are no UTF-8 are replaced."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """Return the lines that ``data`` completes, without empty ones."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            lines.append(self._rest)
            self._rest = b""
        return [text for text in (self._text(line) for line in lines) if text]

    def finish(self) -> list[str]:
        """Return what is left when the stream has ended."""
        rest, self._rest = self._text(self._rest), b""
        return [rest] if rest else []

    @staticmethod
    def _text(line: bytes) -> str:
        return line[:LONGEST_LINE].decode("utf-8", errors="replace").strip()
