"""Reliability diagram: how often the class given is the true one, by how sure the layer is of it, as SVG."""

from __future__ import annotations

import numpy as np

from xview2_qgis.engine.scoring.reliability import Reliability

_SIDE, _LEFT, _TOP, _COUNTS = 320, 56, 24, 70  # pixels: the diagram, its margins, the strip of counts below


def draw(reliability: Reliability) -> str:
    """Return a picture of the bins: accuracy as bars, confidence as dots, and below how many buildings each bin holds.

    Args:
        reliability: bins of equal width from 0 to 1.
    """
    count = len(reliability.counts)
    width, most = _SIDE / count, max(int(reliability.counts.max()), 1)
    base, floor = _TOP + _SIDE, _TOP + _SIDE + 16 + _COUNTS
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _SIDE + 24} {floor + 48}" '
        'font-family="sans-serif" font-size="12" fill="#333">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{_LEFT}" y="15">Expected calibration error {reliability.expected_error:.3f} on '
        f"{int(reliability.counts.sum())} buildings</text>",
    ]
    for index in np.flatnonzero(reliability.counts).tolist():
        left, height = _LEFT + index * width, reliability.accuracy[index] * _SIDE
        amount = reliability.counts[index] / most * _COUNTS
        dot = (_LEFT + reliability.confidence[index] * _SIDE, base - reliability.confidence[index] * _SIDE)
        parts += [
            f'<rect x="{left + 1:.1f}" y="{base - height:.1f}" width="{width - 2:.1f}" height="{height:.1f}" '
            'fill="#7aa6c2"/>',
            f'<circle cx="{dot[0]:.1f}" cy="{dot[1]:.1f}" r="3.5" fill="#c0392b"/>',
            f'<rect x="{left + 1:.1f}" y="{floor - amount:.1f}" width="{width - 2:.1f}" height="{amount:.1f}" '
            'fill="#b8b8b8"/>',
        ]
    parts += [
        f'<path d="M{_LEFT} {base}L{_LEFT + _SIDE} {_TOP}" stroke="#c0392b" stroke-dasharray="4 4"/>',
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#333"/>',
        f'<path d="M{_LEFT} {floor}H{_LEFT + _SIDE}" stroke="#333"/>',
        f'<text x="{_LEFT - 6}" y="{floor - _COUNTS + 10}" text-anchor="end">{most}</text>',
        f'<text transform="translate(14 {floor - _COUNTS / 2}) rotate(-90)" text-anchor="middle">buildings</text>',
    ]
    for step in range(6):
        x, y, text = _LEFT + step * _SIDE / 5, base - step * _SIDE / 5, f"{step / 5:.1f}"
        parts.append(f'<text x="{x}" y="{floor + 16}" text-anchor="middle">{text}</text>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{text}</text>')
    middle = _LEFT + _SIDE / 2
    parts += [
        f'<text x="{middle}" y="{floor + 36}" text-anchor="middle">confidence of the class given (dots: mean)</text>',
        f'<text transform="translate(14 {_TOP + _SIDE / 2}) rotate(-90)" text-anchor="middle">'
        "share that is right (bars)</text>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
