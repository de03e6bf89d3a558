"""A feedback of Processing that tests can look into."""

from __future__ import annotations

import threading

from qgis.core import QgsProcessingFeedback


class Feedback(QgsProcessingFeedback):
    """Remembers what it was told."""

    def __init__(self):
        super().__init__(False)
        self.infos, self.warnings, self.errors, self.percentages, self.stages = [], [], [], [], []
        self.threads = set()
        self.progressChanged.connect(self.percentages.append)

    def pushInfo(self, info):  # noqa: N802
        self.infos.append(info)
        self.threads.add(threading.get_ident())

    def pushWarning(self, warning):  # noqa: N802
        self.warnings.append(warning)

    def reportError(self, error, fatalError=False):  # noqa: N802, N803
        self.errors.append(error)

    def setProgressText(self, text):  # noqa: N802
        self.stages.append(text)
