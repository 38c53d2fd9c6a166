"""What pages are made of: one package for each page, which knows no other page's."""
