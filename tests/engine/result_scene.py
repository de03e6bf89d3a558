"""Buildings and a run record for tests of the outputs."""

from __future__ import annotations

from pathlib import Path

from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, box

from tests.engine.probability_scene import ORIGIN, UTM
from xview2_qgis.engine.buildings.building import Building, Source
from xview2_qgis.engine.decision.vote import Vote
from xview2_qgis.engine.output.building_batch import batches
from xview2_qgis.engine.output.geopackage.writer import GeoPackageWriter
from xview2_qgis.engine.output.run_record import RunRecord, versions
from xview2_qgis.engine.output.summary import Summary
from xview2_qgis.engine.output.writer import Outcome, Writer
from xview2_qgis.engine.staging.staged_file import StagedFile, commit_together
from xview2_qgis.protocol.schema import Damage

RUN = RunRecord(
    "2026-02-03T04:05:06+00:00", 12.5, "pre.tif", "post.tif", '{"device": "cpu"}', "tiny", "ab" * 32, "CC BY-NC-SA 4.0",
    "cpu", "CPUExecutionProvider", "fp32", versions(),
)  # fmt: skip


def square(east: float, south: float, side: float = 10.0, damage: Damage = Damage.MINOR) -> Building:
    """A square building, metres from the origin of the scenes."""
    x, y = ORIGIN[0] + east, ORIGIN[1] - south
    shares = [0.1] * 4
    if damage is Damage.UNKNOWN:
        vote = Vote(damage, None, None, 0.0)
    else:
        shares[damage - 1] = 0.7
        vote = Vote(damage, (shares[0], shares[1], shares[2], shares[3]), 0.7, 1.0)
    return Building(box(x, y - side, x + side, y), UTM, vote, Source.MODEL)


def one_of_each() -> list[Building]:
    """Five buildings side by side, one of each class, unknown first."""
    return [square(5 + 20 * int(damage), 5, damage=damage) for damage in Damage]


def given_to(writer: Writer, buildings: list[Building], crs: CRS = UTM) -> Summary:
    """Give buildings to a writer, as a run does."""
    summary = Summary()
    for batch in batches(buildings, crs):
        writer.add(batch)
        for building, area in zip(batch.buildings, batch.areas_m2.tolist(), strict=True):
            summary.add(building, area)
    return summary


def outcome_of(summary: Summary, area: MultiPolygon | None = None) -> Outcome:
    """The outcome of a run with these counts."""
    return Outcome(summary, RUN, MultiPolygon() if area is None else area, UTM, 0.0)


def write_result(
    path: Path, buildings: list[Building], crs: CRS = UTM, *, multipart: bool = False, area: MultiPolygon | None = None
) -> Summary:
    """Write a GeoPackage with these buildings."""
    with StagedFile(path) as staged:
        with staged.writing() as part:
            writer = GeoPackageWriter(part, crs, multipart=multipart)
            summary = given_to(writer, buildings, crs)
            writer.finish(outcome_of(summary, area))
        commit_together([staged])
    return summary
