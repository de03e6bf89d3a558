"""I/O binding: the images go to, and the answers come from, buffers on the device that are made once for each shape.

Pinned memory of the host is not among them. ONNX Runtime 1.27 gives none in Python, newer ones only that of devices
which plugins register. And as answers are handed over to the caller, a pinned buffer would be copied once more.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

_SHAPES = 4  # tiles in the middle, at two borders and in the corner of a scene

_Shapes = tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class _Buffers:
    """The buffers of one shape of images.

    Attributes:
        binding: what ONNX Runtime runs; it holds the answers, in the order in which they were asked for.
        inputs: images on the device, by name.
    """

    binding: onnxruntime.IOBinding
    inputs: Mapping[str, onnxruntime.OrtValue]

    def fill(self, feed: Mapping[str, NDArray[np.uint8]]) -> None:
        """Put images into the buffers."""
        for name, values in feed.items():
            self.inputs[name].update_inplace(np.ascontiguousarray(values))
            # each time: where a graph begins with what the device cannot compute, binding makes a copy for the CPU
            self.binding.bind_ortvalue_input(name, self.inputs[name])


class BoundSession:
    """Runs an ONNX Runtime session as its own ``run`` does, with buffers that stay; one run at a time.

    Args:
        session: the session.
        device: where the buffers are, in ONNX Runtime's words: ``cuda``, also for TensorRT, or ``cpu``.
    """

    def __init__(self, session: onnxruntime.InferenceSession, device: str) -> None:
        self._session, self._device = session, device
        self._buffers: dict[_Shapes, _Buffers] = {}
        self._lock = threading.Lock()

    def get_providers(self) -> list[str]:
        """Return the providers of the session, the first one computes."""
        return list(self._session.get_providers())

    def run(
        self,
        outputs: Sequence[str],
        feed: Mapping[str, NDArray[np.uint8]],
        run_options: onnxruntime.RunOptions | None = None,
    ) -> list[NDArray[np.generic]]:
        """Return outputs by their names' order; they are the caller's, and no later run writes to them.

        Args:
            outputs: names, the same in every call.
            feed: images by name.
            run_options: of ONNX Runtime.

        Raises:
            Exception: ONNX Runtime's own errors, which have no common base.
        """
        shapes = tuple((name, values.shape) for name, values in feed.items())
        with self._lock:
            # the last one used is the last to go
            known = self._buffers.pop(shapes, None)
            try:
                buffers = known or self._made(outputs, feed)
                buffers.fill(feed)
                self._session.run_with_iobinding(buffers.binding, run_options)
                buffers.binding.synchronize_outputs()
                given = buffers.binding.get_outputs()
                if known is None:  # what ONNX Runtime made for the answers takes those of the next runs, too
                    for name, value in zip(outputs, given, strict=True):
                        buffers.binding.bind_ortvalue_output(name, value)
                answers = [_own(value) for value in given]
            except Exception:
                self._buffers.clear()  # perhaps there was too little memory: smaller runs need what these hold
                raise
            while len(self._buffers) >= _SHAPES:
                del self._buffers[next(iter(self._buffers))]
            self._buffers[shapes] = buffers
        return answers

    def _made(self, outputs: Sequence[str], feed: Mapping[str, NDArray[np.uint8]]) -> _Buffers:
        """Make the buffers of images like these.

        A graph may compute other shapes than it declares, so nothing is made here for its answers.
        """
        binding = self._session.io_binding()
        for name in outputs:
            binding.bind_output(name, self._device)
        make = onnxruntime.OrtValue.ortvalue_from_shape_and_type
        return _Buffers(
            binding, {name: make(values.shape, values.dtype, self._device) for name, values in feed.items()}
        )


def _own(value: onnxruntime.OrtValue) -> NDArray[np.generic]:
    """Return a copy of a buffer: from a device that is what ``numpy`` makes, on the CPU it is the buffer itself."""
    values: NDArray[np.generic] = value.numpy()
    return values.copy() if values.ctypes.data == value.data_ptr() else values
