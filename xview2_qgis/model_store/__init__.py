"""Getting models: what is here and what is published, downloads that go on, the engine that installs, the terms."""
