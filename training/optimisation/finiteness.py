"""What happens when a loss or a gradient is infinite or not a number: it is named, and skipped or the run stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from xview2_qgis.protocol.codes import ExitCode

from ..errors import TrainingError


class NonFiniteError(TrainingError):
    """Training diverged; the message names the first parts that are not finite."""

    exit_code = ExitCode.RUNTIME


def culprits(parts: dict[str, Tensor], network: nn.Module, limit: int = 3) -> list[str]:
    """Name what is not finite: parts of the loss, or else parameters by their gradient."""
    named = [f"loss {n}" for n, v in parts.items() if not torch.isfinite(v).all()]
    if not named:
        named = [
            f"gradient of {n}"
            for n, p in network.named_parameters()
            if p.grad is not None and not torch.isfinite(p.grad).all()
        ]
    more = [f"{len(named) - limit} more"] if len(named) > limit else []
    return named[:limit] + more


@dataclass
class FiniteSteps:
    """Decides about steps that are not finite.

    Attributes:
        policy: ``skip`` passes over such a step and stops after ``patience`` in a row; ``stop`` stops at once.
        patience: steps in a row.
        skipped: steps in a row that were skipped.
    """

    policy: Literal["skip", "stop"] = "skip"
    patience: int = 20
    skipped: int = 0

    def accept(
        self, norm: Tensor, parts: dict[str, Tensor], network: nn.Module, step: int, overflow: bool = False
    ) -> str | None:
        """Return ``None`` when the step may be taken, else a line that says why it is skipped.

        Args:
            norm: norm of the whole gradient; after a reduction over processes it is the same on all of them, so all
                decide alike.
            parts: parts of the loss.
            network: whose gradients are named.
            step: for the message.
            overflow: the loss is finite and scaled for fp16: the scale is too high and finds its level by itself, so
                the policy ``stop`` has patience with it, too. Twenty halvings are more than its start needs.

        Raises:
            NonFiniteError: the run must stop.
        """
        if bool(torch.isfinite(norm)):
            self.skipped = 0
            return None
        self.skipped += 1
        what = ", ".join(culprits(parts, network)) or "norm of the gradient"
        line = f"step {step}: not finite: {what}"
        if (self.policy == "stop" and not overflow) or self.skipped >= self.patience:
            raise NonFiniteError(f"{line}; lower optimiser.learning_rate or use run.precision=32-true")
        return line
