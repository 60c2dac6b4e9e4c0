# Thin doors to scripts/studio.py, which works without make too (on Windows: py scripts\studio.py run).
#   make run PORT=9000 HOST=127.0.0.1 MODEL=demo EXTRAS=postgres,redis
#   make quick                    lint, types, all tests without browser and second process
#   make test                     all tests, in lanes
#   make test ARGS="-k browser"   a plain pytest
#   make bench ARGS="--rows start,memory --quick"
#   make bench ARGS="--against chainlit --peer chainlit=/path/to/venv"

export HOST PORT MODEL EXTRAS PYTHON

# Any Python will do as the entry, if it really starts: a version manager's shim may name one that is not installed.
ENTRY := $(shell for python in python3 python python3.14 python3.13 python3.12 /usr/bin/python3 \
	/opt/homebrew/bin/python3 ~/.pyenv/versions/3.*/bin/python /root/.pyenv/versions/3.*/bin/python; do \
	"$$python" -c "" 2>/dev/null && echo "$$python" && break; done)

COMMANDS := run setup test quick lint types check bench lock clean
.PHONY: help $(COMMANDS)

help:
	@sed -n 's/^#  */  /p' Makefile

$(COMMANDS):
	$(if $(ENTRY),,$(error No Python was found. Install Python 3.13, for instance with: apt install python3 python3-venv))
	@"$(ENTRY)" scripts/studio.py $@ $(ARGS)
