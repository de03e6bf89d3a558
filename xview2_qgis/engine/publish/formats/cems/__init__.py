"""The grading package of Copernicus EMS Rapid Mapping: their layers, their fields, their words."""

from .package import FORMAT

__all__ = ["FORMAT"]
