"""Looking for what an installation would do, beside the window: Pythons are run to see what they are."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsTask
from qgis.PyQt.QtCore import pyqtSignal

from ....i18n.translation import tr
from ....installation.outcome import InstallationError
from ....installation.plan import InstallationPlan, make_plan
from ....installation.variant import Variant


class Planning(QgsTask):
    """Makes one plan.

    Signals:
        planned: the :class:`InstallationPlan`.
        refused: the :class:`InstallationError` that stands against it.

    Args:
        variant: which packages; None for those that are recommended.
        offline: folder or zip that the packages come from, None for the package index.
    """

    planned = pyqtSignal(object)
    refused = pyqtSignal(object)

    def __init__(self, variant: Variant | None, offline: Path | None) -> None:
        # nothing is lost with it: QGIS need not ask before it ends
        super().__init__(tr("Look for a Python for the engine"), QgsTask.Flag.CancelWithoutPrompt)
        self._variant = variant
        self._offline = offline
        self._plan: InstallationPlan | None = None
        self._error: InstallationError | None = None
        self._over = False
        # one that is cancelled before it has begun never comes to its thread
        self.taskTerminated.connect(self._tell)

    def run(self) -> bool:
        """Make the plan; runs in a worker thread."""
        try:
            self._plan = make_plan(self._variant, self._offline)
        except InstallationError as error:
            self._error = error
        except OSError as error:
            self._error = InstallationError(tr("The installation cannot be prepared: {}.").format(error), "")
        return self._error is None

    def finished(self, result: bool) -> None:
        """Say what was found; runs in the main thread."""
        self._tell()

    def _tell(self) -> None:
        if self._over:
            return
        self._over = True
        if self._plan is not None:
            self.planned.emit(self._plan)
        else:
            cancelled = InstallationError(tr("Looking for a Python was cancelled."), tr("Try again."))
            self.refused.emit(self._error or cancelled)
