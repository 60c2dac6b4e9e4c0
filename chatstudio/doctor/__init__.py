"""Says whether Chat Studio is well, and for what is not the next step to take."""
