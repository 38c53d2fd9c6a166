"""The page “Train an ensemble”: its parts and its words."""
