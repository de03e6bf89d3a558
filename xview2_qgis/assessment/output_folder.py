"""The folder that is proposed for results."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QStandardPaths

from ..i18n.translation import tr
from ..layers.output_names import is_plain


@dataclass(frozen=True)
class OutputFolder:
    """Where results may go.

    Attributes:
        path: the folder.
        reason: why it is not that of the image, for people; empty where it is.
    """

    path: Path
    reason: str = ""


def output_folder(image: str) -> OutputFolder:
    """Return the folder of an image, else that of the project, else that of documents, in which we may write."""
    beside = Path(image).parent if image else None
    if beside is not None and _usable(beside):
        return OutputFolder(beside)
    home = QgsProject.instance().homePath()
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    for folder in (Path(text) for text in (home, documents) if text):
        if _usable(folder):
            text = tr("Results cannot be written beside the image; “{}” is proposed instead.")
            return OutputFolder(folder, text.format(folder))
    text = tr("Results cannot be written beside the image. The folder proposed is a temporary one: choose another.")
    return OutputFolder(Path(tempfile.gettempdir()), text)


def _usable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK) and is_plain(str(folder))
