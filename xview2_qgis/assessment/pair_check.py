"""Looks at a pair before its run: what QGIS knows at once, then the engine's word, in the background.

The engine's command ``facts`` opens the images as a run does, in a process of its own. It is asked when the choice has
rested for a moment, once for each choice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from qgis.core import QgsRasterLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..engine_process.environment import EngineEnvironment, EngineMissingError
from ..engine_process.outcome import INTERPRETER_CODES, Outcome
from ..engine_process.process import EngineProcess
from ..layers.image_facts import facts_of_layer, pair_of_layers
from ..layers.unusable_layer import UnusableLayerError
from ..protocol.events import Event, ImageFacts, Noise, PairFacts, Warned
from ..protocol.options.assessment import OPTION
from .pair_report import PairReport
from .request import words_of_pair

#: How long a choice rests before the engine is asked, milliseconds.
REST_MS = 400

_KILL_AFTER_S = 2.0
_STOP_S = 0.5
_MOST_KEPT = 32
_OF_THE_ENGINE = ("crash", *INTERPRETER_CODES)


class PairCheck(QObject):
    """Answers what is known of a pair.

    Signals:
        known: a :class:`PairReport`; at once, and again when the engine has answered.

    Args:
        engine: finds the engine; raises ``EngineMissingError``.
        parent: Qt parent.
    """

    known = pyqtSignal(object)

    def __init__(self, engine: Callable[[], EngineEnvironment], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._kept: dict[tuple[str, ...], PairReport] = {}
        self._asked: tuple[str, ...] = ()
        self._command: list[str] = []
        self._process: EngineProcess | None = None
        self._report = PairReport()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._start)

    @property
    def busy(self) -> bool:
        """Whether the engine has still to answer."""
        return self._rest.isActive() or self._process is not None

    def ask(self, pre: QgsRasterLayer | None, post: QgsRasterLayer | None, bands: tuple[str, str], model: str) -> None:
        """Find out about a pair; answers to earlier questions no longer come.

        Args:
            pre: layer of the pre-event image, None where none is chosen.
            post: layer of the post-event image, None where none is chosen.
            bands: what the user typed as bands of each.
            model: name of the model.
        """
        self.give_up()
        report = PairReport(
            None if pre is None else facts_of_layer("pre", pre), None if post is None else facts_of_layer("post", post)
        )
        if pre is None or post is None or pre.id() == post.id():
            self.known.emit(report)
            return
        report = replace(report, pair=pair_of_layers(pre, post))
        try:
            words = words_of_pair(pre, post, bands)
        except UnusableLayerError as error:
            self.known.emit(replace(report, failure=str(error)))
            return
        self._command = _command({**words, "model": model, "events": "json"})
        self._asked = (*self._command, *(_changed_at(str(words[role])) for role in ("pre", "post")))
        self._report = report
        self.known.emit(self._kept.get(self._asked, report))
        if self._asked not in self._kept:
            self._rest.start()

    def give_up(self) -> None:
        """Ask no longer."""
        self._rest.stop()
        process, self._process = self._process, None
        if process is not None:
            process.reported.disconnect()
            process.cancel()

    def stop(self) -> None:
        """End what is under way, because the plugin is unloaded; blocks for a moment."""
        self._rest.stop()
        for process in self.findChildren(EngineProcess):
            process.stop(_STOP_S)
        self._process = None

    def _start(self) -> None:
        try:
            environment = self._engine()
        except EngineMissingError:
            return  # what QGIS knows has been said
        process = EngineProcess(environment, self._command, self, terminate_after_s=0.0, kill_after_s=_KILL_AFTER_S)
        process.reported.connect(self._on_event)
        process.finished.connect(partial(self._on_finished, process))
        self._process = process
        process.start()

    def _on_event(self, event: Event | Noise) -> None:
        if isinstance(event, ImageFacts):
            report = self._report
            self._report = replace(report, pre=event) if event.role == "pre" else replace(report, post=event)
        elif isinstance(event, PairFacts):
            self._report = replace(self._report, pair=event)
        elif isinstance(event, Warned):
            self._report = replace(self._report, warnings=(*self._report.warnings, event))

    def _on_finished(self, process: EngineProcess, outcome: Outcome) -> None:
        process.deleteLater()
        if process is not self._process:
            return
        self._process = None
        failure = "" if outcome.failure is None else outcome.failure.text
        # what is wrong with the engine is no doubt about the images, and told elsewhere
        if outcome.cancelled or (outcome.failure is not None and outcome.failure.code in _OF_THE_ENGINE):
            return
        self._report = replace(self._report, failure=failure, by_engine=True)
        while len(self._kept) >= _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[self._asked] = self._report
        self.known.emit(self._report)


def _command(words: Mapping[str, str | bool | None]) -> list[str]:
    return ["facts", *(f"{OPTION[name].flag}={text}" for name, text in words.items() if text)]


def _changed_at(source: str) -> str:
    """Return what changes with a file; empty for what is none."""
    try:
        facts = os.stat(source)
    except (OSError, ValueError):
        return ""
    return f"{facts.st_mtime_ns} {facts.st_size}"
