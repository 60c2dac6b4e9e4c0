"""Reads one file that somebody sent, as a process of its own: what a hostile file takes in time and
memory it takes here, within limits, and not from the server. Libraries are imported on first use.
"""
