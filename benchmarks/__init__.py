"""Every figure that the docs quote is printed by one of these modules."""
