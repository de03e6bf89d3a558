# What PyQGIS adds to its classes while it is imported, and what its stubs leave out: nothing else belongs here.
# ClassVar: names that QGIS 3.22 and the newest 3.x both have at run time.
from typing import ClassVar

import qgis._core as _core
from PyQt5.QtCore import QVariant

NULL: QVariant

class QgsCsException(Exception): ...
class QgsProcessingException(Exception): ...

class Qgis(_core.Qgis):
    QGIS_VERSION: ClassVar[str]
    QGIS_VERSION_INT: ClassVar[int]

class QgsWkbTypes(_core.QgsWkbTypes):
    class Type:
        MultiPolygon: ClassVar[_core.Qgis.WkbType]
        GeometryCollection: ClassVar[_core.Qgis.WkbType]

    class GeometryType:
        PolygonGeometry: ClassVar[_core.Qgis.GeometryType]

class QgsProcessing(_core.QgsProcessing):
    class SourceType:
        TypeVectorPolygon: ClassVar[_core.Qgis.ProcessingSourceType]
        TypeVectorAnyGeometry: ClassVar[_core.Qgis.ProcessingSourceType]

class QgsMapLayerProxyModel(_core.QgsMapLayerProxyModel):
    class Filter:
        RasterLayer: ClassVar[_core.Qgis.LayerFilter]
        VectorLayer: ClassVar[_core.Qgis.LayerFilter]
        PolygonLayer: ClassVar[_core.Qgis.LayerFilter]

class QgsProcessingAlgorithm(_core.QgsProcessingAlgorithm):
    class Flag:
        FlagNoThreading: ClassVar[_core.Qgis.ProcessingAlgorithmFlag]

class QgsRenderContext(_core.QgsRenderContext):
    class TextRenderFormat:
        TextFormatAlwaysText: ClassVar[_core.Qgis.TextRenderFormat]

class QgsUnitTypes(_core.QgsUnitTypes):
    class LayoutUnit:
        LayoutMillimeters: ClassVar[_core.Qgis.LayoutUnit]

    class RenderUnit:
        RenderMillimeters: ClassVar[_core.Qgis.RenderUnit]
        RenderPoints: ClassVar[_core.Qgis.RenderUnit]

    class DistanceUnit:
        DistanceMeters: ClassVar[_core.Qgis.DistanceUnit]
        DistanceKilometers: ClassVar[_core.Qgis.DistanceUnit]

# the last line: mypy keeps the first of two definitions
from qgis._core import *
