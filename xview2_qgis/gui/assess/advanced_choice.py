"""The choices that most runs leave alone: device, precision, test-time augmentation, co-registration, engine."""

from __future__ import annotations

import sys
from collections.abc import Callable

from qgis.core import QgsRasterLayer
from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QWidget

from ...assessment.request import PRECISIONS, TEST_TIME_AUGMENTATIONS, devices_of
from ...engine_process.environment import EngineEnvironment
from ...i18n.translation import tr
from ...layers.raster_drawing import RasterDrawing
from .engine_choice import EngineChoice


class AdvancedChoice(QgsCollapsibleGroupBox):
    """A group that is folded until somebody opens it.

    Args:
        engine: finds the engine; raises ``EngineMissingError``.
        parent: Qt parent.
    """

    def __init__(self, engine: Callable[[], EngineEnvironment], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(tr("Advanced"))
        self.device = self._choices(devices_of(sys.platform), tr("Automatic (GPU if usable, otherwise CPU)"))
        self.precision = self._choices(PRECISIONS, tr("Automatic"))
        self.views = self._choices(TEST_TIME_AUGMENTATIONS, "")
        self.registration = QCheckBox(tr("Co-reg&ister post-event to pre-event image"), self)
        self.registration.setChecked(True)
        self.registration.setToolTip(
            tr("Corrects offsets of 6–16 m; smaller ones need no correction, larger ones are not detected")
        )
        self.pre_bands, self.post_bands = self._bands_field(), self._bands_field()
        self.engine = EngineChoice(engine, self)
        form = QFormLayout(self)
        form.addRow(tr("De&vice"), self.device)
        form.addRow(tr("Precisio&n"), self.precision)
        form.addRow(tr("Test-time a&ugmentation"), self.views)
        form.addRow("", self.registration)
        form.addRow(tr("Bands of the pre-event i&mage"), self.pre_bands)
        form.addRow(tr("B&ands of the post-event image"), self.post_bands)
        form.addRow(tr("Processing en&gine"), self.engine)
        self.setCollapsed(True)

    def swap_bands(self) -> None:
        """Exchange the bands of the two images."""
        pre, post = self.pre_bands.text(), self.post_bands.text()
        self.pre_bands.setText(post)
        self.post_bands.setText(pre)

    def forget_bands(self) -> None:
        """Forget the bands, because they belonged to images of another project."""
        self.pre_bands.clear()
        self.post_bands.clear()

    def _bands_field(self) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(bands_hint(None))
        field.setToolTip(
            tr(
                "Numbers of the red, green and blue band, such as 3,2,1. Left empty: the bands that the image itself "
                "names; where it names none, those that its layer shows"
            )
        )
        return field

    def _choices(self, names: tuple[str, ...], automatic: str) -> QComboBox:
        titles = {
            "auto": automatic,
            "cpu": "CPU",
            "cuda": "NVIDIA CUDA",
            "tensorrt": "NVIDIA TensorRT",
            "directml": "DirectML",
            "coreml": "CoreML",
            "fp32": tr("32 bit (fp32)"),
            "fp16": tr("16 bit (fp16)"),
            "model": tr("Model default"),
            "none": tr("Off (fastest)"),
            "mirror": tr("Mirror (2× slower, slightly better)"),
            "flips": tr("Four flips (4× slower)"),
        }
        combo = QComboBox(self)
        for name in names:
            combo.addItem(titles.get(name, name), name)
        return combo


def bands_hint(layer: QgsRasterLayer | None) -> str:
    """Return what to read in an empty field for bands."""
    bands = None if layer is None else RasterDrawing.of(layer).bands
    if bands is None:
        return tr("As the image says, else 1,2,3")
    return tr("As the image says, else {} (as drawn)").format(bands)
