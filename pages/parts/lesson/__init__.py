"""The page “Make a lesson”: its parts and its words."""
