"""The assessment: connects the stages, from two rasters to the files a user opens.

rasters → alignment → tiling and inference → probability raster → objects → GeoPackage, damage raster, report. Whatever
can be refused is refused before the first tile: destinations, model, rasters, area.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import rasterio
from shapely.geometry import MultiPolygon

from .alignment import AlignedPair, Shift
from .area_of_interest import AreaOfInterest, read_area
from .assessed_area import assessed_area
from .backdrop import small_picture
from .building import Building
from .bundle import Bundle, open_bundle
from .cancellation import Cancellation
from .catalogue import find_model
from .damage_raster import write_damage_raster
from .destinations import check_destinations, working_folder
from .events import EventSink
from .footprints import CoveredArea, FootprintLayer, assess_footprints, open_footprints, without_covered
from .geodesy import ellipsoidal_areas
from .geopackage import ASSESSED_AREA_LAYER, DAMAGE_LAYER, GeoPackageWriter
from .grid import Grid, plan_grid
from .inference import Predictor, open_predictor
from .map_picture import draw_map
from .objects import find_buildings
from .parameters import AssessmentParameters
from .pipeline import InferenceSummary, run_inference
from .probability_raster import ProbabilityRaster
from .rasters import GDAL_OPTIONS, RasterSource, open_source
from .registration import estimate_shift, worth_correcting
from .report import ReportFacts, write_report
from .run_record import RunRecord, versions
from .runtime import RuntimeOptions
from .stretch import Stretch, estimate_stretch
from .summary import Summary
from .tiling import TilePlan

_CACHE_BYTES = 128 * 2**20  # for GDAL while writing; its default is a share of the machine's memory
_STEPS = 5  # of the stage "prepare": model, rasters, brightness, shift, device


@dataclass(frozen=True)
class Scene:
    """Everything known about the images before the first tile.

    Attributes:
        pre: image before the event.
        post: image after it.
        area: area asked for.
        footprints: known buildings.
        grid: working grid.
        stretches: of pre and post.
        shift: correction of the position of post.
    """

    pre: RasterSource
    post: RasterSource
    area: AreaOfInterest | None
    footprints: FootprintLayer | None
    grid: Grid
    stretches: tuple[Stretch, Stretch]
    shift: Shift


def assess(parameters: AssessmentParameters, events: EventSink, cancellation: Cancellation) -> Summary:
    """Run a whole assessment and return its counts.

    Args:
        parameters: what to assess and where the results go.
        events: told about everything.
        cancellation: looked at between two tiles.

    Raises:
        EngineError: what went wrong and what to do; no output is half-written, earlier ones are untouched.
    """
    begun, started_at = time.perf_counter(), datetime.now(timezone.utc).astimezone()
    check_destinations(parameters)
    events.started(
        pre=parameters.pre, post=parameters.post, output=str(parameters.output), model=parameters.model,
        device=parameters.device,
    )  # fmt: skip
    events.progress("prepare", 0, _STEPS)
    bundle = open_bundle(find_model(parameters.model))
    events.progress("prepare", 1, _STEPS)
    scene = _prepare(parameters, bundle, events, cancellation)
    options = RuntimeOptions(parameters.device, parameters.precision, None, parameters.batch_size)  # type: ignore[arg-type]
    # known footprints are classified even where the network sees no building
    predictor = open_predictor(bundle, options, events, tta=parameters.tta, gate=scene.footprints is None)  # type: ignore[arg-type]
    events.progress("prepare", _STEPS, _STEPS)
    with (
        rasterio.Env(GDAL_CACHEMAX=_CACHE_BYTES, **GDAL_OPTIONS),
        working_folder(parameters.output) as folder,
        ProbabilityRaster(folder / "probabilities.tif", scene.grid) as raster,
    ):
        done = _infer(parameters, scene, predictor, raster, events, cancellation)
        record = _record(parameters, bundle, predictor, started_at, begun)
        summary = _write(parameters, scene, bundle, raster, record, folder, events, cancellation)
    seconds = time.perf_counter() - begun
    report = predictor.report
    events.result(
        output=str(parameters.output), layers=[DAMAGE_LAYER, ASSESSED_AREA_LAYER], buildings=summary.buildings,
        counts=summary.named_counts, device=report.device, provider=report.provider, precision=report.precision,
        seconds=round(seconds, 2), pairs_per_second=round(done.tiles_run / max(seconds, 1e-9), 4),
    )  # fmt: skip
    return summary


def _prepare(parameters: AssessmentParameters, bundle: Bundle, events: EventSink, cancellation: Cancellation) -> Scene:
    """Open the inputs and find out how they lie to each other."""
    pre = open_source(parameters.pre, parameters.pre_bands)
    post = open_source(parameters.post, parameters.post_bands)
    area = read_area(parameters.aoi) if parameters.aoi else None
    footprints = open_footprints(parameters.footprints) if parameters.footprints else None
    grid = plan_grid(pre, post, bundle.gsd_m, area)
    events.progress("prepare", 2, _STEPS)
    cancellation.check()
    stretches = estimate_stretch(pre), estimate_stretch(post)
    events.progress("prepare", 3, _STEPS)
    shift = Shift()
    if parameters.register:
        measured = estimate_shift(pre, post, grid, area=area, stretches=stretches, cancellation=cancellation)
        shift = measured if worth_correcting(measured) else shift
    events.progress("prepare", 4, _STEPS)
    return Scene(pre, post, area, footprints, grid, stretches, shift)


def _infer(
    parameters: AssessmentParameters,
    scene: Scene,
    predictor: Predictor,
    raster: ProbabilityRaster,
    events: EventSink,
    cancellation: Cancellation,
) -> InferenceSummary:
    grid, bundle = scene.grid, predictor.bundle
    # networks are unsure at the edge of a tile; where there are several tiles anyway, the scene's edge lies inside one
    column, row = (
        (shift + (bundle.overlap // 2 if length > bundle.tile_size else 0)) % (bundle.tile_size - bundle.overlap)
        for shift, length in zip(parameters.tile_offset, (grid.width, grid.height), strict=True)
    )
    plan = TilePlan(grid.width, grid.height, bundle.tile_size, bundle.overlap, (column, row))
    pair = AlignedPair(scene.pre, scene.post, grid, area=scene.area, shift=scene.shift, stretches=scene.stretches)
    with pair:
        return run_inference(pair, plan, predictor, raster, events, cancellation)


def _write(
    parameters: AssessmentParameters,
    scene: Scene,
    bundle: Bundle,
    raster: ProbabilityRaster,
    record: RunRecord,
    folder: Path,
    events: EventSink,
    cancellation: Cancellation,
) -> Summary:
    """Find the buildings and write all outputs."""
    with ExitStack() as stack:
        writer = stack.enter_context(
            GeoPackageWriter(parameters.output, scene.pre.crs, multipart=scene.footprints is not None)
        )
        writer.add(_buildings(scene, bundle, raster, folder, events, cancellation))
        steps = len(parameters.outputs)
        events.progress("write", 0, steps)
        assessed = assessed_area(raster, scene.area)
        summary = writer.finish(record, assessed, scene.grid.crs)
    events.progress("write", 1, steps)
    if parameters.damage_raster is not None:
        write_damage_raster(
            parameters.damage_raster, parameters.output, raster, cancellation=cancellation,
            # control points are no grid to write on
            reference=None if scene.pre.gcps else scene.pre, area=scene.area,
        )  # fmt: skip
        events.progress("write", 2, steps)
    if parameters.report is not None:
        _report(parameters.report, parameters.output, scene, bundle, record, summary, assessed)
        events.progress("write", steps, steps)
    return summary


def _report(
    path: Path,
    geopackage: Path,
    scene: Scene,
    bundle: Bundle,
    record: RunRecord,
    summary: Summary,
    assessed: MultiPolygon,
) -> None:
    backdrop = small_picture(scene.pre, scene.post, scene.grid, scene.stretches, scene.shift)
    shift = scene.shift
    moved = (
        f"The image after was moved by {shift.dx_m:+.1f} m east and {shift.dy_m:+.1f} m north to fit the one before."
    )
    facts = ReportFacts(
        title=f"Building damage: {scene.post.name}",
        summary=summary,
        run=record,
        assessed_m2=float(ellipsoidal_areas([assessed], scene.grid.crs)[0]) if not assessed.is_empty else 0.0,
        picture=None if backdrop is None else draw_map(backdrop, geopackage),
        notes=(moved,) if shift.windows_used else (),
        scores=tuple(f"{score.metric} {score.value} on {score.set} ({score.date})" for score in bundle.scores),
    )
    write_report(path, facts)


def _buildings(
    scene: Scene,
    bundle: Bundle,
    raster: ProbabilityRaster,
    folder: Path,
    events: EventSink,
    cancellation: Cancellation,
) -> Iterator[Building]:
    """Give the footprints first, then what the model found beside them."""
    found = find_buildings(raster, bundle.decision, events=events, cancellation=cancellation, area=scene.area)
    if scene.footprints is None:
        yield from found
        return
    with CoveredArea(folder / "footprints.tif", scene.grid) as covered:
        yield from assess_footprints(
            scene.footprints,
            raster,
            bundle.decision,
            covered,
            events=events,
            cancellation=cancellation,
            area=scene.area,
        )
        yield from without_covered(found, covered)


def _record(
    parameters: AssessmentParameters, bundle: Bundle, predictor: Predictor, started_at: datetime, begun: float
) -> RunRecord:
    report = predictor.report
    return RunRecord(
        started_at=started_at.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - begun, 2),
        pre=parameters.pre,
        post=parameters.post,
        parameters=parameters.as_json(),
        model_id=bundle.id,
        model_checksum=bundle.checksum,
        model_licence=bundle.licence,
        device=report.device,
        provider=report.provider,
        precision=report.precision,
        versions=versions(),
    )
