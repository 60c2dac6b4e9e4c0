"""The JSON API: one door in, behind which the applications' own doors are loaded on first use."""
