"""The windows of the plugin, each with its button in the toolbar and its entry in the menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from qgis.gui import QgisInterface
from qgis.PyQt.QtWidgets import QToolBar

from ..i18n.translation import tr
from ..resources.icon_files import icon
from .compare.actions import CompareActions
from .deliver.deliver_actions import DeliverActions
from .layer_menu import LayerMenu
from .options_factory import EngineOptionsFactory

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QAction

    from .assess.unfinished_reminder import UnfinishedReminder
    from .engine.work import EngineWork
    from .plugin_dock import PluginDock
    from .plugin_window import PluginWindow

_MENU = "xView2"

#: Name of the window of the engine.
ENGINE = "Engine"
#: What windows ask for that want the menu of the products of a result; it is none of the windows.
DELIVER = "Deliver"


@dataclass(frozen=True)
class WindowEntry:
    """One window, as toolbar and menu know it before it is made.

    Attributes:
        name: by which scripts find it; the action is called ``xView2`` and this name.
        icon: name of the icon.
        title: text of button and menu entry.
        window: module below ``gui`` and class, imported when the window is shown for the first time.
        needs_engine: whether the button leads to the page of the engine first, as long as there is no engine that fits.
    """

    name: str
    icon: str
    title: str
    window: str
    needs_engine: bool = False

    def make(self, iface: QgisInterface) -> PluginWindow | PluginDock:
        """Return a new window of the running application."""
        module, name = self.window.rsplit(".", 1)
        window: Callable[..., PluginWindow | PluginDock] = getattr(import_module(f".{module}", __package__), name)
        return window(iface, iface.mainWindow())


def window_entries() -> tuple[WindowEntry, ...]:
    """Return the windows in the order of their buttons. A new one is one line here and its file."""
    return (
        WindowEntry("Assess", "xview2", tr("Assess building damage…"), "assess.dialog.AssessDialog", needs_engine=True),
        WindowEntry("Models", "models", tr("Models…"), "models.dialog.ModelsDialog"),
        WindowEntry(
            "Confidence", "confidence", tr("Filter buildings by confidence…"), "confidence.dialog.ConfidenceDialog"
        ),
        WindowEntry("Review", "review", tr("Review buildings…"), "review.dock.ReviewDock"),
        WindowEntry(ENGINE, "engine", tr("Engine…"), "engine.dialog.EngineDialog"),
    )


class Windows:
    """Adds the windows to the running application, shows them, and takes them away again.

    Attributes:
        closer_look: the buttons that are no windows: they change what the map shows.
        deliver: the menu of what a result becomes for others.

    Args:
        iface: the running application.
    """

    def __init__(self, iface: QgisInterface) -> None:
        self._iface = iface
        self._entries = {entry.name: entry for entry in window_entries()}
        self._made: dict[str, PluginWindow | PluginDock] = {}
        self._toolbar = iface.addToolBar("xView2")
        self._toolbar.setObjectName("xView2Toolbar")
        self._actions = [self._add(entry) for entry in self._entries.values()]
        self.closer_look = CompareActions(iface, cast(QToolBar, self._toolbar))
        self.deliver = DeliverActions(iface, cast(QToolBar, self._toolbar))
        for action in (*self.closer_look.actions, *self.deliver.actions):
            iface.addPluginToRasterMenu(_MENU, action)
        self._layer_menu = LayerMenu(iface, self.deliver, self.show)
        self._options = EngineOptionsFactory(self._engine_work)
        iface.registerOptionsWidgetFactory(self._options)
        self._reminder: UnfinishedReminder | None = None
        # not before the main window can show it
        iface.initializationCompleted.connect(self._remind)

    def _add(self, entry: WindowEntry) -> QAction:
        # the toolbar makes the action: its class moved between the modules of Qt 5 and Qt 6
        action: QAction = self._toolbar.addAction(icon(entry.icon), entry.title)
        action.setObjectName(f"xView2{entry.name}")
        action.triggered.connect(lambda *_: self.open(entry.name))
        self._iface.addPluginToRasterMenu(_MENU, action)
        return action

    def open(self, name: str) -> PluginWindow | PluginDock:
        """Show a window and return it, or, where it needs an engine and there is none that fits, that of the engine."""
        from ..installation.state import installed_engine
        from .engine.state_words import is_ready

        return self.show(ENGINE if self._entries[name].needs_engine and not is_ready(installed_engine()) else name)

    def show(self, name: str, order: object = None) -> PluginWindow | PluginDock:
        """Show a window and return it; closed ones keep their values, and a run in progress.

        Args:
            name: that of its entry.
            order: what it is to do then; None for nothing.
        """
        window = self._window(name)
        window.bring_up()
        if order is not None:
            window.carry_out(order)
        return window

    def _window(self, name: str) -> PluginWindow | PluginDock:
        if name not in self._made:
            self._made[name] = self._entries[name].make(self._iface)
            self._made[name].window_wanted.connect(self._on_wanted)
        return self._made[name]

    def _on_wanted(self, name: str, order: object) -> None:
        if name == DELIVER:
            self.deliver.pop_up()
        else:
            self.show(name, order)

    def _engine_work(self) -> EngineWork:
        from .engine.dialog import EngineDialog

        window = self._window(ENGINE)
        if not isinstance(window, EngineDialog):
            raise TypeError(f"{ENGINE} is no window of the engine")
        return window.work

    def _remind(self) -> None:
        from .assess.unfinished_reminder import UnfinishedReminder

        self._reminder = UnfinishedReminder(self._iface, lambda run: self.show("Assess", run))
        self._reminder.look()

    def unload(self) -> None:
        """Remove windows, buttons, menu entries and options; a run in progress ends."""
        self._iface.initializationCompleted.disconnect(self._remind)
        if self._reminder is not None:
            self._reminder.withdraw()
        self._iface.unregisterOptionsWidgetFactory(self._options)
        self.closer_look.unload()
        self._layer_menu.unload()
        for window in self._made.values():
            window.shut_down()
            window.deleteLater()
        self._made.clear()
        for action in (*self._actions, *self.closer_look.actions, *self.deliver.actions):
            self._iface.removePluginRasterMenu(_MENU, action)
        self._actions.clear()
        self._toolbar.deleteLater()
