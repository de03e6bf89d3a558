import pandas as pd

from benchmarks.robustness.sample import damaged_pairs
from training.data.xbd import PairFiles


def test_most_damaged_of_each_disaster_in_turn(tmp_path):
    names = ["fire_1", "fire_2", "fire_3", "storm_1", "storm_2", "quake_1"]
    counts = {"fire_1": 1, "fire_2": 5, "fire_3": 3, "storm_1": 2, "storm_2": 9}
    rows = [(name, "destroyed") for name, count in counts.items() for _ in range(count)]
    truth = pd.DataFrame([*rows, ("quake_1", "no-damage")], columns=["tile", "subtype"])
    pairs = [PairFiles(name, tmp_path) for name in names]
    chosen = [pair.name for pair in damaged_pairs(pairs, truth, 10)]
    assert chosen == ["fire_2", "storm_2", "fire_3", "storm_1", "fire_1"]
    assert [pair.name for pair in damaged_pairs(pairs, truth, 3)] == chosen[:3]
