"""The page “Why an ensemble”: its parts and its words."""
