"""The page “Compare”: its parts and its words."""
