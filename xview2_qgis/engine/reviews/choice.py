"""What becomes of the reviews of a result that is replaced: one thing only."""

from __future__ import annotations

from ...protocol.options.assessment import AssessmentParameters
from ..errors import UsageError


def check_reviews(parameters: AssessmentParameters) -> None:
    """Refuse to carry reviews over and to lose them at the same time.

    Raises:
        UsageError: both are asked for (``usage``).
    """
    if parameters.keep_reviews and parameters.discard_reviews:
        raise UsageError(
            "--keep-reviews and --discard-reviews exclude each other",
            "give one of them, --keep-reviews loses nothing",
            "usage",
        )
