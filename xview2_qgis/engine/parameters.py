"""Parameters of an assessment: the options of its command."""

from ..protocol.options.assessment import AssessmentParameters, ImageOptions

__all__ = ["AssessmentParameters", "ImageOptions"]
