"""One piece of work on the models: fetched with the network settings of QGIS, checked and put in place by the engine.

The engine is the one who knows what a sound model is: it checks the bundle before a byte of it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qgis.PyQt.QtCore import QObject, QUrl, pyqtSignal

from ..engine_process.environment import EngineEnvironment
from ..engine_process.outcome import Failure, Outcome
from ..engine_process.process import EngineProcess
from ..i18n.translation import tr
from ..protocol.published_models import PublishedModel
from .address import file_name, model_address
from .download import Download, Fetched
from .part_file import PartFile
from .refusal import ModelStoreError

Action = Literal["install", "verify", "remove"]

# its steps take seconds, and what a killed installation leaves behind is tidied up by the next one
_TERMINATE_AFTER_S, _KILL_AFTER_S = 0.5, 5.0


@dataclass(frozen=True)
class ModelOrder:
    """What is to be done.

    Attributes:
        action: what the engine does.
        target: name of the model, or path of the bundle to install; empty where the bundle is fetched.
        address: where the bundle is fetched, as somebody typed it; empty where it is not.
        sha256: checksum that the file must have, hexadecimal; empty to take it as it is.
        credentials: authentication configuration of QGIS for the address; empty for none.
    """

    action: Action
    target: str = ""
    address: str = ""
    sha256: str = ""
    credentials: str = ""

    @classmethod
    def fetching(cls, model: PublishedModel) -> ModelOrder:
        """Return the order to fetch and install a published model."""
        return cls("install", address=model.address, sha256=model.sha256)


@dataclass(frozen=True)
class WorkResult:
    """How the work ended.

    Attributes:
        model: name of the model, empty unless all went well.
        problem: what went wrong and what to do about it; empty where it went well or was cancelled.
        details: last lines of the engine's standard error.
    """

    model: str = ""
    problem: str = ""
    details: str = ""

    @property
    def cancelled(self) -> bool:
        """Whether the user stopped it."""
        return not self.model and not self.problem


class ModelWork(QObject):
    """Carries out one order.

    Signals:
        stage_changed: what is being done, for people.
        progressed: the :class:`.TransferProgress` of the download.
        ended: the :class:`WorkResult`, exactly once, never before :meth:`start` has returned.

    Args:
        order: what is to be done.
        environment: where the engine runs.
        parent: Qt parent.
    """

    stage_changed = pyqtSignal(str)
    progressed = pyqtSignal(object)
    ended = pyqtSignal(object)

    def __init__(self, order: ModelOrder, environment: EngineEnvironment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.order = order
        self._environment = environment
        self._part: PartFile | None = None
        self._download: Download | None = None
        self._process: EngineProcess | None = None
        self._over = False

    def start(self) -> None:
        """Begin; returns at once.

        Raises:
            ModelStoreError: the address is none, or the cache cannot be used.
        """
        if not self.order.address:
            self._engine(self.order.target)
            return
        url = model_address(self.order.address)
        part = PartFile(self.order.address, file_name(url))
        try:
            part.open()
        except OSError as error:
            part.close()
            raise ModelStoreError(
                tr("The cache cannot be written ({}).").format(error.strerror or error),
                tr("Set XVIEW2_CACHE to a folder that can be written."),
            ) from error
        self._part = part
        self.stage_changed.emit(tr("Downloading…"))
        self._download = self._new_download(url, part)
        self._download.start()

    def cancel(self) -> None:
        """Stop; ``ended`` follows. What has been downloaded stays for another try."""
        if self._download is not None:
            self._download.cancel()
        elif self._process is not None:
            self._process.cancel()

    def stop(self) -> None:
        """End within seconds and without a signal, because the plugin is unloaded."""
        self._over = True
        if self._download is not None:
            self._download.cancel()
        if self._process is not None:
            self._process.stop(_TERMINATE_AFTER_S)
        self._close()

    def _new_download(self, url: QUrl, part: PartFile) -> Download:
        download = Download(url, part, self.order.credentials, self)
        download.progressed.connect(self.progressed)
        download.finished.connect(self._on_fetched)
        return download

    def _on_fetched(self, fetched: Fetched) -> None:
        if self._download is not None:
            self._download.deleteLater()
            self._download = None
        if self._over:
            return
        if fetched.path is not None:
            self._engine(str(fetched.path))
            return
        self._close()
        self._end(WorkResult(problem=str(fetched.error) if fetched.error is not None else ""))

    def _engine(self, target: str) -> None:
        titles = {
            "install": tr("Checking and installing…"),
            "verify": tr("Checking all files…"),
            "remove": tr("Removing…"),
        }
        self.stage_changed.emit(titles[self.order.action])
        options = ["--events=json"]
        if self.order.action == "install":
            target = str(Path(target).absolute())  # the engine runs in another folder
            options += [f"--sha256={self.order.sha256}"] if self.order.sha256 else []
        # a name of a folder may begin like an option
        command = ["models", self.order.action, *options, "--", target]
        self._process = EngineProcess(self._environment, command, self, _TERMINATE_AFTER_S, _KILL_AFTER_S)
        self._process.finished.connect(self._on_engine_finished)
        self._process.start()

    def _on_engine_finished(self, outcome: Outcome) -> None:
        failure = outcome.failure
        # a file that is no model is no better at the next try; where the engine or a disk failed it may be
        useless = failure is not None and _is_about_the_file(failure)
        if self._part is not None and (outcome.result is not None or useless):
            self._part.discard()
        self._close()
        if outcome.result is not None:
            self._end(WorkResult(model=outcome.result.output))
        elif failure is not None:
            self._end(WorkResult(problem=failure.text, details=failure.details))
        else:
            self._end(WorkResult())

    def _close(self) -> None:
        if self._part is not None:
            self._part.close()
            self._part = None

    def _end(self, result: WorkResult) -> None:
        if not self._over:
            self._over = True
            self.ended.emit(result)


def _is_about_the_file(failure: Failure) -> bool:
    return failure.code.startswith("model-") or failure.code == "no-model"
