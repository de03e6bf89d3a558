"""The files of a result: staged while the run goes on, put in place together at its end.

A user who cancels while the report is written finds all files of the earlier run, not half of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from .parameters import AssessmentParameters
from .staged_file import StagedFile, commit_together


@dataclass(frozen=True)
class ResultFiles:
    """What a run writes.

    Attributes:
        geopackage: the buildings.
        damage_raster: None where nobody asked for it.
        report: None where nobody asked for it.
    """

    geopackage: StagedFile
    damage_raster: StagedFile | None
    report: StagedFile | None

    def commit(self) -> None:
        """Put all of them in place; errors as of :func:`.staged_file.commit_together`."""
        commit_together([file for file in (self.geopackage, self.damage_raster, self.report) if file is not None])


@contextmanager
def staged_results(parameters: AssessmentParameters) -> Iterator[ResultFiles]:
    """Stage the files of a run; what is not committed inside the block goes with it.

    Raises:
        InputError: a folder is missing or cannot be written to (``output-folder``).
    """
    with ExitStack() as stack:
        yield ResultFiles(
            stack.enter_context(StagedFile(parameters.output)),
            None
            if parameters.damage_raster is None
            else stack.enter_context(StagedFile(parameters.damage_raster, sidecars=(".aux.xml", ".ovr", ".msk"))),
            None if parameters.report is None else stack.enter_context(StagedFile(parameters.report)),
        )
