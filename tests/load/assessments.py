"""Assessments one after the other, or several at once, through the task that the dialog starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer

from xview2_qgis.assessment.request import request_of
from xview2_qgis.assessment.task import AssessmentTask
from xview2_qgis.engine_process.environment import EngineEnvironment
from xview2_qgis.engine_process.outcome import Outcome
from xview2_qgis.results.result_layers import add_result

_LIMIT_MS = 300_000


@dataclass(frozen=True)
class Assessments:
    """What is assessed again and again.

    Attributes:
        pair: the images.
        model: bundle of the model.
        environment: where the engine runs.
        folder: where the results go.
    """

    pair: tuple[str, str]
    model: str
    environment: EngineEnvironment
    folder: Path

    def run(self, names: list[str]) -> list[Outcome]:
        """Start a run for each name (of its GeoPackage) at once and return how they ended, in the same order."""
        loop = QEventLoop()
        outcomes: dict[int, Outcome] = {}

        def note(number: int, outcome: Outcome) -> None:
            outcomes[number] = outcome
            if len(outcomes) == len(names):
                loop.quit()

        tasks = []
        for number, name in enumerate(names):
            task = AssessmentTask(self._request(name), self.environment)
            task.finished.connect(lambda outcome, number=number: note(number, outcome))
            tasks.append(task)
        for task in tasks:
            task.start()
        limit = QTimer()
        limit.setSingleShot(True)
        limit.timeout.connect(loop.quit)
        limit.start(_LIMIT_MS)
        loop.exec()
        limit.stop()
        assert len(outcomes) == len(names), f"{len(names) - len(outcomes)} assessments did not end"
        for task in tasks:
            task.deleteLater()
        self._settle()
        return [outcomes[number] for number in range(len(names))]

    def show(self, name: str, outcome: Outcome) -> int:
        """Load a result into the project as the dialog does, count its buildings there, and take it away again."""
        project = QgsProject.instance()
        assert outcome.result is not None, outcome.failure
        layers = add_result(project, self._request(name), outcome.result)
        assert layers is not None
        count = sum(1 for _ in layers.damage.getFeatures())
        project.clear()
        self._settle()
        return count

    def _request(self, name: str):
        words = {"pre": self.pair[0], "post": self.pair[1], "model": self.model, "device": "cpu", "register": "off"}
        return request_of({**words, "output": str(self.folder / name), "overwrite": True})

    @staticmethod
    def _settle() -> None:
        """Let QGIS do what it put off: the task manager, and objects that are to be deleted."""
        for _ in range(3):
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
