# Två kommandon räcker: "make demo" startar en komplett provkommun, "make test" kör alla tester.
# Det enda som behövs i förväg är Python 3.11 eller senare (och Pango för PDF, se nedan).

PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --progress-bar off
PACKAGES := kvalitet organisation casework audit deviations lexsarah selfcheck riskanalysis analysis reports \
	demo
# Settings that are safe for production: what "check --deploy" must find nothing to say about.
SAFE := DEBUG=0 HTTPS=1 ALLOWED_HOSTS=kvalitet.example FOLLOW_UP_KEY=other SEALING_KEYS=another \
	DATABASE_URL=postgres://kvalitet@db/kvalitet REDIS_URL=redis://broker/0 \
	SECRET_KEY=$$($(PY) -c "import secrets; print(secrets.token_hex(32))")

# Whatever the environment says, modules are compiled once and not again in each worker and each child of a test.
export PYTHONDONTWRITEBYTECODE :=

# Each core runs its share of the tests in order, and takes over from another when it has no more.
TESTS = $(PY) -m pytest -n auto --dist worksteal --maxprocesses

.PHONY: help install install-dev demo test test-all check e2e deployment bench lock

help:
	@echo "make demo      starta en provkommun med egen databas och visa adress och konton (PORT=8123 väljer port)"
	@echo "make test      kör testerna"
	@echo "make test-all  kör det som make test lämnar: varje ruta i tabellerna, och fler exempel"
	@echo "make check     kontrollera stil, typer, migreringar, mallar och säkra inställningar"
	@echo "make e2e       kör användarnas vägar i en riktig webbläsare"
	@echo "make deployment  starta det som docker-compose.yml startar, utan Docker, och prova det (kräver nginx)"
	@echo "make bench     mät prestanda (ARGS=--small provar bara att varje mätning går att köra)"
	@echo "make lock      lås beroendenas versioner på nytt"

install: .venv/installed
	@echo "Allt är installerat i .venv."

install-dev: .venv/installed-dev

demo: install
	@$(PY) manage.py demo $(if $(PORT),--port $(PORT))

test: install-dev
	$(TESTS) 4 $(ARGS)

test-all: install-dev
	$(TESTS) 4 -m "every and not e2e" --hypothesis-profile every $(ARGS)
	$(TESTS) 2 -m "every and e2e" $(ARGS)

check: install-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(PACKAGES) deploy
	$(PY) manage.py makemigrations --check --dry-run
	.venv/bin/djade --check --target-version 5.2 $$(find templates -name '*.html')
	$(SAFE) $(PY) manage.py check --deploy --fail-level WARNING

e2e: install-dev
	$(TESTS) 2 -m "e2e and not every" $(ARGS)

deployment: install-dev
	$(PY) -m deploy $(ARGS)

bench: install-dev
	$(PY) -m bench $(ARGS)

lock: .venv/bin/pip
	$(PIP) uv
	$(PY) -m uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --quiet \
		--extra embedded $(ARGS) -o requirements.txt pyproject.toml
	$(PY) -m uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --quiet \
		--all-extras --constraint requirements.txt $(ARGS) -o requirements-dev.txt pyproject.toml

# The environment is made once, and again only when a list of packages has changed.  The system's own Python
# comes first: it is built for speed, and one that was compiled by hand often takes a fifth longer.
.venv/bin/pip:
	@for python in $(PYTHON) /usr/bin/python3 python3 python3.13 python3.12 python3.11 python3.14; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		found=$$python; \
		echo "Skapar .venv med $$($$python --version) ..."; \
		$$python -m venv --clear .venv >/dev/null 2>&1 && exit 0; \
	done; \
	if [ -n "$$found" ]; then \
		rm -rf .venv; \
		echo "$$found kan inte skapa en virtuell miljö. Installera modulen venv, på Debian och Ubuntu:"; \
		echo "    apt-get install python3-venv"; \
	else \
		echo "Kvalitet kräver Python 3.11 eller senare, men det finns inte på den här datorn."; \
		echo "Installera det, eller ange var det ligger: make PYTHON=/sökväg/till/python3.11"; \
	fi >&2; exit 1

.venv/installed: requirements.txt | .venv/bin/pip
	@echo "Installerar det som produkten behöver ..."
	@$(PIP) --require-hashes -r requirements.txt
	@$(PANGO)
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installerar det som testerna behöver ..."
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

# WeasyPrint, which makes the PDFs, needs the system library Pango.
DEBIAN_PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
define PANGO
works() { $(PY) -c 'import weasyprint' >/dev/null 2>&1; }; \
works && exit 0; \
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	echo "Installerar Pango, som PDF-filerna görs med ..."; \
	export DEBIAN_FRONTEND=noninteractive; \
	{ apt-get update && apt-get install --yes --no-install-recommends $(DEBIAN_PANGO); } >/dev/null; \
	works && exit 0; \
fi; \
{ echo "Systembiblioteket Pango saknas. Installera det och kör kommandot igen:"; \
echo "    Debian, Ubuntu:  sudo apt-get install $(DEBIAN_PANGO)"; \
echo "    Fedora, RHEL:    sudo dnf install pango"; \
echo "    macOS:           brew install pango"; } >&2; \
exit 1
endef
