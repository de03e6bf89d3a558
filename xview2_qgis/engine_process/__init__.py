"""The engine as a child process: which Python runs it, is it usable, start, events, cancel."""
