"""Pictures of the dock of reviews: a building, its tabs after a hundred reviews, and totals after a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QSplitter
from releasing.clicking.review_dock import choose, dock, open_tab, panel, press_button, review

from handbook.camera import shoot

if TYPE_CHECKING:
    from releasing.clicking.user import Steps, User

_FIRST = (("doubt", 50), ("random", 50))
_WIDTH = 460  # of the dock, pixels


def review_pictures(user: User) -> Steps:
    """Go through the dock as the first hour does, and photograph each tab when it has something to show."""
    press_button(user, "xView2Review")
    yield lambda: dock(user).isVisible() and dock(user).session is not None
    user.iface.mainWindow().resizeDocks([dock(user)], [_WIDTH], Qt.Orientation.Horizontal)
    yield user.pause(2)
    yield from shoot(user, "review", dock(user))
    for order, number in _FIRST:
        yield from open_tab(user, "Which")
        yield from choose(user, dock(user).face.plan.order, order)
        yield from review(user, number)
    yield user.pause(1)
    yield from shoot(user, "review-which", dock(user).tabs)
    yield from open_tab(user, "Agreement")
    yield user.pause(1)
    yield from shoot(user, "review-agreement", dock(user).tabs)
    yield from open_tab(user, "Adapt")
    adapting = panel(user, "AdaptPanel")
    user.click(adapting.measure_button)
    yield user.pause(0.5)
    yield adapting.measure_button.isEnabled
    yield from shoot(user, "review-adapt", dock(user))
    yield from open_tab(user, "Totals")
    totals = panel(user, "TotalsPanel")
    user.click(totals.draw_button)
    yield user.pause(0.5)
    yield lambda: totals.draw_button.isEnabled() or totals.notice.text()
    yield from open_tab(user, "Which")
    yield from choose(user, dock(user).face.plan.order, "sample")
    progress = dock(user).session.progress()
    yield from review(user, progress.total - progress.done)
    yield from open_tab(user, "Totals")
    # as a user pulls the line above the tabs, so that the whole table is in sight
    dock(user).findChild(QSplitter).setSizes([1, dock(user).height()])
    yield user.pause(1.5)
    yield from shoot(user, "totals", dock(user).tabs)
