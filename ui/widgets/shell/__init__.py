"""What surrounds every page: styles, title, menu, parts, and the presenter's view."""
