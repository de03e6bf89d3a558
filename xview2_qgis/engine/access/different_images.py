"""Two different images: one image with itself shows no damage anywhere, which looks like an all-clear."""

from __future__ import annotations

import os
from contextlib import suppress

from ...protocol.codes import ErrorCode
from ...protocol.options.assessment import AssessmentParameters
from ...protocol.public_name import public_name
from ..errors import UsageError, brief


def check_different(parameters: AssessmentParameters) -> None:
    """Refuse the same image twice, under whatever names; a stack of both in one file has bands for each.

    Raises:
        UsageError: it is given twice (``same-image``).
    """
    pre, post = parameters.pre, parameters.post
    if pre is not None and pre.bands == post.bands and _same(pre.path, post.path):
        name = brief(public_name(post.path))
        raise UsageError(
            f"both images are the same file, {name}",
            "choose two different ones; of a stack of both, say the bands of each with --pre-bands and --post-bands",
            ErrorCode.SAME_IMAGE,
        )


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    with suppress(OSError, ValueError):  # addresses and parts of files
        return os.path.samefile(one, other)
    return False
