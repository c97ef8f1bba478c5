# `make serve` opens the shop, `make test` checks all of it. Both need python3 (3.11 or newer, with venv) and nothing
# more: what they install goes into .venv, from the hashed lists requirements*.txt.

PYTHON  ?= python3
# uv knows only the certificates it brings; where the machine keeps its own (a mirror, a proxy), pip believes them too.
CERTS   := $(if $(wildcard /etc/ssl/certs/*.* /etc/ssl/cert.pem /etc/pki/tls/certs/*),UV_SYSTEM_CERTS=true)
UV      := UV_PYTHON_DOWNLOADS=never $(CERTS) .venv/bin/uv
INSTALL := $(UV) pip install --quiet --python .venv/bin/python
LOCK    := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
           --no-emit-index-url --no-emit-find-links pyproject.toml
WORDS   := $(patsubst %.po,%.mo,$(wildcard shop/translations/*/LC_MESSAGES/*.po plugins/*/translations/*/LC_MESSAGES/*.po))

.PHONY: serve test faults bench messages lock clean

serve: .venv/.serve $(WORDS)
	@exec .venv/bin/shop serve

test: .venv/.test $(WORDS)
	@exec .venv/bin/python tools/check.py

# The plugins' crowds, then kills, presses, refunds and settlements as a table, all at full size; see docs/reliability.md.
faults: .venv/.test $(WORDS)
	@CROWDS=full .venv/bin/python -m pytest -q -m races tests/plugins tests/test_bad_input.py
	@CROWDS=full exec .venv/bin/python -m bench.faults --full

bench: .venv/.test $(WORDS)
	@exec .venv/bin/python -m bench

# After a sentence was changed in the code: bring the catalogues up to date, then translate what is empty.
messages: .venv/.serve
	.venv/bin/python tools/messages.py

# After a dependency was changed in pyproject.toml; newer versions of all of them: make lock UPGRADE=--upgrade
lock: .venv/.uv
	$(LOCK) $(UPGRADE) --output-file requirements.txt
	$(LOCK) $(UPGRADE) --output-file requirements-test.txt --group test --constraint requirements.txt

# Forget everything that can be made again; the shop's own data in instance/ stays.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis bench/out tests/browser/shots
	find . -name __pycache__ -prune -exec rm -rf {} +
	find shop plugins -name '*.mo' -delete

# A stamp tells that its list, and before it the project itself, is installed: the next run begins at once.
.venv/.serve: requirements.txt pyproject.toml | .venv/.uv
	$(INSTALL) --require-hashes --requirements requirements.txt
	$(INSTALL) --no-deps --build-constraints requirements-test.txt --editable .
	@touch $@

.venv/.test: requirements-test.txt .venv/.serve
	$(INSTALL) --require-hashes --requirements requirements-test.txt
	@touch $@

.venv/.uv:
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@touch $@

%.mo: %.po | .venv/.serve
	@.venv/bin/pybabel --quiet compile --input-file $< --output-file $@
