"""The one way to run threads: a group of stages with bounded queues between them."""
