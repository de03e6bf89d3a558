"""The assessment: connects the stages, from two rasters to the files a user opens.

rasters → alignment → tiling and inference → probability raster → buildings → GeoPackage, damage raster, report.
Whatever can be refused is refused before the first tile: destinations, model, rasters, area. Buildings are found and
written while the inference goes on: after the last tile, only what it was part of is left.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from functools import partial

import rasterio

from ..protocol.events import Result, Started
from ..protocol.options.assessment import AssessmentParameters
from ..protocol.redaction import Redaction
from ..protocol.schema import ASSESSED_AREA_LAYER, DAMAGE_LAYER, NOT_VISIBLE_LAYER
from .access.different_images import check_different
from .access.input_files import InputFiles
from .access.network_access import shut_network
from .buildings.scene_buildings import scene_buildings
from .bundle.missing_pre import check_images
from .errors import InputError
from .imagery.event_file import given_facts
from .imagery.scene_imagery import facts_of_run
from .inference.pipeline import run_inference
from .journal.damage_record import DamageRecord
from .journal.run_identity import run_identity
from .journal.run_journal import RunJournal
from .journal.tile_rows import TileRows
from .language.wording import Wording
from .output.results import Results
from .output.run_record import run_record
from .output.summary import Summary
from .output.writer import OutputJob
from .output_formats import asked_formats, at_real_places, destinations
from .raster.file import GDAL_OPTIONS
from .reviews.choice import check_reviews
from .reviews.earlier_reviews import read_reviews
from .run.clock import RunClock
from .run.context import RunContext
from .scene.damage.tiles import DamagedTiles
from .scene.pair import PREPARE_STEPS, open_scene
from .scene.tiling import EdgeTiles, lay_tiles
from .session import Session
from .stages.group import StageGroup
from .staging.destinations import check_destinations
from .staging.result_files import ResultFiles, staged_results

# there is nothing to show, or the result is there under another name
_NOTHING_TO_GO_ON_WITH = frozenset({"no-valid-pixels", "output-changed", "output-in-use", "output-is-input"})
_CACHE_BYTES = 64 * 2**20  # for GDAL while writing; its default is a share of the machine's memory


def assess(session: Session, parameters: AssessmentParameters, context: RunContext) -> Summary:
    """Run a whole assessment and return its counts.

    Args:
        session: the model and its options, which take the place of those of the parameters; runs may share it.
        parameters: what to assess and where the results go.
        context: receives all events, checked between two tiles or windows.

    Raises:
        EngineError: what went wrong and what to do; no output is half-written, earlier ones are untouched.
    """
    clock = RunClock()
    given = session.applied_to(parameters)
    context = context.redacted(Redaction.of(given.sources))
    parameters = at_real_places(given)
    shut_network(given.inputs)
    check_different(parameters)
    check_reviews(parameters)
    told = given_facts(parameters.event)
    outputs = destinations(parameters)
    check_destinations(outputs)
    inputs = InputFiles({output.path: output.replaced for output in outputs})
    inputs.add(given.inputs)
    with (
        staged_results(
            outputs,
            overwrite=parameters.overwrite,
            replace_reviewed=parameters.discard_reviews or parameters.keep_reviews,
        ) as files,
        RunJournal(parameters, context, locked=files.locks.held) as journal,
        context.cancellation.ending_with(lambda: _end_at_once(journal, files)),
        rasterio.Env(GDAL_CACHEMAX=_CACHE_BYTES, **GDAL_OPTIONS),
        ExitStack() as images,
    ):
        context.events.emit(
            Started(
                None if given.pre is None else given.pre.path,
                given.post.path,
                str(given.output),
                parameters.model,
                parameters.device,
            )
        )
        journal.look()
        earlier = read_reviews(parameters.output) if parameters.keep_reviews else None
        context.progress("prepare", 0, PREPARE_STEPS)
        bundle = session.bundle
        session.reach(context)
        check_images(parameters, bundle)
        # on record is what was done
        parameters = replace(parameters, tta=parameters.tta or bundle.tta)
        context.progress("prepare", 1, PREPARE_STEPS)
        scene = images.enter_context(open_scene(parameters, inputs, bundle, files.folder, context))
        lay = partial(
            lay_tiles, scene.grid.width, scene.grid.height, bundle.tile_size, bundle.overlap, parameters.tile_offset
        )
        predictor = session.predictor(len(lay(EdgeTiles.of(bundle.size_multiple, cut=True))), context.events)
        tiling = lay(predictor.edges)
        context.progress("prepare", PREPARE_STEPS, PREPARE_STEPS)
        identity = run_identity(parameters, scene, bundle, predictor.report, tiling)
        finished = journal.begin(identity, tiling, clock, DamageRecord(scene, tiling))
        try:
            with TileRows(journal, scene.grid, tiling, finished, clock) as rows:
                job = OutputJob(scene, bundle, rows.raster, context, earlier, Wording(parameters.language))
                results = Results(asked_formats(parameters), files, job)
                with StageGroup(context.check) as stages:
                    growing = rows.growing(stages)
                    later, held = context.holding_progress()
                    found = scene_buildings(
                        scene.for_another_thread(), growing, bundle.decision, files.folder, later,
                        right_angles=parameters.outlines == "right-angled",
                    )  # fmt: skip
                    stages.start("building-writer", lambda: results.add(found))
                    with session.tiles(scene, tiling, rows.first_row) as source:
                        readable = DamagedTiles(source, scene, tiling, context)
                        tiles = run_inference(readable, tiling, predictor, rows, context)
                        damage = readable.damage()
                    held.release()
                summary = results.finish(
                    lambda: replace(
                        run_record(parameters, scene, bundle, predictor.report, clock, journal.run_id),
                        unreadable_tiles=damage.tiles,
                        unreadable_m2=damage.area_m2,
                        facts=facts_of_run(told, [image.metadata for image in scene.images.all]),
                    )
                )
                files.commit(inputs)
        except InputError as error:
            if error.code in _NOTHING_TO_GO_ON_WITH:
                journal.end()
            raise
        journal.end()
    seconds, report = clock.seconds, predictor.report
    context.events.emit(
        Result(
            output=str(given.output),
            layers=[DAMAGE_LAYER, ASSESSED_AREA_LAYER, *([] if scene.hidden is None else [NOT_VISIBLE_LAYER])],
            buildings=summary.buildings,
            counts=summary.named_counts,
            device=report.device,
            provider=report.provider,
            precision=report.precision,
            seconds=round(seconds, 2),
            pairs_per_second=round(tiles / max(seconds, 1e-9), 4),
            pre_bands="" if scene.images.pre is None else str(scene.images.pre.choice),
            post_bands=str(scene.post.choice),
            figures=damage.figures,
        )
    )
    return summary


def _end_at_once(journal: RunJournal, files: ResultFiles) -> None:
    """Leave what is to be left when the process ends in this moment; the locks go last."""
    journal.leave()
    files.discard()
