"""The way through the plugin's windows on which the handbook's pictures are taken: one function a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QDockWidget, QPushButton, QScrollArea
from releasing.clicking import engine_steps as engine
from releasing.clicking.review_dock import dock, images, press_button
from releasing.clicking.sample_steps import assess

from handbook.camera import shoot
from handbook.deliver_pictures import deliver_pictures
from handbook.review_pictures import review_pictures

if TYPE_CHECKING:
    from releasing.clicking.user import Steps, User

_EVENT = {
    "name": "Storm of the drawn town",
    "type": "storm",
    "date": "2024-05-04",
    "area": "Drawn town",
    "contact": "maps@example.org",
}

_NO_LIMIT = 16777215  # Qt's own
_MAP_WINDOW = (1080, 700)
_DETAIL = 0.28  # share of the scene's width that the map shows on pictures of roofs


def without_engine(user: User) -> Steps:
    """The page of the engine before anything is installed."""
    yield from engine.open_page(user)
    yield from engine.plan(user)
    engine.dialog(user).resize(720, 560)
    yield from shoot(user, "engine-plan", engine.dialog(user))


def with_engine(user: User) -> Steps:
    """Everything else: a run, its result, the review, and the windows beside it."""
    yield from _pair(user)
    yield from _run(user)
    yield from _result(user)
    yield from _confidence(user)
    yield from _models(user)
    user.fill_screen()
    yield from review_pictures(user)
    damage = dock(user).session.layer
    dock(user).close()
    yield from _algorithms(user, damage)
    yield from deliver_pictures(user, damage)
    yield from _options(user)


def _pair(user: User) -> Steps:
    yield user.pause(2.5)  # QGIS opens some windows of its own
    user.fill_screen()
    yield user.pause(0.5)
    toolbar = user.tool_button().parentWidget()
    toolbar.setMaximumWidth(toolbar.sizeHint().width())
    yield from shoot(user, "toolbar", toolbar)
    toolbar.setMaximumWidth(_NO_LIMIT)
    for name in ("pre", "post"):
        user.iface.addRasterLayer(str(images(user) / f"{name}.tif"), name)
    yield lambda: not user.iface.mapCanvas().isDrawing()
    user.click(user.tool_button())
    yield lambda: assess(user) is not None and assess(user).run_button.isVisible()
    window = assess(user)
    window.model.findChild(QComboBox).setCurrentText("Compact – default")
    window.resize(660, 820)
    window.move(20, 20)
    yield user.pause(5)  # the engine looks at the pair
    yield from shoot(user, "assess", window)
    yield from _folded(user, window.form.advanced, "assess-advanced")
    window.form.event_choice.event_fields.show_texts(_EVENT)
    yield from _folded(user, window.form.event_choice, "assess-event")


def _folded(user: User, group: Any, name: str) -> Steps:  # noqa: ANN401 - a part of a window of the plugin
    """Photograph a part of the form that is folded otherwise."""
    area = _scroll_of(group)
    group.setCollapsed(False)
    yield user.pause(0.8)
    area.verticalScrollBar().setValue(group.y())
    yield user.pause(0.3)
    yield from shoot(user, name, group)
    group.setCollapsed(True)
    area.verticalScrollBar().setValue(0)


def _scroll_of(part: Any) -> Any:  # noqa: ANN401 - a part of a window of the plugin
    return next(area for area in part.window().findChildren(QScrollArea) if area.isAncestorOf(part))


def _run(user: User) -> Steps:
    window = assess(user)
    user.click(window.run_button)
    yield lambda: window.task or user.window("xView2TermsQuestion") or window.notice.text()
    terms = user.window("xView2TermsQuestion")
    if terms is not None:
        yield from shoot(user, "terms", terms)
        user.click(next(button for button in terms.findChildren(QPushButton) if button.isDefault()))
    yield lambda: window.task and 15 < window.progress.bar.value() < 95
    yield from shoot(user, "assess-running", window)
    yield lambda: window.task is None and window.notice.text()
    yield lambda: not user.iface.mapCanvas().isDrawing()
    yield from shoot(user, "assess-done", window)
    window.close()


def _result(user: User) -> Steps:
    for bar in user.iface.messageBar().items():
        user.iface.messageBar().popWidget(bar)
    # a smaller window: images from above make large files
    main = user.iface.mainWindow()
    main.findChild(QDockWidget, "Browser").hide()
    main.setGeometry(0, 0, *_MAP_WINDOW)
    _show_middle(user, _DETAIL)
    yield user.pause(0.5)
    yield lambda: not user.iface.mapCanvas().isDrawing()
    yield from shoot(user, "result", main)
    yield lambda: not user.iface.mapCanvas().isDrawing()
    press_button(user, "xView2Compare")
    yield user.pause(2)
    for _ in range(3):
        QTest.keyClick(user.iface.mapCanvas(), Qt.Key.Key_Right)
        yield user.pause(0.1)
    yield from shoot(user, "compare", user.iface.mapCanvas())
    QTest.keyClick(user.iface.mapCanvas(), Qt.Key.Key_Escape)
    yield user.pause(1)


def _show_middle(user: User, share: float) -> None:
    canvas = user.iface.mapCanvas()
    whole, middle = canvas.fullExtent(), canvas.fullExtent().center()
    half = whole.width() * share / 2
    canvas.setExtent(QgsRectangle(middle.x() - half, middle.y() - half, middle.x() + half, middle.y() + half))
    canvas.refresh()


def _confidence(user: User) -> Steps:
    press_button(user, "xView2Confidence")
    yield lambda: user.window("xView2ConfidenceDialog")
    window = user.window("xView2ConfidenceDialog")
    window.percent.setValue(60)
    yield user.pause(1.5)
    yield from shoot(user, "confidence", window)
    user.click(window.all_button)
    yield user.pause(0.5)
    window.close()


def _models(user: User) -> Steps:
    press_button(user, "xView2Models")
    yield lambda: user.window("xView2ModelsDialog")
    window = user.window("xView2ModelsDialog")
    window.resize(820, 600)
    yield user.pause(1)
    yield from shoot(user, "models", window)
    window.close()


def _algorithms(user: User, damage: QgsVectorLayer) -> Steps:
    """The windows of algorithms, with what they need filled in."""
    import processing

    truth = user.iface.addVectorLayer(str(images(user) / "truth.gpkg"), "truth", "ogr")
    wanted = {
        "assess": {"PRE": str(images(user) / "pre.tif"), "POST": str(images(user) / "post.tif")},
        "batch": {},
        "score": {"RESULT": damage.id(), "REFERENCE": truth.id(), "FIELD": "damage_class"},
    }
    for name, values in wanted.items():
        window: Any = processing.createAlgorithmDialog(f"xview2:{name}", values)
        window.show()
        window.resize(880, 600)
        window.move(20, 20)
        yield user.pause(2)
        yield from shoot(user, f"processing-{name}", window)
        window.close()
    QgsProject.instance().removeMapLayer(truth)


def _options(user: User) -> Steps:
    done: list[bool] = []

    def answer() -> None:
        window = user.modal()
        window.resize(900, 600)

        def leave() -> None:
            for _ in shoot(user, "options", window):
                pass
            window.reject()
            done.append(True)

        QTimer.singleShot(6000, leave)

    QTimer.singleShot(2500, answer)
    # the window is modal, and has an event loop of its own
    main = user.iface.mainWindow()
    QTimer.singleShot(0, lambda: user.iface.showOptionsDialog(main, "xView2EngineOptions"))
    yield lambda: done
