"""The kind of a layer that holds vectors, in the words of the QGIS that runs: the enumeration moved in version 3.30."""

from __future__ import annotations

from typing import Any

from qgis import core

_CORE: Any = core  # its types know one place only
_KINDS: Any = _CORE.Qgis.LayerType if hasattr(_CORE.Qgis, "LayerType") else _CORE.QgsMapLayerType

#: What ``QgsMapLayer.type()`` returns for a vector layer.
VECTOR_LAYER: Any = _KINDS.Vector if hasattr(_KINDS, "Vector") else _KINDS.VectorLayer
