"""The files of a result: staged while the run goes on, put in place together at its end.

A user who cancels while the report is written finds all files of the earlier run, not half of them.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .destinations import Destination, earlier_files
from .durable_file import sync_folder
from .output_lock import OutputLocks
from .staged_file import StagedFile, commit_together


@dataclass(frozen=True)
class ResultFiles:
    """What a run writes.

    Attributes:
        files: one for each destination, in their order.
        locks: of all of them.
    """

    files: tuple[StagedFile, ...]
    locks: OutputLocks

    @property
    def main(self) -> StagedFile:
        """The first file, beside which the working files of the run lie."""
        return self.files[0]

    @property
    def folder(self) -> Path:
        """A private folder for working files, on the disk of the first file."""
        return self.main.folder.path

    def commit(self, inputs: Container[Path] = ()) -> None:
        """Put all of them in place; arguments and errors as of :func:`.staged_file.commit_together`.

        The first one comes last: a process killed between two of them leaves the buildings of the earlier run whole,
        and the run ids show that the others belong to another run. When it ends, well or not, the names are on the
        disk, and what the run has kept until then is needed no more.
        """
        try:
            commit_together([*self.files[1:], self.main], inputs)
        finally:
            for folder in {file.path.parent for file in self.files}:
                with suppress(OSError):  # the results are whole and in place
                    sync_folder(folder)

    def discard(self) -> None:
        """Remove what is not in place, because the process ends at once."""
        for file in self.files:
            file.folder.remove()
        self.locks.release()


@contextmanager
def staged_results(
    destinations: Sequence[Destination], *, overwrite: bool = False, replace_reviewed: bool = False
) -> Iterator[ResultFiles]:
    """Claim the outputs of a run and stage its files; what is not committed inside the block goes with it.

    Args:
        destinations: the files wanted.
        overwrite: whether files that exist may be replaced.
        replace_reviewed: whether these may be results with reviewed buildings.

    Raises:
        InputError: a folder is missing or cannot be written to (``output-folder``), or another run writes the same
            file (``output-locked``); and errors of :func:`.destinations.earlier_files`.
        RuntimeFailure: the disk is full (``working-folder``).
    """
    paths = [destination.path for destination in destinations]
    with ExitStack() as stack:
        locks = stack.enter_context(OutputLocks(paths))
        earlier = earlier_files(paths, overwrite=overwrite, replace_reviewed=replace_reviewed)
        locks.remove_stale_files()
        files = [
            stack.enter_context(StagedFile(destination.path, destination.sidecars, stood))
            for destination, stood in zip(destinations, earlier, strict=True)
        ]
        yield ResultFiles(tuple(files), locks)
