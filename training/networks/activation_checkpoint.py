"""Activation checkpointing that leaves batch normalisation as it is without it.

The layers run a second time in the backward pass instead of keeping their activations (Chen et al. 2016). Plain
checkpointing would let that second run move the running statistics once more, so a run with and a run without would
drift apart.
"""

from __future__ import annotations

from contextlib import nullcontext
from types import TracebackType

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint


class _HeldStatistics:
    """Context in which the batch normalisations of a module leave their running statistics alone."""

    def __init__(self, module: nn.Module) -> None:
        self._norms = [m for m in module.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
        self._saved: list[tuple[float | None, Tensor | None]] = []

    def __enter__(self) -> None:
        self._saved = [(norm.momentum, norm.num_batches_tracked) for norm in self._norms]
        for norm in self._norms:
            norm.momentum, norm.num_batches_tracked = 0.0, None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for norm, (momentum, batches) in zip(self._norms, self._saved, strict=True):
            norm.momentum, norm.num_batches_tracked = momentum, batches


def checkpointed(module: nn.Module, x: Tensor) -> Tensor:
    """Return ``module(x)``, keeping nothing but ``x`` for the backward pass; a plain call where no gradient is needed.

    Gradients and running statistics are those of a plain call.
    """
    if not torch.is_grad_enabled():
        plain: Tensor = module(x)
        return plain
    result: Tensor = checkpoint(
        module, x, use_reentrant=False, context_fn=lambda: (nullcontext(), _HeldStatistics(module))
    )
    return result
