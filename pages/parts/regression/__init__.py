"""The page “What the deep net gives up”: its parts and its words."""
