"""Recovery: from a bundle back to a checkpoint with which a training can begin."""
