"""A stored parity against its limits."""

import pytest

from export.verification.stored_parity import parity_fault

FULL = {"agreement": 0.999, "largest_difference": 1e-3, "usual_difference": None}
HALF = {"agreement": 0.999, "largest_difference": None, "usual_difference": 0.05}


def stored(agreement, largest, usual, limits, **more):
    figures = {"pairs": 1, "agreement": agreement, "largest_difference": largest, "usual_difference": usual}
    return {**figures, "limits": limits, **more}


@pytest.mark.parametrize(
    "parity",
    [
        stored(0.9995, 0.9e-3, 1e-4, FULL),
        stored(0.9995, 0.4, 0.04, HALF),
        stored(1, 0.0, 0.0, FULL, networks={"a.onnx": {"agreement": 1, "largest_difference": 0.0}}),
        {"pairs": 4, "largest_difference": 0.066, "agreement": 0.99993},  # older bundles state no limits
    ],
)
def test_fine(parity):
    assert parity_fault(parity) is None


@pytest.mark.parametrize(
    ("parity", "fault"),
    [
        (stored(0.998, 0.0, 0.0, FULL), "all networks: agreement 0.998 is below 0.999"),
        (stored(0.998, 0.0, 0.0, {"agreement": 0.5}), "all networks: agreement 0.998 is below 0.999"),
        (stored(1.0, 2e-3, 0.0, FULL), "all networks: largest_difference 0.002 is above 0.001"),
        (stored(1.0, 0.4, 0.06, HALF), "all networks: usual_difference 0.06 is above 0.05"),
        (stored(1.0, float("nan"), 0.0, HALF), "all networks: largest_difference is no number"),
        (stored(None, 0.0, 0.0, FULL), "all networks: agreement is no number"),
        (stored(1, 0, 0, FULL, networks={"a.onnx": {"agreement": 0.1}}), "a.onnx: agreement 0.1 is below 0.999"),
        (stored(1, 0, 0, FULL, networks={"a.onnx": 3}), "a.onnx: it is no object"),
        (stored(1, 0, 0, "none"), "its limits and networks must be objects"),
        (stored(1, 0, 0, {"largest_difference": "0.1"}), "all networks: largest_difference is no number"),
        ("close", "it is no object"),
    ],
)
def test_faults(parity, fault):
    assert parity_fault(parity) == fault
