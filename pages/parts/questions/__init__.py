"""The page “Questions”: its entries, their words, and how one is shown."""
