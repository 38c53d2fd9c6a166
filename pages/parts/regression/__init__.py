"""The page “Regression”: its parts and its words."""
