"""The files of a result: staged while the run goes on, put in place together at its end.

A user who cancels while the report is written finds all files of the earlier run, not half of them.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...protocol.options.assessment import AssessmentParameters
from .destinations import RASTER_SIDECARS, earlier_files
from .output_lock import OutputLocks
from .staged_file import StagedFile, commit_together
from .stale_files import remove_leftovers


@dataclass(frozen=True)
class ResultFiles:
    """What a run writes.

    Attributes:
        geopackage: the buildings.
        damage_raster: None where nobody asked for it.
        report: None where nobody asked for it.
        locks: of all of them.
    """

    geopackage: StagedFile
    damage_raster: StagedFile | None
    report: StagedFile | None
    locks: OutputLocks

    @property
    def folder(self) -> Path:
        """A private folder for working files, on the disk of the GeoPackage."""
        return self.geopackage.folder.path

    @property
    def count(self) -> int:
        """How many files are written."""
        return 1 + (self.damage_raster is not None) + (self.report is not None)

    def commit(self, inputs: Container[Path] = ()) -> None:
        """Put all of them in place; arguments and errors as of :func:`.staged_file.commit_together`.

        The GeoPackage comes last: a process killed between two of them leaves the buildings of the earlier run whole,
        and the run ids tell that raster and report are of another.
        """
        files = (self.damage_raster, self.report, self.geopackage)
        commit_together([file for file in files if file is not None], inputs)

    def discard(self) -> None:
        """Remove what is not in place, because the process ends at once."""
        for file in (self.geopackage, self.damage_raster, self.report):
            if file is not None:
                file.folder.remove()
        self.locks.release()


@contextmanager
def staged_results(parameters: AssessmentParameters) -> Iterator[ResultFiles]:
    """Claim the outputs of a run and stage its files; what is not committed inside the block goes with it.

    Raises:
        InputError: a folder is missing or cannot be written to (``output-folder``), or another run writes the same
            file (``output-locked``); and errors of :func:`.destinations.earlier_files`.
        RuntimeFailure: the disk is full (``working-folder``).
    """
    with ExitStack() as stack:
        locks = stack.enter_context(OutputLocks(parameters.outputs))
        stood = {file.path: file for file in earlier_files(parameters)}
        remove_leftovers(parameters.outputs, locked=locks.held)

        def staged(path: Path, sidecars: tuple[str, ...] = ()) -> StagedFile:
            return stack.enter_context(StagedFile(path, sidecars, stood[path]))

        raster, report = parameters.damage_raster, parameters.report
        yield ResultFiles(
            staged(parameters.output),
            None if raster is None else staged(raster, RASTER_SIDECARS),
            None if report is None else staged(report),
            locks,
        )
