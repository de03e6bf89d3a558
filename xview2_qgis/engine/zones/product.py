"""The product of zones: a layer, a table, or both, of a stored result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...protocol.totals.stored_sample import read_sample
from ..access.input_files import InputFiles
from ..language.wording import Wording
from ..run.context import RunContext
from ..staging.destinations import Destination, check_destinations
from ..staging.result_files import staged_results
from ..stored.refusal import explained
from ..stored.result import StoredResult
from .counted_zones import CountedZones
from .counting import ZoneMaker, count_zones
from .writers.geopackage import write_geopackage
from .writers.table import write_csv
from .writers.workbook import write_workbook

LAYER_SUFFIX, TABLE_SUFFIXES = ".gpkg", (".csv", ".xlsx")


@dataclass(frozen=True)
class ZoneFiles:
    """What is to be written.

    Attributes:
        output: a GeoPackage (``.gpkg``), or a table as CSV or workbook (``.csv``, ``.xlsx``).
        table: a table beside it; None for none.
        overwrite: files that exist may be replaced.
    """

    output: Path
    table: Path | None = None
    overwrite: bool = False

    def checked(self, inputs: Iterable[str]) -> list[Destination]:
        """Check names and folders, before anything is computed.

        Args:
            inputs: what is read, as it was given.

        Raises:
            UsageError, InputError: a name or folder does not serve, or a file is an input (``output-is-input``).
        """
        wanted = [Destination(self.output, (LAYER_SUFFIX, *TABLE_SUFFIXES))]
        if self.table is not None:
            wanted.append(Destination(self.table, TABLE_SUFFIXES))
        check_destinations(wanted)
        InputFiles({destination.path: destination.replaced for destination in wanted}).add(inputs)
        return wanted


def write_zones(
    path: Path, make: ZoneMaker, files: ZoneFiles, inputs: Iterable[str], wording: Wording, context: RunContext
) -> CountedZones:
    """Count the buildings of a result by zone, and write the files: all of them, or none.

    Args:
        path: the result, which is not changed.
        make: makes the zones.
        files: what is to be written.
        inputs: what is read, as it was given.
        wording: language of what people read in the files.
        context: receives warnings, and is asked whether to stop.

    Raises:
        EngineError: the result or the zones cannot be used, or a file cannot be written.
    """
    destinations = files.checked(inputs)
    result = StoredResult(path)
    with staged_results(destinations, overwrite=files.overwrite) as staged:
        with explained(path):
            sample = None if result.merged else read_sample(path)
        counted = count_zones(result, sample, make, context)
        for file in staged.files:
            context.check()
            with file.writing() as part:
                _write(part, counted, result, wording)
        staged.commit()
    return counted


def _write(path: Path, counted: CountedZones, result: StoredResult, wording: Wording) -> None:
    ending = path.suffix.lower()
    if ending == LAYER_SUFFIX:
        write_geopackage(path, counted, result.runs, wording)
    elif ending == ".csv":
        write_csv(path, counted, wording.words)
    else:
        write_workbook(path, counted, result.run, wording)
