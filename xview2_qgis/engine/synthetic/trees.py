"""Paint the trees of the synthetic town: crowns with a lit and a dark side, shadows, what an event leaves of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.synthetic.canvas import FloatImage, Patch, Sun, blend, sweep, value_noise
from xview2_qgis.engine.synthetic.layout import Tree
from xview2_qgis.engine.synthetic.palette import Colour, Palette

_TRUNK = 0.8  # height of a crown's middle over its radius
_BARE: Colour = (116, 98, 78)
_SCORCHED: Colour = (58, 52, 44)


@dataclass(frozen=True)
class TreeState:
    """How one tree looks.

    Attributes:
        leaves: 1 whole crown, 0 bare.
        burnt: 1 charred, 0 untouched.
        fallen: direction in which it lies (radians), None while it stands.
    """

    leaves: float = 1.0
    burnt: float = 0.0
    fallen: float | None = None


@dataclass(frozen=True)
class Crowns:
    """Crown shapes to choose from: opacity and brightness on a square of ``2 · half`` pixels, per radius."""

    stamps: dict[int, list[tuple[FloatImage, FloatImage]]]

    @classmethod
    def draw(cls, rng: np.random.Generator, sun: Sun) -> Crowns:
        """Draw six crowns for every radius from 2 to 15 pixels, lit by ``sun``."""
        return cls({radius: [_crown(rng, radius, sun) for _ in range(6)] for radius in range(2, 16)})


def _crown(rng: np.random.Generator, radius: int, sun: Sun) -> tuple[FloatImage, FloatImage]:
    half = radius + 3
    axis = np.arange(-half, half, dtype=np.float32) + np.float32(0.5)
    x, y = axis[None, :], axis[:, None]
    lumps = value_noise(rng, 2 * half, 2 * half, max(2.5, radius * 0.55), 2)
    squeeze = rng.uniform(0.85, 1.15)
    distance = np.hypot(x * squeeze, y / squeeze) / radius + lumps * np.float32(0.13)
    alpha = np.clip((1.0 - distance) * radius * 0.7 + 0.5, 0, 1).astype(np.float32)
    height = np.sqrt(np.maximum(0, 1 - np.minimum(distance, 1.0) ** 2)) * radius * 0.8 + lumps * np.float32(0.75)
    dy, dx = np.gradient(height)
    sx, sy, sz = sun.direction
    lit = (sz - sx * dx - sy * dy) / np.sqrt(1 + dx * dx + dy * dy)
    shade = 0.66 + 0.42 * np.clip(lit, 0, 1.2) + rng.standard_normal(lit.shape) * 0.07
    return alpha, shade.astype(np.float32)


@dataclass(frozen=True)
class Foliage:
    """How the trees of an image look.

    Attributes:
        palette: colours of the crowns.
        crowns: crown shapes.
        tints: brightness factor of each tree, shape (N,).
        brightness: factor on all crowns.
    """

    palette: Palette
    crowns: Crowns
    tints: NDArray[np.float64]
    brightness: float


def paint_trees(canvas: FloatImage, trees: list[Tree], states: list[TreeState], foliage: Foliage, sun: Sun) -> None:
    """Paint trees and their shadows.

    Args:
        canvas: image (H, W, 3), changed in place.
        trees: what to paint.
        states: state of each tree.
        foliage: colours and shapes of the crowns.
        sun: casts the shadows.
    """
    shadow_mask = np.zeros(canvas.shape[:2], np.uint8)
    for tree, state in zip(trees, states, strict=True):
        if state.fallen is None:
            _cast(shadow_mask, tree, state, sun)
    soft = cv2.GaussianBlur(shadow_mask, (0, 0), 1.0).astype(np.float32) / np.float32(255.0)
    canvas *= 1 - soft[..., None] * np.array([0.52, 0.5, 0.45], np.float32)
    for i, (tree, state) in enumerate(zip(trees, states, strict=True)):
        if state.fallen is not None:
            _paint_fallen(canvas, tree, state, foliage.crowns, i)
            continue
        colour = np.array(foliage.palette.trees[tree.species]) * foliage.tints[i] * foliage.brightness
        bare = np.array(_SCORCHED) * state.burnt + np.array(_BARE) * (1 - state.burnt)
        share = min(1.0, (1 - state.leaves) + state.burnt)
        mixed = colour * (1 - share) + bare * share
        stamps = foliage.crowns.stamps[int(np.clip(round(tree.radius), 2, 15))]
        alpha, shade = stamps[i % len(stamps)]
        _stamp(canvas, tree.x, tree.y, alpha * np.float32(0.3 + 0.7 * state.leaves), shade, mixed)


def _cast(mask: NDArray[np.uint8], tree: Tree, state: TreeState, sun: Sun) -> None:
    dx, dy = sun.shadow(tree.radius * (_TRUNK + 0.6))
    value = int(255 * (0.35 + 0.65 * state.leaves))
    turn = np.linspace(0, 2 * math.pi, 14, endpoint=False)
    reach = tree.radius * (0.85 + 0.12 * np.sin(3 * turn + tree.x))
    ring = np.stack([tree.x + reach * np.cos(turn), tree.y + reach * np.sin(turn)], axis=1)
    sweep(mask, ring, (dx, dy), value)


def _paint_fallen(canvas: FloatImage, tree: Tree, state: TreeState, crowns: Crowns, number: int) -> None:
    angle = state.fallen or 0.0
    length = tree.radius * 1.9
    colour = np.array(_SCORCHED if state.burnt > 0.5 else (102, 84, 62))
    for step in range(3):
        along = length * (0.45 + 0.35 * step)
        stamps = crowns.stamps[int(np.clip(round(tree.radius * (0.7 - 0.15 * step)), 2, 15))]
        alpha, shade = stamps[(number + step) % len(stamps)]
        # branches and ground show through a crown that lies on its side
        broken = alpha * np.clip(0.55 + 2.4 * (shade - 0.95), 0.0, 0.9).astype(np.float32)
        x, y = tree.x + math.cos(angle) * along, tree.y + math.sin(angle) * along
        _stamp(canvas, x, y, broken, shade, colour)


def _stamp(
    canvas: FloatImage, x: float, y: float, alpha: FloatImage, shade: FloatImage, colour: NDArray[np.float64]
) -> None:
    half = alpha.shape[0] // 2
    top, left = math.floor(y) - half, math.floor(x) - half
    rows = slice(max(0, top), min(canvas.shape[0], top + 2 * half))
    cols = slice(max(0, left), min(canvas.shape[1], left + 2 * half))
    patch = Patch(rows, cols)
    if patch.empty:
        return
    part = (slice(rows.start - top, rows.stop - top), slice(cols.start - left, cols.stop - left))
    blend(canvas, patch, alpha[part], colour.astype(np.float32) * shade[part][..., None])
