"""The review of one layer: at which building one is, what is said about it, and what comes next."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from qgis.core import QgsGeometry, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..i18n.translation import tr
from .building import ReviewedBuilding
from .confusion import Confusion
from .inventory import Inventory
from .layer_changes import LayerChanges
from .rate import ReviewRate
from .selection.order import Order, in_order
from .selection.plan import Plan, keep_plan, kept_plan
from .selection.queue import Progress, ReviewQueue
from .selection.sample import sample_of
from .writing.edits import ReviewEdits
from .writing.layer_writing import NotWrittenError

_KEEP_AFTER_MS = 1000


class ReviewSession(QObject):
    """Goes through the buildings of one damage layer.

    Args:
        layer: the layer.
        parent: Qt parent.
        clock: seconds, never going back.

    Signals:
        moved: another building is the current one, or there is none any more.
        changed: something about the buildings has changed.
        refused: the layer did not take something; the text says why.
    """

    moved = pyqtSignal()
    changed = pyqtSignal()
    refused = pyqtSignal(str)

    def __init__(
        self, layer: QgsVectorLayer, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self.layer = layer
        self._clock = clock
        self._edits = ReviewEdits(layer)
        self._inventory = Inventory(layer)
        self._buildings = self._inventory.read_all()
        self._reviewed = {fid for fid, building in self._buildings.items() if building.is_reviewed}
        self.sample = sample_of(layer)
        self.rate = ReviewRate()
        self._queue = ReviewQueue()
        self.plan, at = kept_plan(layer)
        self._order()
        if at is None or not self._queue.go_to(at):
            self._queue.forward(self._passed_by)
        # what was said is in the file at once; the place may wait until the keys rest
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(_KEEP_AFTER_MS)
        self._keeping.timeout.connect(self._keep)
        self._changes = LayerChanges(layer, self)
        self._changes.rows_changed.connect(self._read_some)
        self._changes.layer_changed.connect(self.read)
        layer.selectionChanged.connect(self._on_selection)
        self._of_editing = (layer.editingStarted, layer.editingStopped)
        for signal in self._of_editing:
            signal.connect(self._on_editing)

    # what there is

    @property
    def current(self) -> ReviewedBuilding | None:
        """The building one is at."""
        fid = self._queue.current
        return None if fid is None else self._buildings.get(fid)

    @property
    def next_fids(self) -> list[int]:
        """The buildings that come next, as far as it is worth to prepare for them."""
        return self._queue.following(2, self._passed_by)

    def progress(self) -> Progress:
        """Return how many of the buildings of the plan are reviewed."""
        return Progress(sum(map(self._queue.holds, self._reviewed)), len(self._queue.fids))

    def confusion(self) -> Confusion:
        """Return what the model said against what reviewers said, of the whole layer."""
        return Confusion.of(self._buildings.values())

    def refusal(self) -> str:
        """Return why nothing can be written, or an empty text."""
        return self._edits.refusal()

    # going on

    def set_plan(self, plan: Plan) -> None:
        """Follow another plan; one stays at the current building if it belongs to it."""
        current = self._queue.current
        self.plan = plan
        self._order()
        stays = current is not None and current not in self._passed_by and self._queue.go_to(current)
        if not stays:
            self._queue.forward(self._passed_by)
        self.changed.emit()
        self._arrive()

    def skip(self) -> None:
        """Go to the next building."""
        self._queue.forward(self._passed_by)
        self._arrive()

    def back(self) -> None:
        """Go to the building before, reviewed or not."""
        self._queue.back()
        self._arrive()

    def go_to(self, fid: int) -> bool:
        """Go to a building, for example one that was clicked on the map; False where the layer does not have it."""
        if fid not in self._buildings:
            return False
        if not self._queue.go_to(fid):
            self._queue = ReviewQueue([*self._queue.fids, fid])
            self._queue.go_to(fid)
        self._arrive()
        return True

    # what is said

    def judge(self, review_class: str) -> None:
        """Give the current building a class, and go on."""
        building = self.current
        if building is None or not self._done(lambda: self._edits.judge(building.fid, review_class)):
            return
        self._take_over(replace(building, review_class=review_class))
        self.rate.note(self._clock())
        self._queue.forward(self._passed_by)
        self.changed.emit()
        self._arrive()

    def accept(self) -> None:
        """Agree with the machine, and go on."""
        building = self.current
        if building is not None:
            self.judge(building.machine_class)

    def annotate(self, note: str) -> None:
        """Write a note about the current building."""
        building = self.current
        if building is not None and self._done(lambda: self._edits.annotate(building.fid, note)):
            self._take_over(replace(building, note=note.strip()))
            self.changed.emit()

    def add(self, outline: QgsGeometry) -> None:
        """Add a building that the model has missed, and go to it: it waits for its class.

        Args:
            outline: polygon in the CRS of the layer.
        """
        added: list[int] = []
        if self._done(lambda: added.append(self._edits.add(outline))):
            self._buildings.update(self._inventory.read(added))
            self.go_to(added[0])
            self.changed.emit()

    def undo(self) -> None:
        """Take back what was done last, and go to its building."""
        if not self._edits.can_undo():
            self.refused.emit(tr("There is nothing to undo: only what was done since the layer was opened here."))
            return
        try:
            with self._changes.own():
                undone = self._edits.undo()
        except NotWrittenError as error:
            self.refused.emit(str(error))
            return
        if undone is None:
            self.refused.emit(tr("This building was changed elsewhere meanwhile; that change stays."))
            return
        if undone.judged:
            self.rate.take_back()
        self._read_some([undone.fid])
        if undone.fid in self._buildings:
            self.go_to(undone.fid)
        else:
            self._arrive()

    def read(self) -> None:
        """Read the layer again: rows came, went or were changed otherwise than here."""
        current = self._queue.current
        self._inventory = Inventory(self.layer)
        self._buildings = self._inventory.read_all()
        self._reviewed = {fid for fid, building in self._buildings.items() if building.is_reviewed}
        self.sample = sample_of(self.layer)
        self._order()
        if current is None or not self._queue.go_to(current):
            self._queue.forward(self._passed_by)
        self.changed.emit()
        self.moved.emit()

    def leave(self) -> None:
        """Keep the place and listen to the layer no more."""
        self._keep()
        self.layer.selectionChanged.disconnect(self._on_selection)
        for signal in self._of_editing:
            signal.disconnect(self._on_editing)
        self._changes.leave()
        self._edits.leave()

    def look_for_sample(self) -> None:
        """Read which buildings the sample holds: it may have been drawn meanwhile."""
        sample, self.sample = self.sample, sample_of(self.layer)
        if sample != self.sample and self.plan.order is Order.SAMPLE:
            self.set_plan(self.plan)

    def _on_editing(self) -> None:
        self.changed.emit()  # from now on reviews are saved at once, or with the edits

    def _on_selection(self) -> None:
        # one building that was clicked on the map or in the table is the one to be looked at
        selected = self.layer.selectedFeatureIds()
        if len(selected) == 1:
            self.go_to(selected[0])

    @property
    def _passed_by(self) -> set[int]:
        return self._reviewed if self.plan.filter.not_reviewed else set()

    def _done(self, action: Callable[[], object]) -> bool:
        try:
            with self._changes.own():
                action()
        except NotWrittenError as error:
            self.refused.emit(str(error))
            return False
        return True

    def _take_over(self, building: ReviewedBuilding) -> None:
        self._buildings[building.fid] = building
        if building.is_reviewed:
            self._reviewed.add(building.fid)
        else:
            self._reviewed.discard(building.fid)

    def _read_some(self, fids: list[int]) -> None:
        found = self._inventory.read(fids)
        for fid in fids:
            if fid in found:
                self._take_over(found[fid])
            else:
                self._buildings.pop(fid, None)
                self._reviewed.discard(fid)
                self._queue.drop(fid)
        self.changed.emit()

    def _order(self) -> None:
        wanted = [building for building in self._buildings.values() if self.plan.filter.concerns(building)]
        self._queue = ReviewQueue(building.fid for building in in_order(wanted, self.plan.order, self.sample))

    def _arrive(self) -> None:
        self._keeping.start()
        self.moved.emit()

    def _keep(self) -> None:
        self._keeping.stop()
        keep_plan(self.layer, self.plan, self._queue.current)
