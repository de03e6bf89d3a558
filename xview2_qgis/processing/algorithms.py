"""The algorithms of the provider."""

from __future__ import annotations

from .accuracy.adapt import AdaptAlgorithm
from .accuracy.sample import SampleAlgorithm
from .accuracy.score import ScoreAlgorithm
from .accuracy.totals import TotalsAlgorithm
from .algorithm import XView2Algorithm
from .assess.algorithm import AssessAlgorithm
from .batch.algorithm import BatchAlgorithm
from .map.algorithm import MapAlgorithm
from .publish.algorithm import PublishAlgorithm
from .report.algorithm import ReportAlgorithm
from .retraining.export_reviewed import ExportReviewedAlgorithm
from .zones.algorithm import ZonesAlgorithm

#: In the order of the toolbox.
ALGORITHMS: tuple[type[XView2Algorithm], ...] = (
    AssessAlgorithm,
    BatchAlgorithm,
    AdaptAlgorithm,
    SampleAlgorithm,
    TotalsAlgorithm,
    ScoreAlgorithm,
    ZonesAlgorithm,
    MapAlgorithm,
    ReportAlgorithm,
    PublishAlgorithm,
    ExportReviewedAlgorithm,
)
