"""The scenes of a batch: a list that is read and checked, or images of two folders that are matched."""
