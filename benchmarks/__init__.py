"""Every figure that README and docs quote is printed by one of these modules."""
