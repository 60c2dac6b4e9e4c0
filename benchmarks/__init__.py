"""How fast and how small Chat Studio is: `make bench`.

__main__.py    the command: which rows, how often, the table, the file
bench.py       what a row is given: servers, folders, options
results.py     numbers of several runs to one line of the table
floor.py       the smallest relay on the same stack, measured beside ours
followers.py   pages without a browser, in a process of their own
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
"""
