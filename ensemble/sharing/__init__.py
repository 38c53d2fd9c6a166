"""What people take away and pass on: lesson links, scripts and notebooks."""
