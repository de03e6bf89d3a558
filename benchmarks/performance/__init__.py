"""The benchmark suite: parts that measure, the record that keeps what they found, and the page made of it."""
