"""The page “Losses”: its parts and its words."""
