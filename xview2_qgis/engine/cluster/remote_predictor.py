"""The predictor of a run whose tiles come predicted from a cluster."""

from __future__ import annotations

from ..decision.tile_prediction import TilePrediction
from ..inference.devices import RuntimeReport
from ..scene.pair_tile import PairTile
from ..scene.tiling import EdgeTiles
from .worker.sent_tile import PredictedTile


class RemotePredictor:
    """Takes from each tile the prediction that it came with.

    Args:
        report: what computes on the workers.
        edges: what tiles at the border of a scene may be.
    """

    def __init__(self, report: RuntimeReport, edges: EdgeTiles) -> None:
        self.report, self.edges = report, edges

    @property
    def batch_size(self) -> int:
        """One: nothing is gained by waiting for more."""
        return 1

    @property
    def workers(self) -> int:
        """One: there is nothing to compute."""
        return 1

    def predict(self, tiles: list[PairTile]) -> list[TilePrediction]:
        """Return the predictions of tiles of :class:`.remote_tiles.RemoteTiles`."""
        return [tile.prediction for tile in tiles if isinstance(tile, PredictedTile)]
