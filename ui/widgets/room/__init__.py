"""A room on the screen: its connection, who joins, and the votes."""
