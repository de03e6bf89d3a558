"""Settings of the tests of the engine."""

from hypothesis import settings

# machines differ, and so does what else they do
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
