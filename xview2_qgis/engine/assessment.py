"""The assessment: connects the stages, from two rasters to the files a user opens.

rasters → alignment → tiling and inference → probability raster → objects → GeoPackage, damage raster, report. Whatever
can be refused is refused before the first tile: destinations, model, rasters, area. Buildings are found and written
while the inference goes on: after the last tile, only what it was part of is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

import rasterio

from ..protocol.redaction import Redaction
from ..protocol.schema import ASSESSED_AREA_LAYER, DAMAGE_LAYER, Damage
from .access.input_files import InputFiles
from .access.network_access import shut_network
from .buildings.building import Building
from .bundle import Bundle, open_bundle
from .bundle.registry import find_model
from .errors import InputError
from .geo.geodesy import ellipsoidal_areas
from .geopackage.writer import GeoPackageWriter
from .inference.devices import RuntimeOptions
from .inference.pipeline import run_inference
from .inference.predictor import Predictor, open_predictor
from .output.assessed_area import assessed_area
from .output.backdrop import small_picture
from .output.damage_raster import DamageRasterPlan, write_damage_raster
from .output.map_picture import draw_map
from .output.plausibility import doubts
from .output.report import ReportFacts, write_report
from .output.run_description import run_title
from .output.run_record import RunRecord, versions
from .output.summary import Summary
from .parameters import AssessmentParameters
from .probability.growing_raster import GrowingRaster
from .probability.store import ProbabilityRaster, ProbabilitySource
from .raster.file import GDAL_OPTIONS
from .raster.notices import record_of_images
from .run.cancellation import Cancellation
from .run.discreet_events import DiscreetEvents
from .run.events import EventSink, HeldProgress
from .run.noted_warnings import NotedWarnings
from .scene.alignment import AlignedPair
from .scene.different_images import check_different
from .scene.gating import AskedPredictor
from .scene.pair import PREPARE_STEPS, Scene, open_scene
from .scene.tiling import Tiling, lay_tiles
from .stages.background_stage import Follower
from .staging.destinations import at_real_places, check_destinations, keep_inputs
from .staging.result_files import ResultFiles, staged_results

_CACHE_BYTES = 64 * 2**20  # for GDAL while writing; its default is a share of the machine's memory


@dataclass(frozen=True)
class _Job:
    """What all parts of a run need.

    Attributes:
        parameters: what was asked for.
        files: what is written.
        bundle: the model.
        events: told about everything.
        warnings: what was warned of so far.
        cancellation: looked at often.
    """

    parameters: AssessmentParameters
    files: ResultFiles
    bundle: Bundle
    events: EventSink
    warnings: NotedWarnings
    cancellation: Cancellation


@dataclass(frozen=True)
class _Written:
    """What is known once the buildings are written.

    Attributes:
        summary: their counts.
        assessed_m2: area looked at, square metres.
        record: of the run.
    """

    summary: Summary
    assessed_m2: float
    record: RunRecord


def assess(parameters: AssessmentParameters, events: EventSink, cancellation: Cancellation) -> Summary:
    """Run a whole assessment and return its counts.

    Args:
        parameters: what to assess and where the results go.
        events: told about everything.
        cancellation: looked at between two tiles or windows.

    Raises:
        EngineError: what went wrong and what to do; no output is half-written, earlier ones are untouched.
    """
    begun, started_at = time.perf_counter(), datetime.now(timezone.utc).astimezone()
    noted = NotedWarnings(events)
    events = DiscreetEvents(noted, Redaction.of(parameters.sources))
    given, parameters = parameters, at_real_places(parameters)
    shut_network((given.pre, given.post, given.aoi, given.footprints))
    check_different(parameters)
    check_destinations(parameters)
    inputs = InputFiles()
    inputs.add(source for source in (parameters.pre, parameters.post, parameters.aoi, parameters.footprints) if source)
    keep_inputs(parameters, inputs)
    with (
        staged_results(parameters) as files,
        cancellation.ending_with(files.discard),
        rasterio.Env(GDAL_CACHEMAX=_CACHE_BYTES, **GDAL_OPTIONS),
    ):
        events.started(
            pre=parameters.pre, post=parameters.post, output=str(given.output), model=parameters.model,
            device=parameters.device,
        )  # fmt: skip
        events.progress("prepare", 0, PREPARE_STEPS)
        bundle = open_bundle(find_model(parameters.model))
        # on record is what was done
        parameters = replace(parameters, tta=parameters.tta or bundle.tta)
        events.progress("prepare", 1, PREPARE_STEPS)
        scene = open_scene(parameters, inputs, bundle, files.folder, events, cancellation)
        plan = lay_tiles(scene.grid.width, scene.grid.height, bundle.tile_size, bundle.overlap, parameters.tile_offset)
        # words of the user, checked where they are read
        options = RuntimeOptions(
            parameters.device, parameters.precision, None, parameters.batch_size, len(plan)  # type: ignore[arg-type]
        )  # fmt: skip
        predictor = open_predictor(bundle, options, events, tta=parameters.tta)  # type: ignore[arg-type]
        events.progress("prepare", PREPARE_STEPS, PREPARE_STEPS)
        job = _Job(parameters, files, bundle, events, noted, cancellation)
        with ProbabilityRaster(files.folder / "probabilities.tif", scene.grid) as raster:
            growing, held = GrowingRaster(raster, cancellation.check), HeldProgress(events)
            follower = Follower(
                growing,
                lambda: _write_buildings(
                    replace(job, events=held), scene.for_another_thread(), growing,
                    lambda: _record(parameters, scene, bundle, predictor, started_at, begun),
                ),
            )  # fmt: skip
            with follower:
                tiles = _infer(plan, scene, predictor, growing, events, cancellation)
                held.release()
            summary = follower.result.summary
            for doubt in doubts(summary, follower.result.assessed_m2):
                events.warning(doubt.code, doubt.message)
            _write_views(job, scene, raster, follower.result)
            files.commit(inputs)
    seconds = time.perf_counter() - begun
    report = predictor.report
    events.result(
        output=str(given.output), layers=[DAMAGE_LAYER, ASSESSED_AREA_LAYER], buildings=summary.buildings,
        counts=summary.named_counts, device=report.device, provider=report.provider, precision=report.precision,
        seconds=round(seconds, 2), pairs_per_second=round(tiles / max(seconds, 1e-9), 4),
        pre_bands=str(scene.pre.choice), post_bands=str(scene.post.choice),
    )  # fmt: skip
    return summary


def _infer(
    plan: Tiling,
    scene: Scene,
    predictor: Predictor,
    raster: GrowingRaster,
    events: EventSink,
    cancellation: Cancellation,
) -> int:
    pair = AlignedPair(
        scene.pre, scene.post, scene.grid, area=scene.asked, shift=scene.shift, stretches=scene.stretches
    )
    asked = AskedPredictor(predictor, scene.grid, scene.cells, scene.asked)
    with pair:
        return run_inference(pair, plan, asked, raster, events, cancellation)


def _write_buildings(job: _Job, scene: Scene, raster: GrowingRaster, record: Callable[[], RunRecord]) -> _Written:
    """Find the buildings and write the GeoPackage, while the raster is being filled."""
    with (
        job.files.geopackage.writing() as path,
        GeoPackageWriter(
            path, scene.pre.crs, multipart=scene.footprints is not None, near_x=scene.pre.georeference.centre_x()
        ) as writer,
    ):
        writer.add(_buildings(job, scene, raster))
        filled = raster.filled()
        job.cancellation.check()
        job.events.progress("write", 0, len(job.parameters.outputs))
        assessed, run = assessed_area(filled, scene.asked), record()
        if assessed.is_empty and writer.summary.buildings == writer.summary.counts[Damage.UNKNOWN]:
            raise InputError(
                "the images have no pixels with data in common" + (" in the area of interest" if scene.area else ""),
                "check their nodata values and masks, and that both show the place",
                "no-valid-pixels",
            )
        assessed_m2 = 0.0 if assessed.is_empty else float(ellipsoidal_areas([assessed], scene.grid.crs)[0])
        return _Written(writer.finish(run, assessed, scene.grid.crs), assessed_m2, run)


def _write_views(job: _Job, scene: Scene, raster: ProbabilityRaster, written: _Written) -> None:
    """Write what is made from the finished GeoPackage: damage raster and report."""
    files, decision = job.files, job.bundle.decision
    steps = 1 + (files.damage_raster is not None) + (files.report is not None)
    job.events.progress("write", 1, steps)
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
            write_damage_raster(path, files.geopackage.part, raster, plan, job.cancellation)
        job.events.progress("write", 2, steps)
    if files.report is not None:
        with files.report.writing() as path:
            _report(job, path, scene, written)
        job.events.progress("write", steps, steps)


def _report(job: _Job, path: Path, scene: Scene, written: _Written) -> None:
    backdrop = small_picture(scene.pre, scene.post, scene.grid, scene.stretches, scene.shift)
    shift = scene.shift
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
        warnings=job.warnings.messages,
        summary_of_model=job.bundle.summary,
        scores=tuple(f"{score.metric} {score.value} on {score.set} ({score.date})" for score in job.bundle.scores),
    )
    write_report(path, facts)


def _buildings(job: _Job, scene: Scene, raster: ProbabilitySource) -> Iterator[Building]:
    """Give the footprints first, then what the model found beside them."""
    from .buildings.extraction import find_buildings  # takes a while, in which the networks already run

    decision, events, cancellation = job.bundle.decision, job.events, job.cancellation
    found = find_buildings(raster, decision, events=events, cancellation=cancellation, area=scene.asked)
    if scene.footprints is None:
        yield from found
        return
    from .buildings.footprint_damage import CoveredArea, assess_footprints, without_covered

    with CoveredArea(job.files.folder / "footprints.tif", scene.grid) as covered:
        yield from assess_footprints(
            scene.footprints, raster, decision, covered, events=events, cancellation=cancellation, area=scene.asked
        )
        yield from without_covered(found, covered, scene.footprints)


def _record(
    parameters: AssessmentParameters,
    scene: Scene,
    bundle: Bundle,
    predictor: Predictor,
    started_at: datetime,
    begun: float,
) -> RunRecord:
    report, recorded = predictor.report, parameters.recorded()
    return RunRecord(
        started_at=started_at.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - begun, 2),
        pre=recorded.pre,
        post=recorded.post,
        parameters=parameters.as_json(),
        model_id=bundle.id,
        model_checksum=bundle.checksum,
        model_licence=bundle.licence,
        device=report.device,
        provider=report.provider,
        precision=report.precision,
        versions=versions(),
        images=record_of_images(scene.pre, scene.post, scene.stretches),
    )
