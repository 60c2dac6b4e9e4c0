"""Tools that need a person's rows."""
