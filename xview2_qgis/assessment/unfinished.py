"""Unfinished runs, as the dialog knows them: which one there is, in words, and what starts it again."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QDateTime, Qt

from ..i18n.number import number_text, qgis_locale
from ..i18n.translation import tr, trn
from ..protocol.journal.unfinished_run import UnfinishedRun, find_unfinished_run
from ..protocol.options.assessment import AssessmentParameters

#: Beginning of the names of folders for temporary files of a request.
FOLDER_PREFIX = "xview2_"

_KEY = "xview2/unfinished_output"


def remember(output: Path) -> None:
    """Note which file a run that begins will write: QGIS may not live to see its end."""
    QgsSettings().setValue(_KEY, str(output))


def forget() -> None:
    """Forget that file, because it is complete."""
    QgsSettings().remove(_KEY)


def remembered_output() -> Path | None:
    """Return the file noted last; None where there is none."""
    output = str(QgsSettings().value(_KEY, "") or "")
    return Path(output) if output else None


def remembered_run() -> UnfinishedRun | None:
    """Return the unfinished run of the file noted last; None where there is none. Only that file is looked at."""
    output = remembered_output()
    return None if output is None else find_unfinished_run(output)


def unfinished_words(run: UnfinishedRun) -> str:
    """Return when an unfinished run began, of which file, and how far it came, without a full stop."""
    began = QDateTime.fromString(run.started_at, Qt.DateFormat.ISODate)
    done = trn(
        "{done} of {n} row of tiles done", "{done} of {n} rows of tiles done", run.rows,
        done=number_text(run.finished_rows),
    )  # fmt: skip
    if not began.isValid():
        return tr("An unfinished run for “{name}”, {done}").format(name=run.output_name, done=done)
    moment = qgis_locale().toString(began.toLocalTime(), "d MMM HH:mm")
    return tr("An unfinished run of {moment} for “{name}”, {done}").format(
        moment=moment, name=run.output_name, done=done
    )


def kept_words(run: UnfinishedRun) -> str:
    """Return the sentence about what is kept of a run that has just ended early."""
    return trn(
        "{done} of {n} row of tiles is kept: “Resume” goes on from there.",
        "{done} of {n} rows of tiles are kept: “Resume” goes on from there.",
        run.rows, done=number_text(run.finished_rows),
    )  # fmt: skip


def resumed_request(run: UnfinishedRun) -> AssessmentParameters | None:
    """Return what goes on with a run; None where its journal does not say all, because a source holds a secret."""
    return None if run.parameters is None else replace(run.parameters, resume=True, events="json")


def with_reviews_kept(request: AssessmentParameters, reviewed: int | None) -> AssessmentParameters:
    """Return what goes on with a run so that no review is lost: who agreed to that did not know of later ones.

    Args:
        request: what goes on with the run.
        reviewed: reviewed buildings that its output holds now; None where that is unknown.
    """
    holds_some = request.discard_reviews if reviewed is None else reviewed > 0
    if not request.overwrite or request.keep_reviews or not holds_some:
        return request
    return replace(request, discard_reviews=False, keep_reviews=True)


def kept_folder(request: AssessmentParameters) -> Path | None:
    """Return the folder of temporary files that a request reads from, None where it reads none."""
    place = Path(tempfile.gettempdir())
    for source in (request.aoi, request.exclude, request.footprints):
        folder = Path(source).parent if source else None
        if folder is not None and folder.parent == place and folder.name.startswith(FOLDER_PREFIX):
            return folder
    return None
