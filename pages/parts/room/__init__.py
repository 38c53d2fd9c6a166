"""The page “Room”: its parts and its words."""
