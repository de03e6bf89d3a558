"""What a report says in sentences and lines, in any language."""
