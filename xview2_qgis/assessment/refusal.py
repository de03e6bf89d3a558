"""Why the files of a run cannot be written, checked before the run begins."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from qgis.core import QgsMapLayer, QgsProject

from ..i18n.translation import tr
from ..layers.output_names import unopenable
from ..layers.source_files import layer_files, overwritten_input
from ..protocol.options.assessment import AssessmentParameters
from ..results.open_results import layers_of
from .request import files_written


def output_refusal(request: AssessmentParameters, inputs: Iterable[QgsMapLayer], project: QgsProject) -> str | None:
    """Return why the outputs of a request cannot be written and what to do, or None.

    Args:
        request: what is to be run.
        inputs: layers that it reads.
        project: where a result is shown.
    """
    outputs = files_written(request)
    for path in outputs:
        folder = Path(path).parent
        if not os.path.isdir(folder):  # asked of a path, a name that is too long would be an exception
            return tr("The folder “{}” does not exist. Make it, or choose another one.").format(folder)
        if not os.access(folder, os.W_OK):
            return tr("The folder “{}” cannot be written. Choose another one.").format(folder)
    unfit = unopenable(str(request.output))
    if unfit is not None:
        return unfit
    lost = overwritten_input(outputs, {file for layer in inputs for file in layer_files(layer)})
    if lost is not None:
        return tr("“{}” is an input of this run. Give the result another name.").format(lost)
    for path in outputs:
        if next(layers_of(project, (path,)), None) is not None:
            # a file that is shown cannot be replaced on Windows, and would change under the map elsewhere
            return tr("“{}” is open in this project. Choose another name, or remove its layers first.").format(path)
    return None
