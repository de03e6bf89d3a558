"""Choosing an offline package: a zip, or the folder of one that was unpacked."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from ....i18n.translation import tr
from ....installation.offline_package import MANIFEST


def ask_for_package(parent: QWidget) -> Path | None:
    """Return the package that is chosen, None for none."""
    path, _ = QFileDialog.getOpenFileName(
        parent, tr("Offline package: the zip, or {} in its folder").format(MANIFEST), "",
        tr("Offline packages ({})").format(f"*.zip {MANIFEST}"),
    )  # fmt: skip
    return package_of(Path(path)) if path else None


def package_of(path: Path) -> Path:
    """Return the package that a chosen file stands for: its description stands for the folder around it."""
    return path.parent if path.name == MANIFEST else path
