"""The page “Draw a digit”: its parts and its words."""
