"""Events: what the engine reports while it runs, one dataclass for each kind and one JSON line for each event.

The engine encodes, the plugin decodes. A line may come from another version, or from a library that prints: unknown
keys are ignored, missing and wrong values become defaults, and what is no event becomes :class:`Noise`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import ClassVar, Literal

#: Stages of a run, in their order.
Stage = Literal["prepare", "infer", "objects", "write"]
#: Their usual share of the whole time, for one percentage: inference is nearly all of it.
STAGE_SHARES: dict[str, float] = {"prepare": 0.03, "infer": 0.85, "objects": 0.08, "write": 0.04}
#: The only stage of a batch, which counts over all of its scenes.
SCENES_STAGE = "scenes"

#: Warnings that leave the result as it is, or of which the end of the run tells all.
_WITHOUT_CONSEQUENCE = (
    "batch-halved", "device-fallback", "nothing-to-resume", "resume-repaired", "shift-corrected", "unfinished-run",
    "unreadable-part",
)  # fmt: skip
#: A number beyond this is no count and no time.
LARGEST_NUMBER = 2.0**53


@dataclass(frozen=True)
class Event:
    """Base of all events. The fields of a subclass are the keys of its line, in their order.

    Attributes:
        name: value of the key ``event``.
    """

    name: ClassVar[str]

    def encode(self) -> str:
        """Return the JSON line, in ASCII and without its end."""
        return json.dumps({"event": self.name, **{part.name: getattr(self, part.name) for part in fields(self)}})


@dataclass(frozen=True)
class Started(Event):
    """The run has begun.

    Attributes:
        pre: name of the pre-event image; None where there is none.
        post: name of the post-event image.
        output: GeoPackage to write, as the caller gave it.
        model: name or path of the model.
        device: device that was asked for.
    """

    name = "started"
    pre: str | None = None
    post: str = ""
    output: str = ""
    model: str = ""
    device: str = ""


@dataclass(frozen=True)
class Progress(Event):
    """A stage has come to ``done`` of ``total``.

    Attributes:
        stage: one of :data:`Stage`, or :data:`SCENES_STAGE`; of another version perhaps a new one.
        done: finished steps.
        total: all steps.
        eta_s: seconds left of this stage; None while unknown.
    """

    name = "progress"
    stage: str = ""
    done: float = 0.0
    total: float = 0.0
    eta_s: float | None = None

    @property
    def fraction(self) -> float:
        """Share of the stage that is done, 0 to 1."""
        return min(max(self.done / self.total, 0.0), 1.0) if self.total > 0 else 0.0


@dataclass(frozen=True)
class Warned(Event):
    """The run goes on, but the user should know this.

    Attributes:
        code: short stable identifier, see docs/command-line.md.
        message: what is striking, and what to do about it.
    """

    name = "warning"
    code: str = ""
    message: str = ""

    @property
    def concerns_result(self) -> bool:
        """Whether this is about the result, not about the way to it: the run is slower, its result is the same."""
        return self.code not in _WITHOUT_CONSEQUENCE


@dataclass(frozen=True)
class Result(Event):
    """The run is finished and everything is written.

    Attributes:
        output: what was made: the GeoPackage, as the caller gave it; of ``models`` the name of the model.
        layers: its layers.
        buildings: number of buildings.
        counts: number of buildings by class, keys in xBD's words.
        device: device that computed, for example ``cpu``.
        provider: execution provider of ONNX Runtime.
        precision: ``fp32``, ``fp16`` or ``int8``.
        seconds: wall time of the run.
        pairs_per_second: pairs of tiles per second.
        pre_bands: bands of the pre-event image, and by what they were chosen.
        post_bands: the same of the post-event image.
        figures: further numbers of the command, by name; of ``assess`` ``unreadable_tiles`` and
            ``unreadable_m2``, where an image is damaged.
    """

    name = "result"
    output: str = ""
    layers: list[str] = field(default_factory=list)
    buildings: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    device: str = ""
    provider: str = ""
    precision: str = ""
    seconds: float | None = None
    pairs_per_second: float | None = None
    pre_bands: str = ""
    post_bands: str = ""
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class SceneReport(Event):
    """A scene of a batch has begun or ended.

    Attributes:
        id: name of the scene in the list.
        status: ``started``, ``done``, ``kept`` (its result was there before, from the same inputs) or ``failed``.
        number: place in the list, from 1.
        total: scenes in the list.
        output: its GeoPackage; empty where there is none.
        buildings: number of buildings.
        counts: number of buildings by class, keys in xBD's words.
        seconds: wall time of its run; None where nothing ran.
        code: of the error, empty without one.
        message: what is wrong.
        hint: what to do about it.
    """

    name = "scene"
    id: str = ""
    status: str = ""
    number: int = 0
    total: int = 0
    output: str = ""
    buildings: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float | None = None
    code: str = ""
    message: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Total(Event):
    """A line of the totals of a result, numbers of buildings.

    Attributes:
        category: a class, ``no-building``, or the sums ``buildings`` and ``damaged``.
        counted: by the final classes of the result.
        estimate: from the reviewed sample; None as long as it says too little.
        low: lower bound of the estimate, 95 %.
        high: upper bound.
    """

    name = "total"
    category: str = ""
    counted: int = 0
    estimate: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ImageFacts(Event):
    """What is known of an image before a run.

    Attributes:
        role: ``pre`` or ``post``.
        width: columns.
        height: rows.
        band_count: bands in the file.
        bands: those used as red, green and blue.
        bands_by: by what they were chosen.
        dtype: numpy name of the type of their values.
        pixel_size_m: size of a pixel on the ground, metres; None where unknown.
        acquired: when it was taken, ISO 8601, in UTC; only the day where the time is not known, empty without either.
        acquired_by: where that comes from.
        source: who gives it, empty where unknown, like the others that are texts.
        sensor: satellite or camera.
        gsd_m: ground sampling distance, metres; the size of a pixel where metadata say none.
        off_nadir_deg: angle between the view and the vertical, degrees; None where unknown.
        licence: under which it may be used.
        credit: what has to be written beside it.
        described_by: where these come from.
    """

    name = "image"
    role: str = ""
    width: int = 0
    height: int = 0
    band_count: int = 0
    bands: str = ""
    bands_by: str = ""
    dtype: str = ""
    pixel_size_m: float | None = None
    acquired: str = ""
    acquired_by: str = ""
    source: str = ""
    sensor: str = ""
    gsd_m: float | None = None
    off_nadir_deg: float | None = None
    licence: str = ""
    credit: str = ""
    described_by: str = ""


@dataclass(frozen=True)
class PairFacts(Event):
    """What is known of a pair before a run.

    Attributes:
        overlap_m2: ground that both images show, square metres.
        overlap_share: share of the smaller image that this is, 0 to 1.
        model_gsd_m: pixel size that the model knows, metres.
    """

    name = "pair"
    overlap_m2: float = 0.0
    overlap_share: float = 0.0
    model_gsd_m: float = 0.0


@dataclass(frozen=True)
class Failed(Event):
    """The run failed.

    Attributes:
        code: short stable identifier, see docs/command-line.md.
        message: what is wrong.
        hint: what to do about it.
        kept_rows: rows of tiles that are kept, to go on with ``--resume``.
        rows: all rows of tiles; 0 where the run did not come to them.
    """

    name = "error"
    code: str = ""
    message: str = ""
    hint: str = ""
    kept_rows: int = 0
    rows: int = 0


@dataclass(frozen=True)
class Stopped(Event):
    """The run stopped because the user cancelled it.

    Attributes:
        kept_rows: rows of tiles that are kept, to go on with ``--resume``.
        rows: all rows of tiles; 0 where the run did not come to them.
    """

    name = "cancelled"
    kept_rows: int = 0
    rows: int = 0


@dataclass(frozen=True)
class Noise:
    """A line that is no event."""

    text: str


def decode(line: str) -> Event | Noise:
    """Return the event of a line; never raises."""
    try:
        values = json.loads(line)
        kind = _KINDS.get(values["event"])
    except (ValueError, RecursionError, TypeError, KeyError):
        kind = None
    if kind is None:
        return Noise(_text(line))
    made: Callable[..., Event] = kind
    # annotations are texts (PEP 563)
    return made(**{part.name: _READ[str(part.type)](values.get(part.name)) for part in fields(kind)})


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


def _texts(value: object) -> list[str]:
    return [_text(item) for item in value] if isinstance(value, list) else []


def _counts(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    numbers = {_text(name): _number(count) for name, count in value.items()}
    return {name: int(count) for name, count in numbers.items() if count is not None}


def _figures(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        return {}
    numbers = {_text(name): _number(figure) for name, figure in value.items()}
    return {name: figure for name, figure in numbers.items() if figure is not None}


#: Kinds of events by the name on their line.
_KINDS: dict[object, type[Event]] = {
    kind.name: kind
    for kind in (Started, Progress, Warned, Result, SceneReport, Total, ImageFacts, PairFacts, Failed, Stopped)
}  # fmt: skip
#: How a field of each type is read.
_READ: dict[str, Callable[[object], object]] = {
    "str": _text,
    "str | None": lambda value: None if value is None else _text(value),
    "int": lambda value: int(_number(value) or 0),
    "float": lambda value: _number(value) or 0.0,
    "float | None": _number,
    "list[str]": _texts,
    "dict[str, int]": _counts,
    "dict[str, float]": _figures,
}
