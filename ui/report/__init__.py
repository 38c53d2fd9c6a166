"""Reports: HTML pages for printing."""
