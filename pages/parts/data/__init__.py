"""The page “Data”: its parts and its words."""
