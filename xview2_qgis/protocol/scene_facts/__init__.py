"""What is known of a scene beside its pixels: the event, and where each of the two images comes from."""

from .event_facts import EVENT_TYPES, EventFacts
from .fault import FactsFault
from .image_facts import ImageFacts
from .scene_facts import SceneFacts

__all__ = ["EVENT_TYPES", "EventFacts", "FactsFault", "ImageFacts", "SceneFacts"]
