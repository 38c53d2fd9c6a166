"""The page “Health”: its parts and its words."""
