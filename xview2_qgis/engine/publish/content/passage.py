"""One way through the buildings of a result, batch by batch: progress, cancellation, and sums of what passed."""

from __future__ import annotations

from collections.abc import Iterator

from geopandas import GeoDataFrame

from ...stored.result import StoredResult
from ..product_format import PublishContext
from .building_row import BuildingRow, building_rows
from .class_tally import ClassTally

_BATCH = 5_000


class Passage:
    """The buildings of a result, as many times as a product needs them.

    Args:
        result: where they come from.
        context: where progress goes, and what stops the work.
        times: how often the product goes through them.

    Attributes:
        total: number of the buildings.
        tally: of the buildings of the last time.
    """

    def __init__(self, result: StoredResult, context: PublishContext, times: int = 1) -> None:
        self._result, self._context = result, context
        self.total = result.totals().buildings.plain
        self._expected = self.total * times
        self._done = 0
        self.tally = ClassTally()

    def batches(self) -> Iterator[tuple[GeoDataFrame, list[BuildingRow]]]:
        """Yield the buildings as frames in the CRS of the result, and as rows, without outlines that hold none.

        Raises:
            Cancelled: the work is to stop.
        """
        self.tally = ClassTally()
        self._context.check()
        for frame in self._result.buildings(_BATCH):
            rows = list(self.tally.counting(building_rows(frame)))
            yield frame, rows
            self._done += len(rows)
            self._context.progress(self._done, max(self._expected, self._done))

    def rows(self) -> Iterator[BuildingRow]:
        """Yield the buildings one by one; as above."""
        for _, rows in self.batches():
            yield from rows
