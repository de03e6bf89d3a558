"""The dock of reviews as the user goes through it: its tabs, its keys and its tables."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QComboBox, QDialog, QTextEdit, QToolBar, QWidget

from .analyst import Analyst

if TYPE_CHECKING:
    from .user import Steps, User


def images(user: User) -> Path:
    """Return the folder of the images."""
    return Path(user.errand["images"])


def dock(user: User) -> Any:  # noqa: ANN401 - a dock of the plugin
    """Return the dock of reviews."""
    return user.iface.mainWindow().findChild(QWidget, "xView2ReviewDock")


def panel(user: User, kind: str) -> Any:  # noqa: ANN401 - a panel of the plugin
    """Return the panel of a tab, by the name of its class."""
    return next(each for each in dock(user).findChildren(QWidget) if type(each).__name__ == kind)


def press_button(user: User, name: str) -> None:
    """Press a button of the plugin's toolbar, by the name of its action."""
    window = user.iface.mainWindow()
    user.click(window.findChild(QToolBar, "xView2Toolbar").widgetForAction(window.findChild(QAction, name)))


def open_tab(user: User, title: str) -> Steps:
    """Open a tab of the dock by its title."""
    tabs = dock(user).tabs
    [index] = [index for index in range(tabs.count()) if tabs.tabText(index).replace("&", "") == title]
    bar = tabs.tabBar()
    user.clicks += 1
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, bar.tabRect(index).center())
    yield lambda: tabs.currentIndex() == index
    yield user.pause(0.5)


def choose(user: User, combo: QComboBox, value: str) -> Steps:
    """Choose from a list by its keys."""
    QTest.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(combo.count()):
        if combo.currentData().value == value:
            break
        QTest.keyClick(combo, Qt.Key.Key_Down)
    yield lambda: combo.currentData().value == value
    yield user.pause(0.3)


def review(user: User, number: int) -> Steps:
    """Give each of the next buildings the key that is right for it; the second is taken back once."""
    panels, analyst = dock(user), Analyst(str(images(user) / "truth.gpkg"))
    began, done = time.monotonic(), 0
    while done < number and panels.session.current is not None:
        at = panels.session.current.fid
        QTest.keyClick(panels.face, analyst.key(panels.session.layer, at))
        if done == 1:
            QTest.keyClick(panels.face, Qt.Key.Key_Z)
            if panels.session.current.fid != at:
                raise RuntimeError("Z does not lead back")
            QTest.keyClick(panels.face, analyst.key(panels.session.layer, at))
        done += 1
        yield lambda: True
    user.note("reviewed", done=done, seconds=round(time.monotonic() - began, 1), says=panels.face.progress.text(),
              notice=panels.notice.text(), order=panels.session.plan.order.value)  # fmt: skip


def log_of(window: QDialog) -> str:
    """Return the log in the window of an algorithm."""
    return str(window.findChild(QTextEdit, "txtLog").toPlainText())


def cells(table: Any) -> list[list[str]]:  # noqa: ANN401 - a table of the plugin
    """Return the texts of a table."""
    return [
        [item.text() if (item := table.item(row, column)) else "" for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]
