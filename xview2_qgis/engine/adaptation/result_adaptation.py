"""Adapting a stored result, in place or as a copy; taking it back; or only saying what it would be worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

from ...protocol.codes import ErrorCode
from ..errors import InputError
from ..staging.output_lock import OutputLocks
from .adaptation import Adaptation, adapt
from .cross_validation import Gain
from .result_database import changing, copy_result, reading
from .stored_adaptation import final_counts, undo_adaptation, write_adaptation
from .stored_buildings import read_buildings

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Target:
    """What is changed.

    Attributes:
        result: the result to adapt.
        output: where the adapted one goes; None for the result itself.
        overwrite: whether an output that exists may be replaced.
    """

    result: Path
    output: Path | None = None
    overwrite: bool = False

    def change(self, work: Callable[[Connection], _Answer]) -> _Answer:
        """Let a function change the result or its copy, all or nothing, and return its answer.

        Raises:
            EngineError: as of :func:`.result_database.changing` and :func:`.result_files.staged_results`.
        """
        if self.output is None:
            if not self.result.is_file():
                raise InputError(f"there is no file {self.result}", "give the GeoPackage of a result", "result-open")
            with OutputLocks([self.result]), changing(self.result) as database:
                return work(database)
        with _copied(self.result, self.output, self.overwrite) as part, changing(part) as database:
            return work(database)


@dataclass(frozen=True)
class Rated:
    """What became of a result.

    Attributes:
        adaptation: the classes, and what they are worth.
        counts: buildings by final class.
    """

    adaptation: Adaptation
    counts: dict[str, int]


def preview(result: Path) -> Adaptation:
    """Return what an adaptation would do, without changing anything.

    Raises:
        InputError: the file cannot be used, or holds too few reviews (``few-reviews``).
    """
    with reading(result) as database:
        return adapt(read_buildings(database))


def adapt_result(target: Target) -> Rated:
    """Adapt a result to its reviews.

    Raises:
        InputError: as of :func:`preview`, or the adaptation would not help (``no-gain``).
        EngineError: the file cannot be written.
    """
    # before anything is copied or locked
    adaptation = preview(target.result)
    if not adaptation.gain.helps:
        raise InputError(
            f"adapting would not make this result better: {in_words(adaptation.gain)}",
            "review more buildings, drawn at random or where the model is in doubt", ErrorCode.NO_GAIN,
        )  # fmt: skip

    def write(database: Connection) -> dict[str, int]:
        write_adaptation(database, adaptation)
        return final_counts(database)

    return Rated(adaptation, target.change(write))


def undo_result(target: Target) -> tuple[int, dict[str, int]]:
    """Take an adaptation back; return how many buildings had an adapted class, and the counts by final class.

    Raises:
        EngineError: the file cannot be used or written.
    """

    def undo(database: Connection) -> tuple[int, dict[str, int]]:
        undone = undo_adaptation(database)
        return undone, final_counts(database)

    return target.change(undo)


def in_words(gain: Gain) -> str:
    """Return a gain on one line."""
    before, after = gain.before, gain.after
    return (
        f"on {gain.labels} reviewed buildings the accuracy goes from {before.accuracy:.3f} to {after.accuracy:.3f}, "
        f"the mean F1 of the classes from {before.macro_f1:.3f} to {after.macro_f1:.3f}"
    )


@contextmanager
def _copied(result: Path, output: Path, overwrite: bool) -> Iterator[Path]:
    # they bring GDAL, which half of the time of an adaptation in place would go to
    from ..access.input_files import InputFiles
    from ..staging.destinations import Destination, check_destinations
    from ..staging.result_files import staged_results

    destination = Destination(output, (".gpkg",))
    check_destinations([destination])
    inputs = InputFiles({output: destination.replaced})
    inputs.add([str(result)])
    with staged_results([destination], overwrite=overwrite) as files:
        with files.main.writing() as part:
            copy_result(result, part)
            yield part
        files.commit(inputs)
