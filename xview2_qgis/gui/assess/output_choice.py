"""Choosing the files to write: the GeoPackage always, damage raster and report on demand."""

from __future__ import annotations

from pathlib import Path

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from ...assessment.output_folder import output_folder
from ...i18n.translation import tr
from ...layers.output_names import free_stem, is_plain, plain_name, with_extension

_LONGEST = 200  # bytes of a name that is proposed
_EXTENSIONS = (".gpkg", ".tif", ".html")


class OutputChoice(QWidget):
    """Three file fields; the names follow the pre-event image until the user edits them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # the Tab key goes from one to the next in the order in which they are made
        self.geopackage = self._file(tr("GeoPackage (*.gpkg)"), tr("Save damage layer as"), ".gpkg")
        self.with_raster = QCheckBox(tr("Damage ras&ter"), self)
        self.damage_raster = self._file(tr("GeoTIFF (*.tif)"), tr("Save damage raster as"), ".tif")
        self.with_report = QCheckBox(tr("&HTML report"), self)
        self.report = self._file(tr("HTML (*.html)"), tr("Save report as"), ".html")
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)  # names of folders stand in it
        self.note.setWordWrap(True)
        self.note.setVisible(False)
        self._suggested = ["", "", ""]

        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        label = QLabel(tr("&Damage layer"), self)
        label.setBuddy(self.geopackage)
        layout.addWidget(label, 0, 0)
        layout.addWidget(self.geopackage, 0, 1)
        for row, box, field in ((1, self.with_raster, self.damage_raster), (2, self.with_report, self.report)):
            layout.addWidget(box, row, 0)
            layout.addWidget(field, row, 1)
            field.setEnabled(False)
            box.toggled.connect(field.setEnabled)
        layout.addWidget(self.note, 3, 0, 1, 2)
        layout.setColumnStretch(1, 1)

    def suggest(self, image: str) -> None:
        """Propose names next to an image, unless the user has typed some; none where there is no image yet."""
        names = ["", "", ""]
        folder = output_folder(image)
        if image:
            name = Path(image).stem
            stem = f"{_shortened(name if is_plain(name) else plain_name(name))}_damage"
            free = free_stem(folder.path, stem, _EXTENSIONS)
            names = [str(folder.path / f"{free}{extension}") for extension in _EXTENSIONS]
        proposed = False
        for index, field in enumerate((self.geopackage, self.damage_raster, self.report)):
            if field.filePath() in ("", self._suggested[index]):
                self._suggested[index] = names[index]
                field.setFilePath(names[index])
                proposed = proposed or bool(names[index])
        self.note.setText(folder.reason)
        self.note.setVisible(proposed and bool(folder.reason))

    def forget(self) -> None:
        """Forget what was typed, because it belonged to another project."""
        for field in (self.geopackage, self.damage_raster, self.report):
            field.setFilePath("")
        self._suggested = ["", "", ""]
        self.note.setVisible(False)

    def paths(self) -> tuple[str, str | None, str | None]:
        """Return GeoPackage, damage raster and report, with their extensions; None for what is not wanted."""
        return (
            with_extension(self.geopackage.filePath(), ".gpkg"),
            with_extension(self.damage_raster.filePath(), ".tif") if self.with_raster.isChecked() else None,
            with_extension(self.report.filePath(), ".html") if self.with_report.isChecked() else None,
        )

    def show_paths(self, geopackage: Path, damage_raster: Path | None, report: Path | None) -> None:
        """Show other names; None leaves a field as it is."""
        for field, path in ((self.geopackage, geopackage), (self.damage_raster, damage_raster), (self.report, report)):
            if path is not None:
                field.setFilePath(str(path))

    def _file(self, file_filter: str, title: str, extension: str) -> QgsFileWidget:
        field = QgsFileWidget(self)
        field.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        # the dialog asks itself before it starts, also when the name was typed
        field.setConfirmOverwrite(False)
        field.setFilter(file_filter)
        field.setDialogTitle(title)
        # what will be written is seen before the run
        field.lineEdit().editingFinished.connect(lambda: field.setFilePath(with_extension(field.filePath(), extension)))
        return field


def _shortened(name: str) -> str:
    """Return the beginning of a name that leaves room for what is put behind it: file systems allow 255 bytes."""
    return name.encode("utf-8", errors="replace")[:_LONGEST].decode("utf-8", errors="ignore")
