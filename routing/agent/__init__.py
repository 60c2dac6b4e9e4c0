"""The external agent: what it is asked in each protocol, and what its answers mean."""
