"""How well a small model uses our tools, by each way of asking it: `python -m benchmarks.tools`."""
