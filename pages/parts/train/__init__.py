"""The page “Train”: its parts and its words."""
