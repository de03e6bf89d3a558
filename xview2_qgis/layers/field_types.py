"""The types of fields: from 3.38 on QGIS takes those of ``QMetaType``, before those of ``QVariant``.

PyQt6 has the latter no more. This is the one place where the plugin asks which QGIS it runs in because of Qt.
"""

from __future__ import annotations

from typing import cast

from qgis.core import Qgis
from qgis.PyQt.QtCore import QMetaType, QVariant

_OF_META_TYPE = Qgis.QGIS_VERSION_INT >= 33800

#: A text of any length.
TEXT = QMetaType.Type.QString if _OF_META_TYPE else cast(QMetaType.Type, QVariant.String)
#: A whole number of 64 bits.
NUMBER = QMetaType.Type.LongLong if _OF_META_TYPE else cast(QMetaType.Type, QVariant.LongLong)
