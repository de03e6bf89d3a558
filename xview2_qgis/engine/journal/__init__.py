"""The journal of a run: what is finished of it, so that a run that was stopped can be gone on with."""
