"""The page “Decide”: its parts and its words."""
