"""The folder of a batch: its files, and the lock that keeps two batches from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...protocol.schema import MATCHED_FILE, SUMMARY_FILE
from ..access.input_files import InputFiles
from ..errors import InputError, UsageError
from ..staging.destinations import Destination, check_destinations
from ..staging.output_lock import OutputLocks
from .journal import JOURNAL


@dataclass(frozen=True)
class BatchPlace:
    """Where a batch writes.

    Attributes:
        folder: for the results of the scenes, the summary and the journal.
        merged: the merged GeoPackage; None for none.
    """

    folder: Path
    merged: Path | None = None

    @property
    def summary(self) -> Path:
        """The table of the scenes."""
        return self.folder / SUMMARY_FILE

    @property
    def matched(self) -> Path:
        """The list of the scenes that were matched of two folders."""
        return self.folder / MATCHED_FILE

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder, if need be, and hold it as long as the block runs.

        Raises:
            InputError: it cannot be made or written (``output-folder``), or another batch holds it
                (``output-locked``).
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"the folder {self.folder} cannot be made ({error.strerror})", "choose another --output-dir",
                "output-folder",
            ) from error  # fmt: skip
        check_destinations([Destination(self.summary, (".csv",))])
        locks = OutputLocks([self.folder / JOURNAL.lstrip(".")])
        try:
            locks.__enter__()
        except InputError as error:
            if error.code != "output-locked":
                raise
            raise InputError(
                f"another batch is writing into {self.folder}", "wait until it has ended, or choose another folder",
                "output-locked",
            ) from error  # fmt: skip
        try:
            yield
        finally:
            locks.release()

    def check(self, results: Iterable[Path], inputs: Iterable[str], *, known: bool, overwrite: bool) -> None:
        """Check the files that are of no single scene.

        Args:
            results: the GeoPackages of the scenes.
            inputs: whatever the batch reads.
            known: a batch has written into the folder before.
            overwrite: files of others may be replaced.

        Raises:
            UsageError: a file has a wrong name, is an input or that of a scene, or stood there before.
            InputError: the folder of the merged GeoPackage does not serve (``output-folder``).
        """
        own = [Destination(self.summary, (".csv",))]
        if self.merged is not None:
            own.append(Destination(self.merged, (".gpkg",)))
            check_destinations([*own, *(Destination(path, (".gpkg",)) for path in results)])
        InputFiles({output.path: output.replaced for output in own}).add(inputs)
        if self.summary.exists() and not known and not overwrite:
            raise UsageError(
                f"{self.summary} exists, and no batch wrote it", "choose another --output-dir, or add --overwrite",
                "output-exists",
            )  # fmt: skip
