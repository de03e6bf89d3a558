"""Weights and images of the numeric fixtures, from names and sizes alone.

The expected outputs in ``tests/data/parity`` were computed by the published programs with these weights. Everything
comes from raw words of PCG64, seeded by a hash of ``<seed>/<name>``, through integer arithmetic and single float64
operations, so the arrays are the same bits on every machine.
"""

import hashlib
import re
from collections.abc import Iterable

import numpy as np

# One gain per kind of convolution, first match wins; the fixtures were made with these.
_GAINS = [
    (re.compile(pattern), gain)
    for pattern, gain in (
        (r"\.c1x1_c\.conv\.weight$", 0.16),
        (r"\.conv3\.weight$", 0.18),
        (r"\._project_conv\.weight$", 0.5),
        (r"\.branches\.\d+\.\d+\.conv2\.weight$", 0.11),
        (r"\.fuse_layers\.", 0.07),
        (r"\.se_module\.|\._se_", 1.4),
        (r"^final\.0\.", 1.0),
        (r"\.last_layer\.3\.", 0.3),
        (r"^decoder_stages\.[23]\.", 2.5),
        (r"^(decoder_stages|bottlenecks|last_upsample)\.", 1.4),
        (r"", 0.63),
    )
]
_RANGES = {"running_mean": (-0.2, 0.2), "running_var": (0.1, 0.3), "bias": (-0.1, 0.1)}


class Words:
    """Random words that depend on a seed and a name only."""

    def __init__(self, seed: str):
        self.seed = seed

    def raw(self, name, count):
        """uint64 (count,)."""
        digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
        return np.random.PCG64(int.from_bytes(digest[:8], "little")).random_raw(count)

    def integers(self, name, count):
        """int64 (count,) in 0…65535: the low 16 bits of each word."""
        return (self.raw(name, count) & np.uint64(0xFFFF)).astype(np.int64)

    def uniform(self, name, count, low, high):
        return low + self.integers(name, count).astype(np.float64) / 65535.0 * (high - low)

    def bell(self, name, count):
        """float64 (count,), mean 0 and variance 1: the four 16-bit parts of each word, summed."""
        parts = self.raw(name, count).astype("<u8", copy=False).view("<u2").reshape(count, 4)
        total = np.add(parts[:, 0], parts[:, 1], dtype=np.int32)  # .sum over so short an axis takes far longer
        total += parts[:, 2]
        total += parts[:, 3]
        # the sum of four uniform integers 0…n has variance ((n + 1)² - 1) / 3
        return (total - 2 * 65535) / np.sqrt((65536.0**2 - 1.0) / 3.0)


def state_arrays(seed: str, entries: Iterable[tuple[str, list[int], str]]) -> dict[str, np.ndarray]:
    """Return the arrays of a state_dict, listed as (key without ``module.``, shape, dtype), in that order."""
    words = Words(seed)
    return {key: _weight(words, key, tuple(shape)) for key, shape, _ in entries}


def _weight(words, key, shape):
    if key.endswith("num_batches_tracked"):
        return np.ones(shape, np.int64)
    count = int(np.prod(shape, dtype=np.int64))
    ending = key.rsplit(".", 1)[-1]
    if ending in _RANGES:
        values = words.uniform(key, count, *_RANGES[ending])
    elif len(shape) == 1:  # batch normalisation
        values = words.uniform(key, count, 0.6, 1.4)
    else:
        fan_in = int(np.prod(shape[1:], dtype=np.int64))
        gain = next(gain for pattern, gain in _GAINS if pattern.search(key))
        values = words.bell(key, count) * (gain / np.sqrt(fan_in))
    return values.astype(np.float32).reshape(shape)


def digest(arrays: dict[str, np.ndarray]) -> str:
    """Return the SHA-256 of keys and little-endian bytes, as ``weights_sha256`` of a fixture."""
    total = hashlib.sha256()
    for key, array in arrays.items():
        total.update(key.encode())
        total.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())
    return total.hexdigest()


def input_pair(seed: str, name: str, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the drawn image before and after, uint8 (height, width, 3) RGB."""
    words = Words(seed)
    boxes = words.integers(f"{name}/boxes", 32).reshape(8, 4)
    return tuple(_image(words, name, when, boxes, height, width) for when in ("pre", "post"))


def _image(words, name, when, boxes, height, width):
    image = np.empty((height, width, 3), np.int64)
    for channel, level in enumerate((18, -8, -40)):
        layers = (
            (7, _smooth(words, f"{name}/shared/{channel}", height, width, 32)),
            (12, _smooth(words, f"{name}/{when}/coarse/{channel}", height, width, 16)),
            (6, _smooth(words, f"{name}/{when}/fine/{channel}", height, width, 4)),
            (5, (words.integers(f"{name}/{when}/noise/{channel}", height * width) >> 8).reshape(height, width)),
        )
        image[..., channel] = 128 + level + (sum(share * layer for share, layer in layers) - 30 * 128) // 16
    for index, (top, left, tall, wide) in enumerate(boxes.tolist()):
        y, x = top * (height - 12) >> 16, left * (width - 12) >> 16
        intact = when == "pre" or index % 2
        shade = (60, 50, 55) if intact else (-70, -40, -50)
        image[y : y + 6 + (tall * height >> 18), x : x + 6 + (wide * width >> 18)] += np.array(shade)
    return image.clip(0, 255).astype(np.uint8)


def _smooth(words, name, height, width, cell):
    """A coarse random grid 0…255, interpolated bilinearly in whole numbers."""
    rows, columns = height // cell + 2, width // cell + 2
    grid = (words.integers(name, rows * columns) >> 8).reshape(rows, columns)
    (y, down), (x, right) = np.divmod(np.arange(height), cell), np.divmod(np.arange(width), cell)
    down, right = down[:, None], right[None, :]
    upper = (cell - right) * grid[np.ix_(y, x)] + right * grid[np.ix_(y, x + 1)]
    lower = (cell - right) * grid[np.ix_(y + 1, x)] + right * grid[np.ix_(y + 1, x + 1)]
    return ((cell - down) * upper + down * lower) // cell**2


def normalise(image: np.ndarray) -> np.ndarray:
    """Return uint8 (H, W, 3) RGB as float32 (3, H, W) with ImageNet statistics."""
    mean, deviation = np.float32((0.485, 0.456, 0.406)), np.float32((0.229, 0.224, 0.225))
    return np.ascontiguousarray(((image / np.float32(255) - mean) / deviation).transpose(2, 0, 1), np.float32)
