"""How layers are drawn on paper, whatever style they have on the screen."""
