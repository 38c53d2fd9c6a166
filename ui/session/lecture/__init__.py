"""A lecture in this session: its plan, its steps, and the room that it is given in."""
