"""Many scenes with one model: the list of scenes, the run over them, its journal, table and merged layer."""
