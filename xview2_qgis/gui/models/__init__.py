"""The window of the models, and what is asked before a model is used for the first time."""
