"""Values of parameters as they were given, without the side effects of reading them as QGIS does.

``parameterAsOutputLayer`` notes a layer to load, and the other readers may open one; a mere check must do neither.
"""

from __future__ import annotations

import os

from qgis.core import (
    QgsMapLayer,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsProperty,
)

from ..layers.source_files import layer_files, source_files


def named_output(value: object, context: QgsProcessingContext) -> str:
    """Return the file that the value of a destination names; empty for none, and for a temporary file."""
    text = _text(value, context)
    return "" if text == QgsProcessing.TEMPORARY_OUTPUT else text


def is_named(value: object, context: QgsProcessingContext) -> bool:
    """Return whether the value of a destination asks for a file, a temporary one too.

    QGIS notes even a destination without a name as a layer to load, and afterwards cannot load it.
    """
    return bool(_text(value, context))


def same_input(one: object, other: object, context: QgsProcessingContext) -> bool:
    """Return whether two values of inputs are certainly the same layer or file."""
    first, second = _source(one, context), _source(other, context)
    return bool(first) and first == second


def named_inputs(value: object, context: QgsProcessingContext) -> set[str]:
    """Return the files behind the value of an input: a layer, its name or id, or the source of one."""
    if isinstance(value, QgsMapLayer):
        return layer_files(value)
    text = _text(value, context)
    if not text:
        return set()
    layer = QgsProcessingUtils.mapLayerFromString(text, context, False)
    if layer is not None:
        return layer_files(layer)
    # Processing reads both kinds of addresses wherever a file may stand
    return source_files("gdal", text) | source_files("ogr", text)


def _source(value: object, context: QgsProcessingContext) -> str:
    if not isinstance(value, QgsMapLayer):
        text = _text(value, context)
        layer = QgsProcessingUtils.mapLayerFromString(text, context, False) if text else None
        if layer is None:
            return os.path.realpath(text) if os.path.exists(text) else text
        value = layer
    source = value.source()
    return os.path.realpath(source) if os.path.exists(source) else source


def _text(value: object, context: QgsProcessingContext) -> str:
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink
    elif isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source
    if isinstance(value, QgsProperty):
        text, _ = value.valueAsString(context.expressionContext(), "")
        return str(text)
    return value if isinstance(value, str) else ""
