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

from .alignment import AlignedPair, Shift
from .area_of_interest import AreaOfInterest, read_area
from .asked_tiles import AskedPredictor
from .assessed_area import assessed_area
from .backdrop import small_picture
from .building import Building
from .bundle import Bundle, open_bundle
from .cancellation import Cancellation
from .catalogue import find_model
from .classes import Damage
from .damage_raster import write_damage_raster
from .demand import Demand, check_room
from .destinations import at_real_places, check_destinations, keep_inputs
from .discreet_events import DiscreetEvents
from .errors import InputError
from .events import EventSink, HeldProgress
from .follower import Follower
from .footprint_cells import FootprintCells
from .footprint_layer import open_footprints
from .footprint_store import FootprintStore
from .footprints import CoveredArea, assess_footprints, without_covered
from .geodesy import ellipsoidal_areas
from .geopackage import GeoPackageWriter
from .grid import Grid, plan_grid
from .growing_raster import GrowingRaster
from .inference import Predictor, open_predictor
from .input_files import InputFiles
from .layer_names import ASSESSED_AREA_LAYER, DAMAGE_LAYER
from .map_picture import draw_map
from .network_access import shut_network
from .nodata_rule import NodataRule
from .noted_warnings import NotedWarnings
from .overlap import find_overlap
from .pair_order import order_doubt
from .parameters import AssessmentParameters
from .pipeline import run_inference
from .plausibility import doubts
from .probability_raster import ProbabilityRaster, ProbabilitySource
from .raster_file import GDAL_OPTIONS
from .raster_notices import pair_notices, record_of_images
from .raster_source import RasterSource
from .rasters import open_source
from .redaction import Redaction
from .registration import estimate_shift, worth_correcting
from .report import ReportFacts, write_report
from .result_files import ResultFiles, staged_results
from .run_description import run_title
from .run_record import RunRecord, versions
from .runtime import RuntimeOptions
from .stretch import Stretch, estimate_stretch
from .summary import Summary
from .tiling import TilePlan, plan_tiles

_CACHE_BYTES = 64 * 2**20  # for GDAL while writing; its default is a share of the machine's memory
_STEPS = 5  # of the stage "prepare": model, rasters, brightness, shift, device


@dataclass(frozen=True)
class Scene:
    """Everything known about the images before the first tile.

    Attributes:
        pre: image before the event.
        post: image after it.
        area: area of interest.
        asked: where buildings are asked for, None for all of pre.
        footprints: known buildings.
        cells: where they lie.
        grid: working grid.
        stretches: of pre and post.
        shift: correction of the position of post.
    """

    pre: RasterSource
    post: RasterSource
    area: AreaOfInterest | None
    asked: AreaOfInterest | None
    footprints: FootprintStore | None
    cells: FootprintCells | None
    grid: Grid
    stretches: tuple[Stretch, Stretch]
    shift: Shift

    def for_another_thread(self) -> Scene:
        """Return the same with an area of its own: GEOS prepares geometries for one thread at a time."""
        return replace(self, asked=None if self.asked is None else self.asked.copy())


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
        events.progress("prepare", 0, _STEPS)
        bundle = open_bundle(find_model(parameters.model))
        # on record is what was done
        parameters = replace(parameters, tta=parameters.tta or bundle.tta)
        events.progress("prepare", 1, _STEPS)
        scene = _prepare(parameters, inputs, bundle, files.folder, events, cancellation)
        plan = plan_tiles(scene.grid.width, scene.grid.height, bundle.tile_size, bundle.overlap, parameters.tile_offset)
        options = RuntimeOptions(
            parameters.device, parameters.precision, None, parameters.batch_size, len(plan)  # type: ignore[arg-type]
        )  # fmt: skip
        predictor = open_predictor(bundle, options, events, tta=parameters.tta)  # type: ignore[arg-type]
        events.progress("prepare", _STEPS, _STEPS)
        with ProbabilityRaster(files.folder / "probabilities.tif", scene.grid) as raster:
            growing, held = GrowingRaster(raster, cancellation.check), HeldProgress(events)
            follower = Follower(
                growing,
                lambda: _write_buildings(
                    parameters, files, scene.for_another_thread(), bundle, growing, held, cancellation,
                    lambda: _record(parameters, scene, bundle, predictor, started_at, begun),
                ),
            )  # fmt: skip
            with follower:
                tiles = _infer(plan, scene, predictor, growing, events, cancellation)
                held.release()
            summary = follower.result.summary
            for doubt in doubts(summary, follower.result.assessed_m2):
                events.warning(doubt.code, doubt.message)
            _write_views(files, scene, bundle, raster, follower.result, noted, cancellation)
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


