"""The report as an output format: its page is written when everything is known that it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from shapely.geometry.base import BaseGeometry

from ....protocol.schema import Damage
from ...bundle.manifest import Score
from ...scene.pair_images import Shift
from ..building_batch import BuildingBatch
from ..outline_spool import OutlineSpool
from ..run_description import run_title
from ..writer import Outcome, OutputFormat, OutputJob
from .backdrop import small_picture
from .map_picture import draw_map
from .page import ReportFacts, write_report


class ReportWriter:
    """Writes one report.

    Args:
        path: HTML file to create. Working files go into the same folder.
        job: scene, model and warnings of the run.
    """

    def __init__(self, path: Path, job: OutputJob) -> None:
        self._path, self._job = path, job
        self._spool = OutlineSpool(path.with_name("outlines"))

    def add(self, batch: BuildingBatch) -> None:
        """Keep the buildings of every class for the map.

        Raises:
            OSError: the disk failed or is full.
        """
        damages = np.array([int(building.vote.damage) for building in batch.buildings], np.uint8)
        for damage in np.unique(damages).tolist():
            indices = np.flatnonzero(damages == damage).tolist()
            self._spool.append(damage, [batch.outlines[index] for index in indices], damages[indices])

    def finish(self, outcome: Outcome) -> None:
        """Write the page.

        Raises:
            InputError: an image cannot be read.
            OSError: writing failed, for example on a full disk.
        """
        scene, bundle = self._job.scene, self._job.bundle
        backdrop = small_picture(scene.images, scene.grid)
        facts = ReportFacts(
            title=run_title(outcome.run),
            summary=outcome.summary,
            run=outcome.run,
            assessed_m2=outcome.assessed_m2,
            picture=None if backdrop is None else draw_map(backdrop, self._by_class(), self._job.crs),
            notes=_notes(scene.images.shift),
            warnings=self._job.context.warnings,
            summary_of_model=bundle.summary,
            scores=tuple(_score(score) for score in bundle.scores),
        )
        write_report(self._path, facts)

    def _by_class(self) -> Iterator[tuple[Damage, Sequence[BaseGeometry]]]:
        """Yield all buildings; the worst damage comes last and lies on top."""
        for damage in Damage:
            for outlines, _ in self._spool.read(int(damage)):
                yield damage, outlines


def _score(score: Score) -> str:
    alone = ", post-event images only" if score.images == "post" else ""
    return f"{score.metric} {score.value} on {score.set}{alone} ({score.date})"


def _notes(shift: Shift) -> tuple[str, ...]:
    if not shift.windows_used:
        return ()
    return (
        f"The post-event image was moved by {shift.dx_m:+.1f} m east and {shift.dy_m:+.1f} m north to fit the "
        "pre-event image.",
    )


REPORT = OutputFormat("report", (".html", ".htm"), ReportWriter)
