"""The window *Assess damage*."""
