"""How fast and how small Chat Studio is: `make bench`.

__main__.py    the command: which rows, how often, the tables, the file
bench.py       what a row is given: servers, folders, options
results.py     numbers of several runs to lines of the tables
floor.py       the smallest relay on the same stack, measured beside ours
followers.py   pages without a browser, in a process of their own
visitors/      what such a page or program does, one module for each way in
peers/         others that are measured in the same run, where somebody has installed them
wire.py        the little HTTP and websocket that they speak
delays.py      when tokens were sent and when they came
seeding.py     rows for big conversations
searchable.py  rows for the search
metrics_seeding.py  a million metrics and their rollups
query_plans.py      how the database finds what the dashboard asks for
chromium.py    the browser and its counters
processes.py   what /proc tells of a process
as_installed/  what a server without the tools of development does not find
rows/          one module for each group of figures, each with one function `run`
README.md      how to run it, and what its lines mean
"""
