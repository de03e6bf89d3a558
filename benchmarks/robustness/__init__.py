"""How much of a result stands when the post-event image is displaced, or looks different."""
