"""The reviews of the layers of a project: each keeps its place and what can be undone, while another is reviewed."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QObject

from ...layers.open_project import open_project
from ...review.session import ReviewSession


class ReviewSessions:
    """One review a layer.

    Args:
        parent: Qt parent of the reviews.
    """

    def __init__(self, parent: QObject) -> None:
        self._parent = parent
        self._sessions: dict[str, ReviewSession] = {}
        # while the layers still live
        open_project().layersWillBeRemoved.connect(self._leave)

    def of(self, layer: QgsVectorLayer) -> ReviewSession:
        """Return the review of a layer; its buildings are read when it is asked for first."""
        name = layer.id()
        if name not in self._sessions:
            self._sessions[name] = ReviewSession(layer, self._parent)
        return self._sessions[name]

    def leave_all(self) -> None:
        """End all reviews, and listen to the project no more."""
        open_project().layersWillBeRemoved.disconnect(self._leave)
        self._leave(tuple(self._sessions))

    def _leave(self, names: Iterable[str]) -> None:
        for name in names:
            session = self._sessions.pop(name, None)
            if session is not None:
                session.leave()
                session.deleteLater()
