"""The table ``source`` of a package: each image and each vector source with a number, which buildings refer to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from .....protocol.public_name import public_name
from .....protocol.scene_facts import ImageFacts
from .....protocol.schema import SCENE_FIELD
from ....buildings.building import Source as OutlineSource
from ....output.geopackage.layer_file import Columns
from ....stored.run import StoredRun
from .package_name import NOT_APPLICABLE, UNKNOWN, UNKNOWN_CODE

#: Vector sources are numbered from here.
_FIRST_VECTOR = 900


@dataclass(frozen=True)
class SourceRow:
    """A row of the table ``source``; all of its values are texts but the number.

    Attributes:
        name: mission of the image, or vector source.
        date: ``dd/mm/yyyy``.
        time: ``Thh:mm:ssZ``.
        gsd: as ``0.5 m``.
        phase: ``Pre-event``, ``Post-event`` or ``Not applicable``.
    """

    name: str
    date: str
    time: str
    gsd: str
    phase: str


@dataclass(frozen=True)
class SceneSources:
    """The sources of one scene, by their numbers.

    Attributes:
        outlines: of what the model found: the pre-event image, the post-event image where there is none.
        damage: of the classes: the post-event image.
        footprints: of given footprints; the number of what is unknown where the run had none.
        pre: the pre-event image, None where there is none.
    """

    outlines: int
    damage: int
    footprints: int
    pre: int | None


@dataclass
class Sources:
    """All sources of a result, each once.

    Attributes:
        rows: by their numbers.
        scenes: of each scene, by its name; the name of the only scene is empty.
    """

    rows: dict[int, SourceRow] = field(default_factory=dict)
    scenes: dict[str, SceneSources] = field(default_factory=dict)

    @classmethod
    def of(cls, runs: Sequence[StoredRun]) -> Sources:
        """Return the sources of the runs of a result."""
        sources = cls()
        for run in runs or (StoredRun(),):
            pre = sources._image(run, "pre") if run.pair else None
            post = sources._image(run, "post")
            footprints = sources._footprints(run)
            sources.scenes[run.scene] = SceneSources(post if pre is None else pre, post, footprints, pre)
        return sources

    def columns(self) -> Columns:
        """Return the table by its fields."""
        numbers = sorted(self.rows)
        rows = [self.rows[number] for number in numbers]
        return {
            "source_nam": _texts([row.name for row in rows]),
            "src_date": _texts([row.date for row in rows]),
            "source_tm": _texts([row.time for row in rows]),
            "sensor_gsd": _texts([row.gsd for row in rows]),
            "eventphase": _texts([row.phase for row in rows]),
            "src_id": np.array(numbers, np.int32),
        }

    def of_outlines(self, frame: GeoDataFrame) -> NDArray[np.int32]:
        """Return ``or_src_id`` of buildings, (N,)."""
        given = (frame["source"] == OutlineSource.FOOTPRINT.value).tolist()
        scenes = self._scenes_of(frame)
        return np.array(
            [one.footprints if footprint else one.outlines for one, footprint in zip(scenes, given, strict=True)],
            np.int32,
        )

    def of_damage(self, frame: GeoDataFrame) -> NDArray[np.int32]:
        """Return ``dmg_src_id`` of buildings, (N,)."""
        return np.array([one.damage for one in self._scenes_of(frame)], np.int32)

    def of_scene(self, name: object) -> SceneSources:
        """Return the sources of a scene; those of the first one where it is not known."""
        return self.scenes.get(str(name or ""), next(iter(self.scenes.values())))

    def _scenes_of(self, frame: GeoDataFrame) -> list[SceneSources]:
        names = frame[SCENE_FIELD].tolist() if SCENE_FIELD in frame.columns else [""] * len(frame)
        return [self.of_scene(name) for name in names]

    def _image(self, run: StoredRun, role: str) -> int:
        facts = run.facts.pre if role == "pre" else run.facts.post
        date, time = _moment(facts.acquired)
        row = SourceRow(
            facts.sensor or facts.source or UNKNOWN, date, time, _gsd(run, role, facts),
            "Pre-event" if role == "pre" else "Post-event",
        )  # fmt: skip
        return self._number(row, 1)

    def _footprints(self, run: StoredRun) -> int:
        given = run.parameters.get("footprints")
        if not given:
            return UNKNOWN_CODE
        name = f"Building footprints ({public_name(str(given))})"
        return self._number(SourceRow(name, UNKNOWN, NOT_APPLICABLE, NOT_APPLICABLE, "Not applicable"), _FIRST_VECTOR)

    def _number(self, row: SourceRow, first: int) -> int:
        """Return the number of a source, which is new if no scene before had it."""
        for number, known in self.rows.items():
            if known == row:
                return number
        number = first
        while number in self.rows:
            number += 1
        self.rows[number] = row
        return number


def _moment(iso: str) -> tuple[str, str]:
    if not iso:
        return UNKNOWN, UNKNOWN
    read = datetime.fromisoformat(iso)
    return f"{read:%d/%m/%Y}", f"T{read:%H:%M:%S}Z" if "T" in iso else UNKNOWN


def _gsd(run: StoredRun, role: str, facts: ImageFacts) -> str:
    """Return the ground sampling distance: what is said of the sensor, else the size of the pixels."""
    size = facts.gsd_m
    image = run.images.get(role)
    if size is None and isinstance(image, dict):
        sides = image.get("pixel_size_m")
        if isinstance(sides, list) and sides and all(isinstance(side, int | float) for side in sides):
            size = sum(sides) / len(sides)
    return UNKNOWN if size is None else f"{round(size, 2):g} m"


def _texts(values: Sequence[str]) -> NDArray[np.object_]:
    return np.array(values, object)
