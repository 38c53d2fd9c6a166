"""What pages share that a person can move or press."""
