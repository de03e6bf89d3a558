"""GeoParquet, written as a stream: memory does not grow with the number of buildings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from arro3.core import RecordBatch, RecordBatchReader
from arro3.io import write_parquet

from ..content.building_row import BuildingRow
from .columns import ArrowRows
from .extent import Extent
from .metadata import geo_metadata

#: Rows of a row group, which is the part that readers fetch.
ROW_GROUP = 20_000
_BATCH = 5_000


def write_geoparquet(
    path: Path, rows: Iterable[BuildingRow], extent: Extent, notes: Mapping[str, str], *, merged: bool
) -> None:
    """Write the file.

    Args:
        path: the file.
        rows: the buildings.
        extent: of all of them, because it stands in the file before they do.
        notes: what is to be known of the buildings, by its title.
        merged: whether they are of several scenes.

    Raises:
        OSError: it cannot be written. What ``rows`` raises is raised.
    """
    kinds = ArrowRows(merged=merged)
    batches = _Batches(rows, kinds)
    try:
        write_parquet(
            RecordBatchReader.from_batches(kinds.schema, iter(batches)), str(path),
            compression="zstd(3)", max_row_group_size=ROW_GROUP,
            key_value_metadata={"geo": geo_metadata(extent, notes)},
        )  # fmt: skip
    except Exception as error:
        if batches.error is not None:
            raise batches.error from None
        if isinstance(error, OSError):
            raise
        raise OSError(str(error)) from error


class _Batches:
    """Buildings as Arrow batches; keeps the error that ended them, which the library does not hand on."""

    def __init__(self, rows: Iterable[BuildingRow], kinds: ArrowRows) -> None:
        self._rows, self._kinds = rows, kinds
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[RecordBatch]:
        rows = iter(self._rows)
        try:
            while some := list(islice(rows, _BATCH)):
                yield self._kinds.batch(some)
        except BaseException as error:
            self.error = error
            raise
