"""Choosing the files to write: the GeoPackage always, damage raster and report on demand."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from ..output_names import is_plain, plain_name

_LONGEST = 200  # bytes of a name that is proposed


def free_path(folder: Path, stem: str, suffix: str) -> str:
    """Return a file name in ``folder`` that does not exist yet."""
    candidate = folder / f"{stem}{suffix}"
    number = 2
    while candidate.exists():
        candidate = folder / f"{stem}_{number}{suffix}"
        number += 1
    return str(candidate)


def writable_folder(image: str) -> Path:
    """Return the folder of an image, or a temporary one when it is no folder we may write to."""
    folder = Path(image).parent if image else None
    if folder is not None and folder.is_dir() and os.access(folder, os.W_OK) and is_plain(str(folder)):
        return folder
    return Path(tempfile.gettempdir())


class OutputChoice(QWidget):
    """Three file fields; the names follow the pre image until the user edits them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # the Tab key goes from one to the next in the order in which they are made
        self.geopackage = self._file(self.tr("GeoPackage (*.gpkg)"), self.tr("GeoPackage to write"))
        self.with_raster = QCheckBox(self.tr("Damage raster"), self)
        self.damage_raster = self._file(self.tr("GeoTIFF (*.tif)"), self.tr("Damage raster to write"))
        self.with_report = QCheckBox(self.tr("Report"), self)
        self.report = self._file(self.tr("HTML (*.html)"), self.tr("Report to write"))
        self._suggested: dict[str, str] = {}

        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(QLabel(self.tr("GeoPackage"), self), 0, 0)
        layout.addWidget(self.geopackage, 0, 1)
        for row, box, field in ((1, self.with_raster, self.damage_raster), (2, self.with_report, self.report)):
            layout.addWidget(box, row, 0)
            layout.addWidget(field, row, 1)
            field.setEnabled(False)
            box.toggled.connect(field.setEnabled)
        layout.setColumnStretch(1, 1)

    def suggest(self, image: str) -> None:
        """Propose names next to an image, unless the user has typed some."""
        folder = writable_folder(image)
        name = Path(image).stem
        stem = f"{_shortened(name if is_plain(name) else plain_name(name))}_damage" if image else "damage"
        for key, field, suffix in (
            ("geopackage", self.geopackage, ".gpkg"),
            ("damage_raster", self.damage_raster, ".tif"),
            ("report", self.report, ".html"),
        ):
            if field.filePath() in ("", self._suggested.get(key)):
                self._suggested[key] = free_path(folder, stem, suffix)
                field.setFilePath(self._suggested[key])

    def paths(self) -> tuple[str, str | None, str | None]:
        """Return GeoPackage, damage raster and report, with their extensions; None for what is not wanted."""
        return (
            _with_suffix(self.geopackage.filePath(), ".gpkg"),
            _with_suffix(self.damage_raster.filePath(), ".tif") if self.with_raster.isChecked() else None,
            _with_suffix(self.report.filePath(), ".html") if self.with_report.isChecked() else None,
        )

    def show_paths(self, geopackage: str, damage_raster: str | None, report: str | None) -> None:
        """Show other names; None leaves a field as it is."""
        for field, path in ((self.geopackage, geopackage), (self.damage_raster, damage_raster), (self.report, report)):
            if path is not None:
                field.setFilePath(path)

    def _file(self, file_filter: str, title: str) -> QgsFileWidget:
        field = QgsFileWidget(self)
        field.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        # the dialog asks itself before it starts, also when the name was typed
        field.setConfirmOverwrite(False)
        field.setFilter(file_filter)
        field.setDialogTitle(title)
        return field


def _shortened(name: str) -> str:
    """Return the beginning of a name that leaves room for what is put behind it: file systems allow 255 bytes."""
    return name.encode("utf-8", errors="replace")[:_LONGEST].decode("utf-8", errors="ignore")


def _with_suffix(path: str, suffix: str) -> str:
    path = os.path.expanduser(path.strip())
    if not path:
        return ""
    known = {".tif": (".tif", ".tiff"), ".html": (".html", ".htm")}.get(suffix, (suffix,))
    return os.path.abspath(path if path.lower().endswith(known) else path + suffix)
