"""Controls, buttons and bars that pages share."""
