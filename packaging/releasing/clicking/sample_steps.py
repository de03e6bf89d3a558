"""Steps of the user from an engine that works to the first map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtWidgets import QPushButton

from .engine_steps import dialog

if TYPE_CHECKING:
    from .user import Steps, User


def assess(user: User) -> Any:  # noqa: ANN401 - a window of the plugin
    """Return the window that assesses if it is open."""
    return user.window("xView2AssessDialog")


def layers() -> list[str]:
    """Return the vector layers on the map, with the number of their features."""
    found = QgsProject.instance().mapLayers().values()
    return [f"{layer.name()}: {layer.featureCount()}" for layer in found if isinstance(layer, QgsVectorLayer)]


def start(user: User) -> Steps:
    """Press *Try the sample town*, and agree to the terms of the model where they are shown."""
    user.click(dialog(user).first_steps.sample_button)
    yield lambda: user.window("xView2TermsQuestion") or (assess(user) and assess(user).task) or dialog_says(user)
    yield from agree_to_terms(user)


def agree_to_terms(user: User) -> Steps:
    """Agree to the terms of the model where they are shown."""
    terms = user.window("xView2TermsQuestion")
    if terms is not None:
        yield from user.picture("terms")
        user.click(next(button for button in terms.findChildren(QPushButton) if button.isDefault()))
        yield lambda: user.window("xView2TermsQuestion") is None


def dialog_says(user: User) -> str:
    """Return a message of the engine's window about the sample town that has failed."""
    window = dialog(user)
    text = "" if window is None or window.sample_town.busy else window.page.notice.text()
    return text if "sample" in text else ""


def wait(user: User) -> Steps:
    """Wait for the map, or for a message in the window that assesses."""
    yield lambda: layers() or (assess(user) is not None and assess(user).task is None and assess(user).notice.text())
    yield lambda: not user.iface.mapCanvas().isDrawing()
    yield user.pause(1.5)


def map_facts() -> dict[str, object]:
    """Return what the map shows."""
    return {"layers": layers(), "crs": QgsProject.instance().crs().authid()}
