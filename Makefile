# Every command of the project. Each is one line; bootstrap.py installs what it needs first.
PYTHON ?= python3

run:       ## set everything up and serve the portal on 127.0.0.1:8000 (PORT= to change)
	@$(PYTHON) bootstrap.py run
test:      ## set everything up and pass every test (ARGS="-k itn" to choose)
	@$(PYTHON) bootstrap.py test $(ARGS)
check:     ## formatter, linter, types, import contracts, templates, migrations, deployment
	@$(PYTHON) bootstrap.py check
fix:       ## put right what the formatters and the linter can
	@$(PYTHON) bootstrap.py fix
bench:     ## measure the budgets of docs/performance.md
	@$(PYTHON) bootstrap.py bench $(ARGS)
pictures:  ## make the screenshots of the documents anew
	@$(PYTHON) bootstrap.py pictures $(ARGS)
lock:      ## write the lock files anew
	@$(PYTHON) bootstrap.py lock

.PHONY: run test check fix bench pictures lock
