"""The layout in the project, where it can be edited."""

from __future__ import annotations

from qgis.core import QgsPrintLayout, QgsProject

from .production import Production


def keep(production: Production, name: str, project: QgsProject) -> str:
    """Put a map into the list of layouts of a project; return its name there.

    A layout that is there already, and may have been edited, is never replaced: the new one gets a number.

    Args:
        production: with layers of the project.
        name: wished for.
        project: that keeps it.
    """
    layout: QgsPrintLayout = production.map.layout(project, free_name(name, project), production.pages)
    project.layoutManager().addLayout(layout)
    project.setDirty(True)
    return str(layout.name())


def free_name(name: str, project: QgsProject) -> str:
    """Return a name that no layout of a project has yet."""
    manager, number, free = project.layoutManager(), 1, name
    while manager.layoutByName(free) is not None:
        number += 1
        free = f"{name} ({number})"
    return free