def _prepare(
    parameters: AssessmentParameters,
    inputs: InputFiles,
    bundle: Bundle,
    folder: Path,
    events: EventSink,
    cancellation: Cancellation,
) -> Scene:
    """Open the inputs and find out how they lie to each other."""
    pre = open_source(
        parameters.pre, parameters.pre_bands, parameters.pre_crs, parameters.pre_shown_bands,
        None if parameters.pre_nodata is None else NodataRule.parse(parameters.pre_nodata),
    )  # fmt: skip
    post = open_source(
        parameters.post, parameters.post_bands, parameters.post_crs, parameters.post_shown_bands,
        None if parameters.post_nodata is None else NodataRule.parse(parameters.post_nodata),
    )  # fmt: skip
    inputs.add((*pre.files, *post.files))
    keep_inputs(parameters, inputs)
    for notice in pair_notices(pre, post, bundle.gsd_m):
        events.warning(notice.code, notice.message)
    order = order_doubt(pre, post)
    if order is not None:
        events.warning(order.code, order.message)
    area = read_area(parameters.aoi, events).near(pre.georeference) if parameters.aoi else None
    layer = open_footprints(parameters.footprints, events) if parameters.footprints else None
    overlap = find_overlap(pre.georeference, post.georeference, area)
    grid = plan_grid(pre, post, overlap, bundle.gsd_m)
    # with an area of interest, only the pixels around it are drawn
    drawn = pre.width * pre.height if parameters.damage_raster and not pre.gcps and area is None else 0
    check_room(Demand.of(grid, overlap, bundle.overlap, drawn), folder)
    footprints, cells = (
        (None, None) if layer is None else layer.collect(grid, folder / "footprints.sqlite", events, cancellation)
    )
    events.progress("prepare", 2, _STEPS)
    cancellation.check()
    stretches = estimate_stretch(pre), estimate_stretch(post)
    events.progress("prepare", 3, _STEPS)
    shift = Shift()
    if parameters.register:
        measured = estimate_shift(pre, post, grid, area=overlap.asked, stretches=stretches, cancellation=cancellation)
        shift = measured if worth_correcting(measured) else shift
    events.progress("prepare", 4, _STEPS)
    return Scene(pre, post, area, overlap.asked, footprints, cells, grid, stretches, shift)


def _infer(
    plan: TilePlan,
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


def _write_buildings(
    parameters: AssessmentParameters,
    files: ResultFiles,
    scene: Scene,
    bundle: Bundle,
    raster: GrowingRaster,
    events: EventSink,
    cancellation: Cancellation,
    record: Callable[[], RunRecord],
) -> _Written:
    """Find the buildings and write the GeoPackage, while the raster is being filled."""
    with (
        files.geopackage.writing() as path,
        GeoPackageWriter(
            path, scene.pre.crs, multipart=scene.footprints is not None, near_x=scene.pre.georeference.centre_x()
        ) as writer,
    ):
        writer.add(_buildings(scene, bundle, raster, files.folder, events, cancellation))
        filled = raster.filled()
        cancellation.check()
        events.progress("write", 0, len(parameters.outputs))
        assessed, run = assessed_area(filled, scene.asked), record()
        if assessed.is_empty and writer.summary.buildings == writer.summary.counts[Damage.UNKNOWN]:
            raise InputError(
                "the images have no pixels with data in common" + (" in the area of interest" if scene.area else ""),
                "check their nodata values and masks, and that both show the place",
                "no-valid-pixels",
            )
        assessed_m2 = 0.0 if assessed.is_empty else float(ellipsoidal_areas([assessed], scene.grid.crs)[0])
        return _Written(writer.finish(run, assessed, scene.grid.crs), assessed_m2, run)


def _write_views(
    files: ResultFiles,
    scene: Scene,
    bundle: Bundle,
    raster: ProbabilityRaster,
    written: _Written,
    events: NotedWarnings,
    cancellation: Cancellation,
) -> None:
    """Write what is drawn from the finished GeoPackage: damage raster and report."""
    steps = 1 + (files.damage_raster is not None) + (files.report is not None)
    events.progress("write", 1, steps)
    if files.damage_raster is not None:
        with files.damage_raster.writing() as path:
            write_damage_raster(
                path, files.geopackage.part, raster, cancellation=cancellation, run_id=written.record.run_id,
                # known buildings have the class of their vote, whatever the rule
                decision=bundle.decision if bundle.decision.by_pixels and scene.footprints is None else None,
                # control points are no grid to write on
                reference=None if scene.pre.gcps else scene.pre,
                near_x=scene.pre.georeference.centre_x(), area=scene.area,
            )  # fmt: skip
        events.progress("write", 2, steps)
    if files.report is not None:
        with files.report.writing() as path:
            _report(path, files.geopackage.part, scene, bundle, written, events.messages)
        events.progress("write", steps, steps)


def _report(
    path: Path, geopackage: Path, scene: Scene, bundle: Bundle, written: _Written, warnings: tuple[str, ...]
) -> None:
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
        picture=None if backdrop is None else draw_map(backdrop, geopackage),
        notes=(moved,) if shift.windows_used else (),
        warnings=warnings,
        summary_of_model=bundle.summary,
        scores=tuple(f"{score.metric} {score.value} on {score.set} ({score.date})" for score in bundle.scores),
    )
    write_report(path, facts)


def _buildings(
    scene: Scene,
    bundle: Bundle,
    raster: ProbabilitySource,
    folder: Path,
    events: EventSink,
    cancellation: Cancellation,
) -> Iterator[Building]:
    """Give the footprints first, then what the model found beside them."""
    from .objects import find_buildings  # takes a while, in which the networks already run

    found = find_buildings(raster, bundle.decision, events=events, cancellation=cancellation, area=scene.asked)
    if scene.footprints is None:
        yield from found
        return
    with CoveredArea(folder / "footprints.tif", scene.grid) as covered:
        yield from assess_footprints(
            scene.footprints, raster, bundle.decision, covered, events=events, cancellation=cancellation,
            area=scene.asked,
        )  # fmt: skip
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
