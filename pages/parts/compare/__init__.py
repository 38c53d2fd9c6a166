"""The page “Compare runs”: its parts and its words."""
