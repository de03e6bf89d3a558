"""The choices that most runs leave alone: device, precision, augmentation, co-registration, outlines, engine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from qgis.core import QgsRasterLayer
from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QWidget

from ...engine_process.environment import EngineEnvironment
from ...i18n.translation import tr
from ...layers.raster_drawing import RasterDrawing
from ...protocol.options.assessment import OPTION
from ...protocol.options.devices import devices_of
from .engine_choice import EngineChoice


class AdvancedChoice(QgsCollapsibleGroupBox):
    """A group that is folded at first.

    Args:
        engine: finds the engine; raises ``EngineMissingError``.
        parent: Qt parent.
    """

    def __init__(self, engine: Callable[[], EngineEnvironment], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(tr("Advanced"))
        self._choices: dict[str, QComboBox] = {}
        self.device = self._choice("device", devices_of(sys.platform))
        self.precision = self._choice("precision", OPTION["precision"].offered)
        self.views = self._choice("tta", OPTION["tta"].offered)
        self.outlines = self._choice("outlines", OPTION["outlines"].offered)
        self.outlines.setToolTip(
            tr(
                "Right angles: only where no point of an outline moves by more than a pixel; footprints stay as "
                "they are"
            )
        )
        self.registration = QCheckBox(tr("Co-reg&ister post-event to pre-event image"), self)
        self.registration.setChecked(True)
        self.registration.setToolTip(
            tr("Corrects offsets of 1–32 m; smaller ones need no correction, larger ones are not detected")
        )
        self.pre_bands, self.post_bands = self._bands_field(), self._bands_field()
        self.engine = EngineChoice(engine, self)
        form = QFormLayout(self)
        form.addRow(tr("De&vice"), self.device)
        form.addRow(tr("Precisio&n"), self.precision)
        form.addRow(tr("Test-time a&ugmentation"), self.views)
        form.addRow("", self.registration)
        form.addRow(tr("Outlines of buildings"), self.outlines)
        form.addRow(tr("Bands of the pre-event i&mage"), self.pre_bands)
        form.addRow(tr("B&ands of the post-event image"), self.post_bands)
        form.addRow(tr("Processing en&gine"), self.engine)
        self.setCollapsed(True)

    def words(self) -> dict[str, str]:
        """Return the words of the choices by option; those of the bands belong to the images."""
        chosen = {name: str(combo.currentData()) for name, combo in self._choices.items()}
        return {**chosen, "register": OPTION["register"].kind.text(self.registration.isChecked())}

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

    def _choice(self, name: str, words: Iterable[str]) -> QComboBox:
        """Return a new choice of the words of an option."""
        titles = _titles()
        combo = self._choices[name] = QComboBox(self)
        for word in words:
            combo.addItem(titles.get((name, word), word), word)
        return combo


def _titles() -> dict[tuple[str, str], str]:
    """Return what stands for a word of an option; a word that is not here stands for itself."""
    return {
        ("device", "auto"): tr("Automatic (GPU if usable, otherwise CPU)"),
        ("device", "cpu"): "CPU",
        ("device", "cuda"): "NVIDIA CUDA",
        ("device", "tensorrt"): "NVIDIA TensorRT",
        ("device", "directml"): "DirectML",
        ("device", "coreml"): "CoreML",
        ("precision", "auto"): tr("Automatic"),
        ("precision", "fp32"): tr("32 bit (fp32)"),
        ("precision", "fp16"): tr("16 bit (fp16)"),
        ("outlines", "plain"): tr("As detected"),
        ("outlines", "right-angled"): tr("Right angles where they fit"),
        ("tta", "model"): tr("Model default"),
        ("tta", "none"): tr("Off (fastest)"),
        ("tta", "mirror"): tr("Mirror (2× slower, slightly better)"),
        ("tta", "flips"): tr("Four flips (4× slower)"),
    }


def bands_hint(layer: QgsRasterLayer | None) -> str:
    """Return what to read in an empty field for bands."""
    bands = None if layer is None else RasterDrawing.of(layer).bands
    if bands is None:
        return tr("As the image says, else 1,2,3")
    return tr("As the image says, else {} (as drawn)").format(bands)
