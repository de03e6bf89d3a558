"""Steps of the user at the page of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QFileDialog, QLineEdit, QPushButton

from .moments import Sight

if TYPE_CHECKING:
    from .user import Steps, User


def dialog(user: User) -> Any:  # noqa: ANN401 - a window of the plugin
    """Return the window of the engine if it is open."""
    return user.window("xView2EngineDialog")


def sight(user: User) -> Sight:
    """Return what is seen of the installation from outside."""
    from xview2_qgis.engine_process.environment import managed_folder

    del user
    return Sight(managed_folder())


def words(user: User) -> str:
    """Return the state as the page words it."""
    page = dialog(user).page
    texts = (page.headline.text(), page.explanation.text() if page.explanation.isVisible() else "", page.notice.text())
    return " ".join(text for text in texts if text)


def open_page(user: User) -> Steps:
    """Come to the page as everybody does who has no engine that works: by the first button.

    With an engine that works, that leads to the window that assesses.
    """
    yield user.pause(2.5)  # QGIS opens some windows of its own
    user.fill_screen()
    yield user.pause(0.5)
    user.click(user.tool_button())
    yield lambda: dialog(user) is not None or user.window("xView2AssessDialog") is not None


def plan(user: User) -> Steps:
    """Wait until the page says what would be installed, or why nothing can be."""
    view = dialog(user).page.setup_view
    yield lambda: view.install_button.isEnabled() or dialog(user).page.notice.text()


def choose_package(user: User) -> Steps:
    """Choose the offline package of the errand in the window for files, if it has one."""
    if not user.errand["offline"]:
        return
    view = dialog(user).page.setup_view
    user.click(view.offline_button)
    yield lambda: isinstance(user.modal(), QFileDialog)
    files = user.modal()
    name = files.findChild(QLineEdit, "fileNameEdit")
    name.setText(user.errand["offline"])  # as pasted: the list that opens while somebody types takes clicks
    yield user.pause(0.3)
    user.click(next(button for button in files.findChildren(QPushButton) if button.text().replace("&", "") == "Open"))
    yield lambda: view.plan_view.source.text() == user.errand["offline"]
    yield from plan(user)


def start(user: User) -> Steps:
    """Press what the page offers to go on: *Try again* of its message, else *Install* or *Update*."""
    page = dialog(user).page
    again = user.button(page.notice, "Try again")
    user.click(again or page.setup_view.install_button)
    yield lambda: dialog(user).work.busy


def wait(user: User) -> Steps:
    """Wait for the end of the work, and for the next plan where one is made."""
    yield lambda: not dialog(user).work.busy
    yield user.pause(4)


def end(user: User) -> str:
    """Return how the work has ended, empty for well."""
    from xview2_qgis.installation.state import EngineState, installed_engine

    state = installed_engine().state
    return "" if state is EngineState.READY else f"{state.value}: {words(user)}"
