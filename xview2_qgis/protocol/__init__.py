"""What engine and plugin both know: names, options, events, texts. Standard library only; imports neither of them."""
