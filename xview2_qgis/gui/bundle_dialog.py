"""The file dialog in which somebody chooses a model bundle."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from ..protocol.model_json import MANIFEST_NAME


def ask_for_bundle(parent: QWidget | None) -> str:
    """Return the path of the bundle that is chosen, empty for none."""
    path, _ = QFileDialog.getOpenFileName(
        parent, _tr("Model bundle"), "", _tr("Model bundles (*.xv2.zip *.zip model.json)")
    )
    # the description inside an unpacked bundle stands for its folder
    return path[: -len(f"/{MANIFEST_NAME}")] if path.endswith(f"/{MANIFEST_NAME}") else path


def _tr(text: str) -> str:
    return QCoreApplication.translate("BundleDialog", text)
