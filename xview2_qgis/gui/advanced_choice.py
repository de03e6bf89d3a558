"""The choices that most runs leave alone: device, precision, test-time augmentation, co-registration, engine."""

from __future__ import annotations

from collections.abc import Callable

from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QFormLayout, QWidget

from ..assessment_request import DEVICES, PRECISIONS, TEST_TIME_AUGMENTATIONS
from ..engine_environment import EngineEnvironment
from .engine_choice import EngineChoice


class AdvancedChoice(QgsCollapsibleGroupBox):
    """A group that is folded until somebody opens it.

    Args:
        engine: finds the engine; raises ``EngineMissingError``.
        parent: Qt parent.
    """

    def __init__(self, engine: Callable[[], EngineEnvironment], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Advanced"))
        self.device = self._choices(DEVICES, self.tr("Automatic: a graphics card that works, else the CPU"))
        self.precision = self._choices(PRECISIONS, self.tr("Automatic"))
        self.views = self._choices(TEST_TIME_AUGMENTATIONS, "")
        self.registration = QCheckBox(self.tr("Correct a shift between the two images"), self)
        self.registration.setChecked(True)
        self.registration.setToolTip(
            self.tr("Shifts of 6 to 16 m are corrected; the models know shorter ones, and longer ones are not found.")
        )
        self.engine = EngineChoice(engine, self)
        form = QFormLayout(self)
        form.addRow(self.tr("Device"), self.device)
        form.addRow(self.tr("Precision"), self.precision)
        form.addRow(self.tr("Look at"), self.views)
        form.addRow("", self.registration)
        form.addRow(self.tr("Engine"), self.engine)
        self.setCollapsed(True)

    def _choices(self, names: tuple[str, ...], automatic: str) -> QComboBox:
        titles = {
            "auto": automatic,
            "cpu": "CPU",
            "cuda": "NVIDIA CUDA",
            "tensorrt": "NVIDIA TensorRT",
            "directml": "DirectML (Windows)",
            "coreml": "CoreML (macOS)",
            "fp32": self.tr("32 bit (fp32)"),
            "fp16": self.tr("16 bit (fp16)"),
            "model": self.tr("As the model says"),
            "none": self.tr("The images alone (fastest)"),
            "mirror": self.tr("And mirrored: twice the time, a little better"),
            "flips": self.tr("Four ways round: four times the time"),
        }
        combo = QComboBox(self)
        for name in names:
            combo.addItem(titles.get(name, name), name)
        return combo
