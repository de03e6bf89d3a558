"""A batch: one scene after the other with one model; what fails is told, and the others go on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ...protocol.events import SceneReport
from ...protocol.journal.unfinished_run import find_unfinished_run
from ...protocol.language.words import Words, words_of
from ...protocol.options.assessment import AssessmentParameters
from ...protocol.redaction import Redaction
from ...protocol.stored_result import DamagedError, InUseError, contents
from ..access.network_access import network_of_one_run
from ..assessment import assess
from ..errors import EngineError, InputError, UsageError
from ..run.context import RunContext
from ..session import Session
from ..staging.destinations import Destination
from ..staging.result_files import staged_results
from .failures import SceneFailure, of_scene
from .fingerprint import Fingerprint, changed, fingerprint
from .journal import Entry, Journal
from .merged import write_merged
from .place import BatchPlace
from .progress import BatchProgress, SceneEvents
from .scene_plan import ScenePlan
from .stored_scene import StoredScene, read_scene
from .summary import SceneRow, write_summary
from .work import weights

_MERGED = ""  # its name in the journal
_NOT_RESUMED = ("resume-changed", "resume-damaged")


@dataclass(frozen=True)
class BatchResult:
    """What a batch came to.

    Attributes:
        rows: one for each scene.
        merged: the merged GeoPackage was written.
    """

    rows: tuple[SceneRow, ...]
    merged: bool

    def of(self, *statuses: str) -> list[SceneRow]:
        """Return the scenes of which became one of these."""
        return [row for row in self.rows if row.status in statuses]


def run_batch(
    session: Session, plans: Sequence[ScenePlan], place: BatchPlace, context: RunContext, *, overwrite: bool = False
) -> BatchResult:
    """Assess scenes, those whose results still hold excepted; to be called while the place is held.

    Args:
        session: the model.
        plans: the scenes.
        place: where the results go.
        context: receives the events, and is checked within every tile.
        overwrite: results of other inputs are replaced, and files that no batch wrote.

    Raises:
        EngineError: what would happen to every scene, such as a damaged model or a full disk. What was done until then
            is kept, and stands in the summary.
    """
    journal = Journal(place.folder)
    sources = [source for plan in plans for source in plan.parameters.inputs]
    place.check(
        [plan.parameters.output for plan in plans], sources, known=journal.known, overwrite=overwrite
    )  # fmt: skip
    _check_merged(place, journal, overwrite)
    run = _Run(session, journal, context)
    rows = [SceneRow(plan.scene, plan.parameters.output) for plan in plans]
    progress = BatchProgress(weights(plans, context.check), context.events)
    try:
        for index, plan in enumerate(plans):
            context.check()
            context.events.emit(_report(rows[index], index, len(plans), "started"))
            rows[index] = run.scene(plan, progress)
            context.events.emit(_report(rows[index], index, len(plans)))
    except BaseException:
        with suppress(EngineError):  # what ended the batch is what counts
            write_summary(place.summary, rows)
        raise
    words = words_of(plans[0].parameters.language) if plans else Words()
    merged = _merge(place, rows, journal, context, words)
    write_summary(place.summary, rows)
    return BatchResult(tuple(rows), merged)


class _Run:
    """Assesses single scenes.

    Args:
        session: the model.
        journal: of the batch.
        context: of the batch.
    """

    def __init__(self, session: Session, journal: Journal, context: RunContext) -> None:
        self._session, self._journal, self._context = session, journal, context
        self._model = session.bundle.checksum

    def scene(self, plan: ScenePlan, progress: BatchProgress) -> SceneRow:
        """Return what becomes of a scene; errors as of :func:`run_batch`."""
        parameters = plan.parameters
        parts = fingerprint(self._session.applied_to(parameters), self._model)
        stored, entry = read_scene(parameters.output), self._journal.of(plan.scene.id)
        if stored is not None and entry is not None and _made(stored, entry):
            difference = changed(entry.parts, parts)
            if not difference and all(path.is_file() for path in parameters.outputs):
                progress.end(assessed=False)
                if entry.state != "done":
                    self._journal.done(plan.scene.id, parts, stored.run_id)
                return SceneRow(plan.scene, parameters.output, "kept", stored)
            if not parameters.overwrite:
                progress.end(assessed=False)
                return SceneRow(plan.scene, parameters.output, "failed", failure=_outdated(parameters, difference))
        parameters = replace(parameters, resume=_goes_on(parameters, entry, parts))
        progress.begin()
        self._journal.begun(plan.scene.id, parts, "" if stored is None else stored.run_id)
        events = SceneEvents(plan.scene.id, self._context.events, progress)
        try:
            with network_of_one_run():
                self._assess(parameters, events)
        except Exception as error:
            failure = of_scene(error)
            if failure is None:
                raise
            self._context.check()  # a run that is cancelled may fail of that
            clean = Redaction.of(parameters.sources).clean
            progress.end(assessed=False)  # it says nothing of the pace
            told = SceneFailure(failure.code, clean(failure.message), clean(failure.hint))
            return SceneRow(plan.scene, parameters.output, "failed", failure=told)
        progress.end(assessed=True)
        stored = read_scene(parameters.output)
        if stored is None:
            gone = SceneFailure("output-changed", f"{parameters.output.name} was removed or is in use", "run again")
            return SceneRow(plan.scene, parameters.output, "failed", failure=gone)
        self._journal.done(plan.scene.id, parts, stored.run_id)
        return SceneRow(plan.scene, parameters.output, "done", stored)

    def _assess(self, parameters: AssessmentParameters, events: SceneEvents) -> None:
        """Assess a scene; one that cannot be gone on with, for example on another device, begins anew."""
        try:
            assess(self._session, parameters, RunContext(events, self._context.cancellation))
        except InputError as error:
            if not parameters.resume or error.code not in _NOT_RESUMED:
                raise
            anew = replace(parameters, resume=False)
            assess(self._session, anew, RunContext(events, self._context.cancellation))


def _made(stored: StoredScene, entry: Entry) -> bool:
    """Return whether a result is that of an entry: a process may be killed between the result and its last entry."""
    return stored.run_id == entry.run_id if entry.state == "done" else stored.run_id != entry.run_id


def _goes_on(parameters: AssessmentParameters, entry: Entry | None, parts: Fingerprint) -> bool:
    """Return whether a scene was begun with just the same, and has something to go on with."""
    same = entry is not None and entry.state == "begun" and not changed(entry.parts, parts)
    return same and find_unfinished_run(parameters.output) is not None


def _outdated(parameters: AssessmentParameters, difference: str) -> SceneFailure:
    name = parameters.output.name
    missing = ", ".join(path.name for path in parameters.outputs if not path.is_file())
    what = f"{name} was made from something else ({difference})" if difference else f"{missing} is missing"
    return SceneFailure("output-exists", what, f"add --overwrite to assess the scene again, or remove {name}")


def _report(row: SceneRow, index: int, total: int, status: str = "") -> SceneReport:
    stored, failure = row.stored, row.failure
    return SceneReport(
        id=row.scene.id,
        status=status or row.status,
        number=index + 1,
        total=total,
        output="" if stored is None else str(row.output),
        buildings=0 if stored is None else stored.buildings,
        counts={} if stored is None else stored.counts,
        seconds=stored.seconds if stored is not None and row.status == "done" else None,
        code="" if failure is None else failure.code,
        message="" if failure is None else failure.message,
        hint="" if failure is None else failure.hint,
    )


def _check_merged(place: BatchPlace, journal: Journal, overwrite: bool) -> None:
    """Refuse to replace a file that is not as a batch left it: somebody may have reviewed in it."""
    merged, entry = place.merged, journal.of(_MERGED)
    if merged is None or overwrite or not merged.exists():
        return
    if entry is None or entry.run_id != merged.name or entry.parts.get("contents") != _contents(merged):
        raise UsageError(
            f"{merged.name} exists, and is not as a batch left it", "add --overwrite or choose another name",
            "output-exists",
        )  # fmt: skip


def _merge(place: BatchPlace, rows: Sequence[SceneRow], journal: Journal, context: RunContext, words: Words) -> bool:
    """Write the merged GeoPackage if it is wanted and there is something to merge; return whether it was."""
    if place.merged is None or not any(row.stored is not None for row in rows):
        return False
    wanted = [Destination(place.merged, (".gpkg",))]
    with (
        staged_results(wanted, overwrite=True, replace_reviewed=True) as files,
        context.cancellation.ending_with(files.discard),
    ):
        with files.main.writing() as part:
            write_merged(part, rows, context.check, words)
        files.commit()
    journal.done(_MERGED, {"contents": _contents(place.merged)}, place.merged.name)
    return True


def _contents(path: Path) -> str:
    try:
        return contents(path) or ""
    except (InUseError, DamagedError) as error:
        raise InputError(
            f"{path.name} is in use or damaged ({error})",
            "close the programs that show it, or remove it",
            "output-in-use",
        ) from error
