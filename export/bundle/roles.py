"""Roles of a bundle's networks: which one predicts buildings, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from xview2_qgis.engine.bundle.manifest import Role

from ..graph.export_graph import Ends


def roles_of(ends: Sequence[Ends]) -> list[Role]:
    """Return the role of each network of a bundle, given the inputs and outputs of all."""
    if all(e.role == "damage" and e.damage == 5 for e in ends):
        # no other network predicts buildings, and the background channel can
        return ["joint"] * len(ends)
    return [e.role for e in ends]


def missing_networks(roles: set[Role]) -> str | None:
    """Return what a bundle of networks with these roles lacks to be used by the engine, None if nothing."""
    if "joint" in roles or roles == {"localization", "damage"}:
        return None
    return "a damage network" if roles == {"localization"} else "a localization network"
