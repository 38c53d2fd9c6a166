"""Words and numbers as the screen says them."""
