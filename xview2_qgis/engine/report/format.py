"""The report as an output format of a run: its page is written when the GeoPackage is complete, and made of it."""

from __future__ import annotations

from pathlib import Path

from ..output.building_batch import BuildingBatch
from ..output.writer import Outcome, OutputFormat, OutputJob


class ReportWriter:
    """Writes one report.

    Args:
        path: HTML file to create.
        job: scene, language and warnings of the run.
    """

    def __init__(self, path: Path, job: OutputJob) -> None:
        self._path, self._job = path, job

    def add(self, batch: BuildingBatch) -> None:
        """Take buildings: nothing to do, they are read from the complete GeoPackage."""

    def finish(self, outcome: Outcome) -> None:
        """Write the page.

        Raises:
            InputError: an image cannot be read.
            OSError: writing failed, for example on a full disk.
        """
        # data frames, which no other part of a run needs
        from ..stored.result import StoredResult
        from .content import read_content
        from .map.backdrop import plain_ground, small_picture
        from .page import write_report
        from .zones import zones_of_result

        if outcome.geopackage is None:
            raise RuntimeError("the report is made of the GeoPackage, which comes first")
        scene, wording = self._job.scene, self._job.wording
        result = StoredResult(outcome.geopackage)
        backdrop = small_picture(scene.images, scene.grid) or plain_ground(scene.grid)
        zones = zones_of_result(result, None, None, wording, self._job.context)
        content = read_content(result, backdrop, wording, zones, self._job.context.warnings)
        write_report(self._path, content, wording)


REPORT = OutputFormat("report", (".html", ".htm"), ReportWriter)
