"""The page “Cross-entropy”: its parts and its words."""
