"""The results of a run: all its files, written side by side from the same buildings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ...protocol.schema import Damage
from ..buildings.building import Building
from ..errors import InputError
from ..geo.geodesy import ellipsoidal_areas
from ..staging.result_files import ResultFiles
from ..staging.staged_file import StagedFile
from .assessed_area import assessed_area
from .building_batch import batches
from .plausibility import doubts
from .run_record import RunRecord
from .summary import Summary
from .writer import Outcome, OutputFormat, OutputJob, Writer


class Results:
    """Gives the buildings of a run to the writers of its files.

    Args:
        formats: what is written.
        files: where each of them is written, in the same order.
        job: scene, model and raster.
    """

    def __init__(self, formats: Sequence[OutputFormat], files: ResultFiles, job: OutputJob) -> None:
        self._formats, self._files, self._job = formats, files, job
        self._open: list[tuple[StagedFile, Writer]] = []
        self._summary = Summary()

    def add(self, buildings: Iterable[Building]) -> None:
        """Open the files and write all buildings; meant for a thread beside the inference.

        Args:
            buildings: in the order of their ids.

        Raises:
            RuntimeFailure: a file cannot be written (``output-write``), or a working folder was moved
                (``working-folder``).
        """
        job = self._job
        with self._files.main.guard():  # the buildings come by way of working files beside it
            for form, file in zip(self._formats, self._files.files, strict=True):
                with file.guard() as path:
                    self._open.append((file, form.open(path, job)))
            for batch in batches(buildings, job.crs, job.near_x):
                for file, writer in self._open:
                    with file.guard():
                        writer.add(batch)
                for building, area in zip(batch.buildings, batch.areas_m2.tolist(), strict=True):
                    self._summary.add(building, area)

    def finish(self, record: Callable[[], RunRecord]) -> Summary:
        """Complete the files, once the raster is filled and all buildings are written; warn of a doubtful result.

        Args:
            record: returns the record of the run, which takes its time up to here.

        Raises:
            InputError: the images have no valid pixels in common (``no-valid-pixels``).
            RuntimeFailure: as of :meth:`add`.
            Cancelled: the run is to stop.
        """
        context, steps = self._job.context, len(self._open)
        context.check()
        context.progress("write", 0, steps)
        with self._files.main.guard():
            outcome = self._outcome(record)
        for doubt in doubts(
            outcome.summary, outcome.assessed_m2, outcome.run.not_visible_m2, pair=outcome.run.pre is not None
        ):
            context.warning(doubt.code, doubt.message)
        outcome = replace(outcome, run=replace(outcome.run, warnings=json.dumps(context.warnings, ensure_ascii=False)))
        for step, (file, writer) in enumerate(self._open, 1):
            with file.writing():
                writer.finish(outcome)
            outcome = replace(outcome, geopackage=self._files.main.part)
            context.progress("write", step, steps)
        return outcome.summary

    def _outcome(self, record: Callable[[], RunRecord]) -> Outcome:
        scene, summary = self._job.scene, self._summary
        assessed, run = assessed_area(self._job.raster, scene.asked), record()
        if assessed.is_empty and summary.buildings == summary.counts[Damage.UNKNOWN]:
            raise InputError(
                "the images have no pixels with data in common" + (" in the area of interest" if scene.area else ""),
                "check their nodata values and masks, and that both show the place",
                "no-valid-pixels",
            )
        assessed_m2 = 0.0 if assessed.is_empty else float(ellipsoidal_areas([assessed], scene.grid.crs)[0])
        not_visible = None if scene.hidden is None else scene.hidden.asked
        return Outcome(summary, run, assessed, scene.grid.crs, assessed_m2, not_visible)
