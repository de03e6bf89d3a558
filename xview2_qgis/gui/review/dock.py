"""The review dock."""

from __future__ import annotations

from qgis.core import Qgis, QgsCoordinateTransform, QgsCsException, QgsVectorLayer
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import QMainWindow, QWidget

from ...i18n.translation import tr
from ...layers.open_project import open_project
from ...results.legend_counts import count_again
from ...results.review_images import ReviewImages, review_images
from ...review.selection.plan import Plan
from ...review.selection.review_filter import Box
from ...review.session import ReviewSession
from ..plugin_dock import PluginDock
from .command import CLASS_COMMANDS, Command
from .face import ReviewFace
from .keys import ReviewKeys
from .map.drawing import Drawing
from .map.map_mark import MapMark
from .panel import ReviewPanel
from .panel_entries import panel_entries
from .progress_line import progress_text
from .sessions import ReviewSessions

_LETTERS, _SHARE_OF_WINDOW = 67, 0.34  # the width at first
_PANELS_AFTER_MS = 700  # several keys may follow each other within it


class ReviewDock(PluginDock):
    """Shows one building after the other and takes what the reviewer says about it.

    Args:
        iface: the running application.
        parent: Qt parent, the main window.

    Attributes:
        session: the review of the chosen layer; None without one.
    """

    HANDBOOK_PAGE = "review"

    def __init__(self, iface: QgisInterface, parent: QWidget | None = None) -> None:
        super().__init__(iface, parent)
        self.session: ReviewSession | None = None
        self._sessions = ReviewSessions(self)
        self._panels: list[ReviewPanel] = []
        self._keys: ReviewKeys | None = None
        self.setObjectName("xView2ReviewDock")
        self.setWindowTitle(tr("Review buildings"))
        self.face = ReviewFace(self.help_button(), self._view, self)
        self.setWidget(self.face)
        # for panels, tests and scripts
        self.layer, self.tabs, self.notice = self.face.layer, self.face.tabs, self.face.notice
        canvas = iface.mapCanvas()
        self._mark = None if canvas is None else MapMark(canvas)
        self._drawing = None if canvas is None else Drawing(canvas, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PANELS_AFTER_MS)
        self._timer.timeout.connect(self._after_keys)
        for entry in panel_entries():
            self.add_panel(entry.title, entry.make(iface, self.tabs))
        self._keys = ReviewKeys(self, canvas, self._is_ready)
        self._keys.pressed.connect(self.do)
        self._connect()
        self._choose_layer()

    def _connect(self) -> None:
        self.face.buttons.pressed.connect(self.do)
        self.face.note.returnPressed.connect(self._save_note)
        self.face.note.left.connect(self._leave_note)
        self.face.plan.planned.connect(self._on_plan)
        self.face.plan.scaled.connect(self.face.chips.set_scale)
        self.face.plan.following.connect(self._on_following)
        self.tabs.currentChanged.connect(lambda _: self._refresh_panels())
        self.layer.layerChanged.connect(lambda _: self._choose_layer())
        if self._drawing is not None:
            self._drawing.drawn.connect(self._on_drawn)
        project = open_project()
        project.layersAdded.connect(self._find_images)
        project.layersRemoved.connect(self._find_images)

    def add_panel(self, title: str, panel: ReviewPanel) -> None:
        """Add a tab.

        Args:
            title: its text.
            panel: what it shows; it is given the layers chosen from now on, and the one chosen now.
        """
        self._panels.append(panel)
        self.face.add_tab(title, panel)
        if self._keys is not None:
            self._keys.watch(panel)
        panel.written.connect(self._read_again)
        panel.set_layer(self.layer.damage())

    # the window

    def bring_up(self) -> None:
        """Show the dock, for the layer that is active if it can be reviewed."""
        self.layer.offer()
        self.layer.choose(self._iface.activeLayer())
        first = not self._docked
        super().bring_up()
        if first:
            self._widen()
        self.face.setFocus()

    def _widen(self) -> None:
        """Begin so wide that the table of the totals can be read, where the window is wide enough."""
        window = self._iface.mainWindow()
        if isinstance(window, QMainWindow):
            wanted = min(self.fontMetrics().averageCharWidth() * _LETTERS, int(window.width() * _SHARE_OF_WINDOW))
            if self.width() < wanted:
                window.resizeDocks([self], [wanted], Qt.Orientation.Horizontal)

    def carry_out(self, order: object) -> None:
        """Review the layer that another window has asked for."""
        if isinstance(order, QgsVectorLayer):
            self.layer.choose(order)

    def shut_down(self) -> None:
        """Leave the layers and the main window."""
        project = open_project()
        project.layersAdded.disconnect(self._find_images)
        project.layersRemoved.disconnect(self._find_images)
        if self._keys is not None:
            self._keys.leave()
        self.layer.shut_down()
        self.face.chips.stop()
        self._sessions.leave_all()
        self.session = None
        if self._drawing is not None:
            self._drawing.stop()
        if self._mark is not None:
            self._mark.leave()
        super().shut_down()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - name is Qt's
        """Read the layer now: while the dock is hidden nothing is read."""
        super().showEvent(event)
        if not event.spontaneous():
            self._choose_layer()

    # the layer

    def _choose_layer(self) -> None:
        layer = self.layer.damage()
        for panel in self._panels:
            panel.set_layer(layer)
        if self.session is not None:
            self.session.moved.disconnect(self._show_building)
            self.session.changed.disconnect(self._on_changed)
            self.session.refused.disconnect(self._warn)
        self.session = None
        if layer is not None and self.isVisible():
            self.session = self._sessions.of(layer)
            self.session.moved.connect(self._show_building)
            self.session.changed.connect(self._on_changed)
            self.session.refused.connect(self._warn)
            self._offer_sample()
        self.notice.clear()
        self._find_images()
        self._show_progress()
        self._refresh_panels()
        if self.session is not None and (refusal := self.session.refusal()):
            self._warn(refusal)

    def _find_images(self, _: object = None) -> None:
        layer = None if self.session is None else self.session.layer
        images = ReviewImages() if layer is None else review_images(open_project(), layer)
        self.face.chips.set_layer(layer, images)
        self._show_building()

    def _read_again(self) -> None:
        if self.session is not None:
            self.session.layer.triggerRepaint()
            self.session.read()
            self._offer_sample()

    def _offer_sample(self) -> None:
        if self.session is not None:
            self.session.look_for_sample()
            self.face.plan.show_plan(self.session.plan, bool(self.session.sample))

    def _is_ready(self) -> bool:
        drawing = self._drawing is not None and self._drawing.is_active()
        seen = self.isVisible() and self.face.has_building_in_sight
        return seen and self.session is not None and not drawing

    def _view(self) -> Box | None:
        canvas = self._iface.mapCanvas()
        if canvas is None or self.session is None:
            return None
        shown = canvas.mapSettings().destinationCrs()
        transform = QgsCoordinateTransform(shown, self.session.layer.crs(), open_project().transformContext())
        try:
            box = transform.transformBoundingBox(canvas.extent())
        except QgsCsException:
            return None
        return Box(box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())

    # one building

    def do(self, command: Command) -> None:
        """Carry out what a key or a button stands for."""
        session = self.session
        if session is None:
            return
        self.notice.clear()
        if command in CLASS_COMMANDS:
            session.judge(CLASS_COMMANDS[command])
        elif command is Command.ACCEPT:
            session.accept()
        elif command is Command.UNDO:
            session.undo()
        elif command is Command.SKIP:
            session.skip()
        elif command is Command.BACK:
            session.back()
        elif command is Command.NOTE:
            self.face.note.begin("" if session.current is None else session.current.note)
        elif command is Command.ADD and self._drawing is not None:
            self._drawing.start(session.layer)
            self.notice.show_message(
                tr("Click the corners of the building on the map; a right click or Enter ends, Escape gives up."),
                Qgis.MessageLevel.Info,
            )

    def _save_note(self) -> None:
        if self.session is not None:
            self.session.annotate(self.face.note.text())
        self._leave_note()
        self._show_building()

    def _leave_note(self) -> None:
        self.face.note.hide()
        self.face.setFocus()

    def _on_drawn(self, outline: object) -> None:
        self.notice.clear()
        if self.session is not None:
            self.session.add(outline)  # type: ignore[arg-type]  # a signal of Qt knows no classes of QGIS

    def _on_plan(self, plan: Plan) -> None:
        if self.session is not None:
            self.session.set_plan(plan)

    def _on_following(self, follows: bool) -> None:
        if self._mark is not None:
            self._mark.follows = follows

    # what is shown

    def _show_building(self) -> None:
        session = self.session
        building = None if session is None else session.current
        self.face.show_building(building, bool(session is not None))
        if session is None or building is None:
            self.face.chips.show_building(None, [])
            if self._mark is not None:
                self._mark.clear()
            return
        self.face.chips.show_building(building.fid, session.next_fids)
        if self._mark is not None and self.isVisible():
            self._mark.show(session.layer, building.fid)

    def _show_progress(self) -> None:
        session = self.session
        if session is None:
            self.face.show_progress(tr("There is no damage layer in the project. Assess a pair of images first."))
            self.face.confusion.show_confusion(None)
            return
        text = progress_text(session.progress(), session.plan, session.rate.per_minute())
        if session.layer.isEditable():
            text += " · " + tr("saved with the edits of the layer")
        self.face.show_progress(text)

    def _on_changed(self) -> None:
        self._show_progress()
        self._timer.start()

    def _after_keys(self) -> None:
        if self.session is not None:
            count_again(open_project(), self.session.layer)
        self._refresh_panels()

    def _refresh_panels(self) -> None:
        if self.session is not None and self.face.confusion.isVisible():
            self.face.confusion.show_confusion(self.session.confusion())
        for panel in self._panels:
            if panel.isVisible():
                panel.refresh()

    def _warn(self, text: str) -> None:
        self.notice.show_message(text, Qgis.MessageLevel.Warning)
