"""The page “Members”: its parts and its words."""
