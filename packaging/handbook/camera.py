"""Takes a picture of one window, as it is on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QPoint, QRect
from qgis.PyQt.QtWidgets import QWidget

if TYPE_CHECKING:
    from releasing.clicking.user import Steps, User


def shoot(user: User, name: str, widget: QWidget) -> Steps:
    """Bring a widget to the front and photograph it when everything has been drawn.

    Args:
        user: at the screen.
        name: of the picture.
        widget: a window, or a part of one.
    """
    top = widget.window()
    if top is not user.iface.mainWindow():
        _keep_on_screen(top)
        top.raise_()
        top.activateWindow()
    yield user.pause(0.9)
    # by the id of the window: without a window manager Qt does not know well where a window is
    picture = top.screen().grabWindow(int(top.winId()))
    area = QRect(widget.mapTo(top, QPoint(0, 0)), widget.size())
    place = Path(user.errand["folder"]) / f"{user.errand['title']}_{name}.png"
    if not picture.copy(area).save(str(place)):
        raise RuntimeError(f"{place.name} cannot be written")


def _keep_on_screen(window: QWidget) -> None:
    screen = window.screen().geometry()
    left = min(max(window.x(), 0), max(screen.width() - window.width(), 0))
    top = min(max(window.y(), 0), max(screen.height() - window.height(), 0))
    window.move(left, top)
