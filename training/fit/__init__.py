"""The loop of a training: phases, state, checkpoints, validation."""
