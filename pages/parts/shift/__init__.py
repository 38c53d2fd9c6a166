"""Parts of the page Shift, one file each, and what they share."""
