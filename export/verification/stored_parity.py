"""The parity that a manifest states, held against its limits."""

from __future__ import annotations

from typing import Any

from ..bundle.card import is_finite_number
from ..graph.parity import AGREEMENT

_DIFFERENCES = ("largest_difference", "usual_difference")


def parity_fault(parity: object) -> str | None:
    """Return what is wrong with ``parity`` of a manifest, None if nothing is.

    Args:
        parity: ``agreement`` and differences of all networks together; in newer bundles also ``networks``, the same of
            each, and ``limits``. A limit of None, or none, means that the figure does not decide; the agreement always
            does.
    """
    if not isinstance(parity, dict):
        return "it is no object"
    limits, networks = parity.get("limits", {}), parity.get("networks", {})
    if not isinstance(limits, dict) or not isinstance(networks, dict):
        return "its limits and networks must be objects"
    for name, figures in {"all networks": parity, **networks}.items():
        if not isinstance(figures, dict):
            return f"{name}: it is no object"
        if fault := _figures_fault(figures, limits):
            return f"{name}: {fault}"
    return None


def _figures_fault(figures: dict[str, Any], limits: dict[str, Any]) -> str | None:
    agreement, least = figures.get("agreement"), limits.get("agreement", AGREEMENT)
    if not is_finite_number(agreement) or not is_finite_number(least):
        return "agreement is no number"
    # a bundle cannot allow itself more than the exporter does
    if agreement < max(least, AGREEMENT):
        return f"agreement {agreement:.5g} is below {max(least, AGREEMENT):.5g}"
    for key in _DIFFERENCES:
        value, most = figures.get(key, 0.0), limits.get(key)
        if not is_finite_number(value) or not (most is None or is_finite_number(most)):
            return f"{key} is no number"
        if most is not None and value > most:
            return f"{key} {value:.3g} is above {most:.3g}"
    return None
