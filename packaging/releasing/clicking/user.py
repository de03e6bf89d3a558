"""The user inside of QGIS: clicks, waits, takes pictures and notes."""

from __future__ import annotations

import json
import os
import subprocess
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QAction, QApplication, QDialog, QToolBar, QWidget

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

#: What is done next waits until it holds.
Condition = Callable[[], object]
Steps = Iterator[Condition]

_BEAT_MS = 100
_LIMIT_S = 900.0


class User:
    """Goes through steps: a generator that yields what is waited for.

    Args:
        iface: the running application.
        errand: title and folder of pictures and notes, and what the steps want to know.
    """

    def __init__(self, iface: QgisInterface, errand: dict[str, Any]) -> None:
        self.iface = iface
        self.errand = errand
        self.clicks = 0
        self._folder = Path(errand["folder"])
        self._steps: Steps = iter(())
        self._condition: Condition = lambda: True
        self._until = 0.0
        self._busy = False  # a step may open a window with an event loop of its own
        self._timer = QTimer()
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def go(self, steps: Steps) -> None:
        """Begin; QGIS ends with the last step."""
        self._steps = steps
        self._until = time.monotonic() + _LIMIT_S
        self._timer.start()

    def _beat(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            if self._condition():
                self._condition = next(self._steps)
                self._until = time.monotonic() + _LIMIT_S
            elif time.monotonic() > self._until:
                raise TimeoutError("what is waited for does not come")
        except StopIteration:
            self._leave("done", "")
        except Exception:
            self.picture_now("failed")
            self._leave("failed", traceback.format_exc())
        finally:
            self._busy = False

    def _leave(self, what: str, text: str) -> None:
        self._timer.stop()
        if what == "failed":
            self.note("failed", text=text)
        self.note("done", clicks=self.clicks)
        # QGIS would ask whether to save the project, and wait for an answer
        QgsProject.instance().clear()
        QgsProject.instance().setDirty(False)
        self.iface.actionExit().trigger()

    # notes and pictures

    def note(self, what: str, **values: object) -> None:
        """Write a note; it is on the disk when this returns, for QGIS may be killed."""
        with (self._folder / f"{self.errand['title']}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"what": what, **values}, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def picture(self, name: str) -> Steps:
        """Take a picture when everything has been drawn."""
        yield self.pause(0.8)
        self.picture_now(name)

    def picture_now(self, name: str) -> None:
        """Take a picture."""
        place = self._folder / f"{self.errand['title']}_{name}.png"
        subprocess.run(["import", "-window", "root", str(place)], check=True)

    @staticmethod
    def pause(seconds: float) -> Condition:
        """Return a condition that holds after a time."""
        until = time.monotonic() + seconds
        return lambda: time.monotonic() > until

    # what a user sees and does

    def click(self, widget: QWidget | None) -> None:
        """Press a button as soon as this step has ended.

        Raises:
            RuntimeError: it is not there, or cannot be pressed.
        """
        if widget is None or not (widget.isVisible() and widget.isEnabled()):
            raise RuntimeError("there is nothing to click")
        self.clicks += 1
        QTimer.singleShot(0, lambda: QTest.mouseClick(widget, Qt.MouseButton.LeftButton))

    def window(self, name: str) -> Any:  # noqa: ANN401 - the windows of the plugin are no classes of ours
        """Return a window of the plugin that is open, else None."""
        found = self.iface.mainWindow().findChild(QDialog, name)
        return found if found is not None and found.isVisible() else None

    def tool_button(self) -> QWidget:
        """Return the plugin's first button in the toolbar."""
        window = self.iface.mainWindow()
        return window.findChild(QToolBar, "xView2Toolbar").widgetForAction(window.findChild(QAction, "xView2Assess"))

    @staticmethod
    def modal() -> QWidget | None:
        """Return the window that must be answered first."""
        return QApplication.activeModalWidget()

    @staticmethod
    def button(parent: QWidget, title: str) -> QAbstractButton | None:
        """Return a button that is visible, by its title."""
        for button in parent.findChildren(QAbstractButton):
            if button.isVisible() and button.text().replace("&", "") == title:
                return button
        return None

    def fill_screen(self) -> None:
        """Make the main window as large as the screen, and QGIS's font as large as the errand says."""
        window = self.iface.mainWindow()
        window.showNormal()
        window.setGeometry(window.screen().geometry())  # there is no window manager that could do it
        size = float(self.errand["font"])
        application = QApplication.instance()
        font = application.font()
        font.setPointSizeF(size)
        application.setFont(font)
        # the style sheet of QGIS has a size of its own
        application.setStyleSheet(f"{application.styleSheet()}\n* {{ font-size: {size}pt; }}")
        self.iface.messageBar().clearWidgets()
