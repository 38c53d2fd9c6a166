"""The page “Read”: its parts and its words."""
