"""The lecturer's own window while a lecture is led."""
