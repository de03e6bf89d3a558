"""How weights are moved: optimisers, phases, averages, steps that are not finite, processes."""
