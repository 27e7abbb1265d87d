# Each target is `python start.py TARGET`, which works on Windows too: `py start.py TARGET`.
PYTHON ?= python3
.PHONY: report test test-all lab lint bench lock
report test test-all lab lint bench lock:
	@$(PYTHON) start.py $@
