"""Steps of the analyst's first hour, with an engine that works: pair, run, review, adapt, sample, export."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QFileDialog, QLineEdit

from .analyst import Analyst
from .review_dock import cells, choose, dock, images, log_of, open_tab, panel, press_button, review
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
        user.iface.addRasterLayer(str(images(user) / f"{name}.tif"), name)
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
    press_button(user, "xView2Compare")
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
    press_button(user, "xView2Review")
    yield lambda: dock(user).isVisible() and dock(user).session is not None
    yield user.pause(1.5)
    yield from user.picture("05_review")
    for order, number in _FIRST:
        yield from open_tab(user, "Which")
        yield from choose(user, dock(user).face.plan.order, order)
        yield from review(user, number)
        yield from user.picture(f"06_reviewed_{order}")
    yield from open_tab(user, "Agreement")
    yield from user.picture("07_agreement")


def adapt(user: User) -> Steps:
    """Let the other buildings follow, if that helps."""
    yield from open_tab(user, "Adapt")
    tab = panel(user, "AdaptPanel")
    yield from user.picture("08_adapt")
    user.click(tab.measure_button)
    yield user.pause(0.5)
    yield tab.measure_button.isEnabled
    yield from user.picture("09_gain")
    user.note("gain", says=tab.remark.text(), table=cells(tab.table), notice=tab.notice.text())
    if tab.apply_button.isEnabled():
        user.click(tab.apply_button)
        yield user.pause(0.5)
        yield tab.measure_button.isEnabled
        yield user.pause(1)
    yield from user.picture("10_adapted")
    user.note("adapted", says=tab.remark.text())


def sample(user: User) -> Steps:
    """Draw a sample of 150, review it, and read the totals."""
    yield from open_tab(user, "Totals")
    tab = panel(user, "TotalsPanel")
    yield from user.picture("11_totals_before")
    user.note("counted", table=cells(tab.table))
    user.click(tab.draw_button)
    yield user.pause(0.5)
    yield lambda: tab.draw_button.isEnabled() or tab.notice.text()
    yield user.pause(1)
    yield from user.picture("12_sample_drawn")
    yield from open_tab(user, "Which")
    yield from choose(user, dock(user).face.plan.order, "sample")
    progress = dock(user).session.progress()
    yield from user.picture("13_sample_order")
    yield from review(user, progress.total - progress.done)
    yield from open_tab(user, "Totals")
    yield user.pause(1.5)
    yield from user.picture("14_totals")
    layer, analyst = dock(user).session.layer, Analyst(str(images(user) / "truth.gpkg"))
    user.note("totals", table=cells(tab.table), says=tab.remark.text(), all_reviewed=analyst.counts(layer))
    yield from open_tab(user, "Adapt")
    again = panel(user, "AdaptPanel")
    user.click(again.measure_button)
    yield user.pause(0.5)
    yield again.measure_button.isEnabled
    yield from user.picture("14_adapt_again")
    user.note("gain", says=again.remark.text(), table=cells(again.table))
    yield from open_tab(user, "Totals")


def save_totals(user: User) -> Steps:
    """Save the totals as a table."""
    table = Path(user.errand["folder"]) / f"{user.errand['title']}_totals.csv"
    user.click(panel(user, "TotalsPanel").save_button)
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

    truth = user.iface.addVectorLayer(str(images(user) / "truth.gpkg"), "truth", "ogr")
    damage = dock(user).session.layer
    wanted = {"RESULT": damage.id(), "REFERENCE": truth.id(), "FIELD": "damage_class"}
    window: Any = processing.createAlgorithmDialog("xview2:score", wanted)
    window.show()
    yield user.pause(2)
    yield from user.picture("16_score")
    began = time.monotonic()
    user.click(window.runButton())
    yield lambda: "Results:" in log_of(window) or "failed" in log_of(window) or time.monotonic() > began + _ANSWER_S
    yield from user.picture("17_scored")
    user.note("scored", log=log_of(window))
    window.close()
    yield user.pause(1)
    yield from user.picture("18_end")
