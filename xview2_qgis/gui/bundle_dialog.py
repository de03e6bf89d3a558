"""The file dialog for a model bundle."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from ..i18n.translation import tr
from ..protocol.model_json import MANIFEST_NAME


def ask_for_bundle(parent: QWidget | None) -> str:
    """Return the path of the bundle that is chosen, empty for none."""
    path, _ = QFileDialog.getOpenFileName(
        parent, tr("Model bundle"), "", tr("Model bundles (*.xv2.zip *.zip model.json)")
    )
    # the description inside an unpacked bundle stands for its folder
    return path[: -len(f"/{MANIFEST_NAME}")] if path.endswith(f"/{MANIFEST_NAME}") else path
