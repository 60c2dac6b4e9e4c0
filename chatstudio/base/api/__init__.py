"""What the JSON doors of all applications have in common: errors, envelopes, scopes, shapes."""
