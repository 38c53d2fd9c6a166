"""A plan on the screen: its strip of steps, a step's question, the hand-out."""
