"""The page “Lesson”: its parts and its words."""
