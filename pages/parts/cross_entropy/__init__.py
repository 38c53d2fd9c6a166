"""The page “Cross-entropy, taken apart”: its parts and its words."""
