"""The results of a run: the GeoPackage while its buildings are found, then what is made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ...protocol.schema import Damage
from ..buildings.building import Building
from ..bundle import Bundle
from ..errors import InputError
from ..geo.geodesy import ellipsoidal_areas
from ..probability.growing_raster import GrowingRaster
from ..probability.store import ProbabilityRaster
from ..run.context import RunContext
from ..scene.pair import Scene
from ..staging.result_files import ResultFiles
from .assessed_area import assessed_area
from .damage_raster.raster import DamageRasterPlan, write_damage_raster
from .geopackage.writer import GeoPackageWriter
from .report.backdrop import small_picture
from .report.map_picture import draw_map
from .report.page import ReportFacts, write_report
from .run_description import run_title
from .run_record import RunRecord
from .summary import Summary


@dataclass(frozen=True)
class ResultsJob:
    """What the writing of results needs.

    Attributes:
        files: what is written.
        scene: the pair of images.
        bundle: the model.
        context: receives the progress, holds the warnings so far, checked between the files.
    """

    files: ResultFiles
    scene: Scene
    bundle: Bundle
    context: RunContext


@dataclass(frozen=True)
class Written:
    """What is known once the buildings are written.

    Attributes:
        summary: their counts.
        assessed_m2: assessed area, square metres.
        record: of the run.
    """

    summary: Summary
    assessed_m2: float
    record: RunRecord


def write_buildings(
    job: ResultsJob, buildings: Iterable[Building], raster: GrowingRaster, record: Callable[[], RunRecord]
) -> Written:
    """Write the GeoPackage, while the raster is being filled.

    Args:
        job: files, scene and model.
        buildings: in the order of their ids.
        raster: where the buildings come from.
        record: called once the last building is known.

    Raises:
        InputError: the images have no valid pixels in common (``no-valid-pixels``).
        RuntimeFailure: the file cannot be written.
    """
    scene = job.scene
    with (
        job.files.geopackage.writing() as path,
        GeoPackageWriter(
            path, scene.pre.crs, multipart=scene.footprints is not None, near_x=scene.pre.georeference.centre_x()
        ) as writer,
    ):
        writer.add(buildings)
        filled = raster.filled()
        job.context.check()
        job.context.progress("write", 0, job.files.count)
        assessed, run = assessed_area(filled, scene.asked), record()
        if assessed.is_empty and writer.summary.buildings == writer.summary.counts[Damage.UNKNOWN]:
            raise InputError(
                "the images have no pixels with data in common" + (" in the area of interest" if scene.area else ""),
                "check their nodata values and masks, and that both show the place",
                "no-valid-pixels",
            )
        assessed_m2 = 0.0 if assessed.is_empty else float(ellipsoidal_areas([assessed], scene.grid.crs)[0])
        return Written(writer.finish(run, assessed, scene.grid.crs), assessed_m2, run)


def write_views(job: ResultsJob, raster: ProbabilityRaster, written: Written) -> None:
    """Write damage raster and report, where they are asked for.

    Args:
        job: files, scene and model.
        raster: the filled probability raster.
        written: what :func:`write_buildings` returned.

    Raises:
        RuntimeFailure: a file cannot be written.
    """
    scene, files, decision = job.scene, job.files, job.bundle.decision
    job.context.progress("write", 1, files.count)
    if files.damage_raster is not None:
        plan = DamageRasterPlan(
            # control points are no grid to write on
            reference=None if scene.pre.gcps else scene.pre,
            near_x=scene.pre.georeference.centre_x(),
            area=scene.area,
            # known buildings have the class of their vote, whatever the rule
            decision=decision if decision.by_pixels and scene.footprints is None else None,
            run_id=written.record.run_id,
        )
        with files.damage_raster.writing() as path:
            write_damage_raster(path, files.geopackage.part, raster, plan, job.context)
        job.context.progress("write", 2, files.count)
    if files.report is not None:
        with files.report.writing() as path:
            _report(job, path, written)
        job.context.progress("write", files.count, files.count)


def _report(job: ResultsJob, path: Path, written: Written) -> None:
    scene = job.scene
    backdrop = small_picture(scene.images, scene.grid)
    shift = scene.images.shift
    moved = (
        f"The post-event image was moved by {shift.dx_m:+.1f} m east and {shift.dy_m:+.1f} m north to fit the "
        "pre-event image."
    )
    facts = ReportFacts(
        title=run_title(written.record),
        summary=written.summary,
        run=written.record,
        assessed_m2=written.assessed_m2,
        picture=None if backdrop is None else draw_map(backdrop, job.files.geopackage.part),
        notes=(moved,) if shift.windows_used else (),
        warnings=job.context.warnings,
        summary_of_model=job.bundle.summary,
        scores=tuple(f"{score.metric} {score.value} on {score.set} ({score.date})" for score in job.bundle.scores),
    )
    write_report(path, facts)
