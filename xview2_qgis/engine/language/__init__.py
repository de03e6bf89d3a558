"""What the engine writes for people: texts, numbers and dates in their language. Always handed on, never global."""
