"""Steps of the analyst's first hour, with an engine that works: pair, run, review, adapt, sample, export."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QComboBox, QDialog, QFileDialog, QLineEdit, QTextEdit, QToolBar, QWidget

from .analyst import Analyst
from .sample_steps import agree_to_terms, assess, layers

if TYPE_CHECKING:
    from .user import Steps, User

_FIRST = (("doubt", 50), ("random", 50))
_ANSWER_S = 120.0


def pair(user: User) -> Steps:
    """Open both images in QGIS, and the window that assesses: it takes them for a pair by itself."""
    yield user.pause(2.5)  # QGIS opens some windows of its own
    user.fill_screen()
    yield user.pause(0.5)
    for name in ("pre", "post"):
        user.iface.addRasterLayer(str(_images(user) / f"{name}.tif"), name)
    yield lambda: not user.iface.mapCanvas().isDrawing()
    user.click(user.tool_button())
    yield lambda: assess(user) is not None and assess(user).run_button.isVisible()
    yield user.pause(4)  # the engine looks at the pair
    yield from user.picture("01_pair")


def run(user: User) -> Steps:
    """Choose the model of which the story tells, press *Run*, and wait for the map."""
    assess(user).model.findChild(QComboBox).setCurrentText("Compact – default")
    began = time.monotonic()
    user.click(assess(user).run_button)
    yield lambda: assess(user).task or user.window("xView2TermsQuestion") or assess(user).notice.text()
    yield from agree_to_terms(user)
    yield user.pause(1.5)
    yield from user.picture("02_running")
    yield lambda: assess(user).task is None and assess(user).notice.text()
    yield lambda: not user.iface.mapCanvas().isDrawing()
    yield from user.picture("03_result")
    user.note("run", seconds=round(time.monotonic() - began), says=assess(user).notice.text(), layers=layers())


def compare(user: User) -> Steps:
    """Look at both images with the swipe, move the divider by keys, and leave it."""
    assess(user).close()
    _press_button(user, "xView2Compare")
    canvas = user.iface.mapCanvas()
    yield user.pause(2)
    for _ in range(10):
        QTest.keyClick(canvas, Qt.Key.Key_Right)
        yield user.pause(0.1)
    yield from user.picture("04_compare")
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    yield user.pause(1)


def first_reviews(user: User) -> Steps:
    """Review by keys: the most doubtful buildings first, then some at random."""
    _press_button(user, "xView2Review")
    yield lambda: _dock(user).isVisible() and _dock(user).session is not None
    yield user.pause(1.5)
    yield from user.picture("05_review")
    for order, number in _FIRST:
        yield from _open_tab(user, "Which")
        yield from _choose(user, _dock(user).face.plan.order, order)
        yield from _review(user, number)
        yield from user.picture(f"06_reviewed_{order}")
    yield from _open_tab(user, "Agreement")
    yield from user.picture("07_agreement")


def adapt(user: User) -> Steps:
    """Let the other buildings follow, if that helps."""
    yield from _open_tab(user, "Adapt")
    panel = _panel(user, "AdaptPanel")
    yield from user.picture("08_adapt")
    user.click(panel.measure_button)
    yield user.pause(0.5)
    yield panel.measure_button.isEnabled
    yield from user.picture("09_gain")
    user.note("gain", says=panel.remark.text(), table=_cells(panel.table), notice=panel.notice.text())
    if panel.apply_button.isEnabled():
        user.click(panel.apply_button)
        yield user.pause(0.5)
        yield panel.measure_button.isEnabled
        yield user.pause(1)
    yield from user.picture("10_adapted")
    user.note("adapted", says=panel.remark.text())


def sample(user: User) -> Steps:
    """Draw a sample of 150, review it, and read the totals."""
    yield from _open_tab(user, "Totals")
    panel = _panel(user, "TotalsPanel")
    yield from user.picture("11_totals_before")
    user.note("counted", table=_cells(panel.table))
    user.click(panel.draw_button)
    yield user.pause(0.5)
    yield lambda: panel.draw_button.isEnabled() or panel.notice.text()
    yield user.pause(1)
    yield from user.picture("12_sample_drawn")
    yield from _open_tab(user, "Which")
    yield from _choose(user, _dock(user).face.plan.order, "sample")
    progress = _dock(user).session.progress()
    yield from user.picture("13_sample_order")
    yield from _review(user, progress.total - progress.done)
    yield from _open_tab(user, "Totals")
    yield user.pause(1.5)
    yield from user.picture("14_totals")
    layer, analyst = _dock(user).session.layer, Analyst(str(_images(user) / "truth.gpkg"))
    user.note("totals", table=_cells(panel.table), says=panel.remark.text(), all_reviewed=analyst.counts(layer))
    yield from _open_tab(user, "Adapt")
    again = _panel(user, "AdaptPanel")
    user.click(again.measure_button)
    yield user.pause(0.5)
    yield again.measure_button.isEnabled
    yield from user.picture("14_adapt_again")
    user.note("gain", says=again.remark.text(), table=_cells(again.table))
    yield from _open_tab(user, "Totals")


def save_totals(user: User) -> Steps:
    """Save the totals as a table."""
    table = Path(user.errand["folder"]) / f"{user.errand['title']}_totals.csv"
    user.click(_panel(user, "TotalsPanel").save_button)
    yield lambda: isinstance(user.modal(), QFileDialog)
    files = user.modal()
    yield from user.picture("15_save")
    files.findChild(QLineEdit, "fileNameEdit").setText(str(table))
    QTimer.singleShot(0, files.accept)
    yield table.is_file
    user.note("saved", text=table.read_text(encoding="utf-8"))


def score(user: User) -> Steps:
    """Compare the result with the truth: the algorithm of the toolbox, from its own window."""
    import processing

    truth = user.iface.addVectorLayer(str(_images(user) / "truth.gpkg"), "truth", "ogr")
    damage = _dock(user).session.layer
    wanted = {"RESULT": damage.id(), "REFERENCE": truth.id(), "FIELD": "damage_class"}
    window: Any = processing.createAlgorithmDialog("xview2:score", wanted)
    window.show()
    yield user.pause(2)
    yield from user.picture("16_score")
    began = time.monotonic()
    user.click(window.runButton())
    yield lambda: "Results:" in _log(window) or "failed" in _log(window) or time.monotonic() > began + _ANSWER_S
    yield from user.picture("17_scored")
    user.note("scored", log=_log(window))
    window.close()
    yield user.pause(1)
    yield from user.picture("18_end")


# what the steps share


def _images(user: User) -> Path:
    return Path(user.errand["images"])


def _dock(user: User) -> Any:  # noqa: ANN401 - a dock of the plugin
    return user.iface.mainWindow().findChild(QWidget, "xView2ReviewDock")


def _panel(user: User, kind: str) -> Any:  # noqa: ANN401 - a panel of the plugin
    return next(each for each in _dock(user).findChildren(QWidget) if type(each).__name__ == kind)


def _press_button(user: User, name: str) -> None:
    window = user.iface.mainWindow()
    user.click(window.findChild(QToolBar, "xView2Toolbar").widgetForAction(window.findChild(QAction, name)))


def _open_tab(user: User, title: str) -> Steps:
    tabs = _dock(user).tabs
    [index] = [index for index in range(tabs.count()) if tabs.tabText(index).replace("&", "") == title]
    bar = tabs.tabBar()
    user.clicks += 1
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, bar.tabRect(index).center())
    yield lambda: tabs.currentIndex() == index
    yield user.pause(0.5)


def _choose(user: User, combo: QComboBox, value: str) -> Steps:
    """Choose from a list by its keys."""
    QTest.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(combo.count()):
        if combo.currentData().value == value:
            break
        QTest.keyClick(combo, Qt.Key.Key_Down)
    yield lambda: combo.currentData().value == value
    yield user.pause(0.3)


def _review(user: User, number: int) -> Steps:
    """Give each of the next buildings the key that is right for it; the second is taken back once."""
    dock, analyst = _dock(user), Analyst(str(_images(user) / "truth.gpkg"))
    began, done = time.monotonic(), 0
    while done < number and dock.session.current is not None:
        at = dock.session.current.fid
        QTest.keyClick(dock.face, analyst.key(dock.session.layer, at))
        if done == 1:
            QTest.keyClick(dock.face, Qt.Key.Key_Z)
            if dock.session.current.fid != at:
                raise RuntimeError("Z does not lead back")
            QTest.keyClick(dock.face, analyst.key(dock.session.layer, at))
        done += 1
        yield lambda: True
    user.note("reviewed", done=done, seconds=round(time.monotonic() - began, 1), says=dock.face.progress.text(),
              notice=dock.notice.text(), order=dock.session.plan.order.value)  # fmt: skip


def _log(window: QDialog) -> str:
    return str(window.findChild(QTextEdit, "txtLog").toPlainText())


def _cells(table: Any) -> list[list[str]]:  # noqa: ANN401 - a table of the plugin
    return [
        [item.text() if (item := table.item(row, column)) else "" for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]
