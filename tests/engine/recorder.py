"""An event sink that remembers."""

from __future__ import annotations


class Recorder:
    """Keeps all events in their order, each with its name first; may do something at every progress."""

    def __init__(self, on_progress=None):
        self.events = []
        self._on_progress = on_progress

    def progress(self, stage, done, total):
        self.events.append(("progress", stage, done, total))
        if self._on_progress:
            self._on_progress(stage, done, total)

    def __getattr__(self, name):
        return lambda *args, **facts: self.events.append((name, *args, facts))
