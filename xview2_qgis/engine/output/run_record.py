"""The record of a run: what is needed to say how a result came about, and to repeat it."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass, field, fields
from uuid import uuid4

import numpy
import onnxruntime
import pyproj
import rasterio

from ...protocol.options.assessment import AssessmentParameters
from ...protocol.scene_facts import SceneFacts
from ...protocol.scene_facts.scene_facts import COLUMNS
from .. import __version__
from ..bundle import Bundle
from ..inference.devices import RuntimeReport
from ..raster.notices import record_of_images
from ..run.clock import RunClock
from ..scene.pair import Scene
from ..scene.pair_images import Shift
from .model_card import ModelCard
from .recorded_parameters import recorded_parameters


@dataclass(frozen=True)
class RunRecord:
    """The one row of the table ``run``.

    Attributes:
        started_at: when the run began, ISO 8601 with time zone.
        seconds: how long it took up to writing.
        pre: the pre-event image, None where there is none.
        post: the post-event image.
        parameters: all parameters, JSON.
        model_id: name of the model.
        model_checksum: SHA-256 of its network files.
        model_licence: its licence.
        device: where the networks ran.
        provider: ONNX Runtime provider that ran them.
        precision: ``fp32``, ``fp16`` or ``int8``.
        versions: of the engine and its libraries, JSON.
        images: bands used and why, pixels without data, pixel size and stretch of both images, JSON.
        not_visible_m2: area asked for that the user excluded as not visible, square metres.
        unreadable_tiles: tiles of which a part could not be read in one image at least.
        unreadable_m2: area asked for that could not be read, square metres.
        run_id: the same in all files of a run and in no other, 32 hexadecimal digits.
        shift: by how many metres east and north the post-event image was moved, JSON; empty where it was not.
        warnings: what the run warned of that concerns the result, JSON.
        model_card: what is known of the model, see :mod:`.model_card`, JSON.
        facts: event and imagery; each of them has a column of its own.
    """

    started_at: str
    seconds: float
    pre: str | None
    post: str
    parameters: str
    model_id: str
    model_checksum: str
    model_licence: str
    device: str
    provider: str
    precision: str
    versions: str
    images: str = "{}"
    not_visible_m2: float = 0.0
    unreadable_tiles: int = 0
    unreadable_m2: float = 0.0
    run_id: str = field(default_factory=lambda: uuid4().hex)
    shift: str = ""
    warnings: str = "[]"
    model_card: str = ""
    facts: SceneFacts = field(default_factory=SceneFacts)

    def columns(self) -> dict[str, str | float | None]:
        """Return the values of the row by the names of its columns, :data:`RUN_COLUMNS`; None for what is not known."""
        own: dict[str, str | float | None] = {name: getattr(self, name) for name in _OWN_COLUMNS}
        return own | self.facts.to_columns()


_OWN_COLUMNS = tuple(part.name for part in fields(RunRecord) if part.name != "facts")
#: Columns of the table ``run``, in their order.
RUN_COLUMNS: tuple[str, ...] = (*_OWN_COLUMNS, *COLUMNS)


def versions() -> str:
    """Return the versions of the engine and of what its results depend on, JSON."""
    return json.dumps(
        {
            "xview2": __version__,
            "python": platform.python_version(),
            "onnxruntime": onnxruntime.__version__,
            "gdal": rasterio.__gdal_version__,
            "proj": pyproj.proj_version_str,
            "numpy": numpy.__version__,
        }
    )


def run_record(
    parameters: AssessmentParameters,
    scene: Scene,
    bundle: Bundle,
    report: RuntimeReport,
    clock: RunClock,
    run_id: str,
) -> RunRecord:
    """Return the record of a run that has found its buildings.

    Args:
        parameters: what was asked for.
        scene: the images.
        bundle: the model.
        report: where its networks ran.
        clock: of the run.
        run_id: as of :class:`RunRecord`.
    """
    recorded = recorded_parameters(parameters)
    if report.model_reason:
        recorded["model_reason"] = report.model_reason
    return RunRecord(
        started_at=clock.started_at,
        seconds=round(clock.total_seconds, 2),
        pre=None if recorded["pre"] is None else str(recorded["pre"]),
        post=str(recorded["post"]),
        parameters=json.dumps(recorded),
        model_id=bundle.id,
        model_checksum=bundle.checksum,
        model_licence=bundle.licence,
        device=report.device,
        provider=report.provider,
        precision=report.precision,
        versions=versions(),
        images=record_of_images(scene.images.all, scene.images.stretches),
        not_visible_m2=0.0 if scene.hidden is None else round(scene.hidden.asked_m2, 1),
        run_id=run_id,
        shift=_shift(scene.images.shift),
        model_card=ModelCard.of(bundle).to_json(),
    )


def _shift(shift: Shift) -> str:
    return json.dumps([round(shift.dx_m, 2), round(shift.dy_m, 2)]) if shift.windows_used else ""
