# xView2 for QGIS. `make` lists the targets; `make demo` and `make test` install what is missing.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# one heavy job at a time: OpenMP threads that wait for each other slow everything down
.NOTPARALLEL:

# PyQGIS belongs to the system's Python; everything else runs in .venv
QGIS_PYTHON ?= /usr/bin/python3
VENV := .venv/bin
ENGINE := $(CURDIR)/$(VENV)/python
TESTS := tests/plugin
# the script qgis_process of Debian 12's own QGIS 3.22 hands its program an option that it does not know
QGIS_PROCESS = $$(command -v qgis_process.bin || echo qgis_process)

# QGIS with the plugin of this checkout, in a profile of its own: the user's profile is never touched
QGIS_ENVIRONMENT := QT_QPA_PLATFORM=offscreen QGIS_PLUGINPATH=$(CURDIR)/build/plugin \
	QGIS_CUSTOM_CONFIG_PATH=$(CURDIR)/build/qgis-profile XDG_RUNTIME_DIR=$(CURDIR)/build/qgis-profile/run \
	XDG_CONFIG_HOME=$(CURDIR)/build/qgis-profile/config XDG_DATA_HOME=$(CURDIR)/build/qgis-profile/data \
	XVIEW2_ENGINE_PYTHON=$(ENGINE)

.PHONY: help set-up system-packages python-environment demo demo-pair qgis-plugin test test-python test-slow \
	qt6-environment test-qt6 test-qgis test-in-qgis test-qgis-322 test-qgis-344 lint format translations \
	check-translations plugin offline-package \
	release release-files fuzz load kill bench bench-training compact docs handbook reference-pages \
	docs-screenshots clean

help: ## list the targets
	@echo "xView2 for QGIS: building damage from satellite image pairs"
	@echo
	@grep -hE '^[a-z][a-z0-9-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | \
		while IFS=$$'\t' read -r name text; do printf '  make %-17s %s\n' "$$name" "$$text"; done

set-up: system-packages python-environment ## install what is missing (system packages, .venv)

system-packages:
	@packaging/system-packages.sh

python-environment: system-packages
	@packaging/python-environment.sh

# the model is named: which one the automatic choice is depends on the machine, and the town shall be the same on all
demo: set-up demo-pair qgis-plugin ## run the assessment through QGIS on a synthetic town, results in demo/
	@echo "Assessing demo/pre.tif and demo/post.tif through QGIS"
	@rm -f demo/damage.gpkg demo/damage.tif demo/report.html demo/map.png
	@$(QGIS_ENVIRONMENT) $(QGIS_PROCESS) run xview2:assess --MODEL=compact \
		--PRE=$(CURDIR)/demo/pre.tif --POST=$(CURDIR)/demo/post.tif \
		--OUTPUT=$(CURDIR)/demo/damage.gpkg --DAMAGE_RASTER=$(CURDIR)/demo/damage.tif --REPORT=$(CURDIR)/demo/report.html
	@for result in damage.gpkg damage.tif report.html; do \
		test -s demo/$$result || { echo "error: demo/$$result was not written" >&2; exit 1; }; done
	@$(QGIS_ENVIRONMENT) $(QGIS_PROCESS) run xview2:map --RESULT=$(CURDIR)/demo/damage.gpkg --TITLE="Building damage" \
		--LANGUAGE=en --DPI=150 --PNG=$(CURDIR)/demo/map.png >build/map.log 2>&1 || { cat build/map.log >&2; exit 1; }
	@test -s demo/map.png || { cat build/map.log >&2; echo "error: demo/map.png was not written" >&2; exit 1; }
	@echo "Done: demo/damage.gpkg, demo/damage.tif, demo/report.html, demo/map.png"

# drawn once; the file that is written last stands for all three
demo-pair: python-environment
	@$(MAKE) --no-print-directory demo/truth.gpkg

demo/truth.gpkg: $(wildcard xview2_qgis/engine/synthetic/*.py)
	@$(VENV)/xview2 demo demo

# the plugin unpacked where QGIS finds it, and enabled
qgis-plugin: system-packages
	@$(QGIS_PYTHON) packaging/plugin_archive.py stage >/dev/null
	@mkdir -p -m 700 build/qgis-profile/run
	@# enabling it again is an error to QGIS, not to us
	@$(QGIS_ENVIRONMENT) $(QGIS_PROCESS) plugins enable xview2_qgis >build/qgis-profile/enable.log 2>&1 || \
		grep -q 'already enabled' build/qgis-profile/enable.log || { cat build/qgis-profile/enable.log >&2; exit 1; }

test: set-up ## run every check: ruff and mypy, tests of the Python packages, then inside real QGIS
	@failed=""; \
	$(MAKE) --no-print-directory lint || failed="$$failed lint"; \
	$(MAKE) --no-print-directory test-python || failed="$$failed python"; \
	$(MAKE) --no-print-directory test-qt6 || failed="$$failed qt6"; \
	$(MAKE) --no-print-directory test-qgis || failed="$$failed qgis"; \
	if [ -n "$$failed" ]; then echo "FAILED:$$failed"; exit 1; fi; \
	echo "All tests passed"

test-python: python-environment
	@echo "Tests of engine, training, export and packaging"
	@# two workers: what is drawn once for a file is drawn by one of them; files in the order of testpaths. What hangs is
	@# ended by a signal and not with its process: pytest-xdist would wait for ever for the rest of the file
	@OMP_NUM_THREADS=1 $(VENV)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder \
		--timeout-method signal --durations 15

test-slow: python-environment ## the tests that `make test` leaves out: networks as wide as the recipes and the published files have them
	@$(VENV)/python -m pytest -m slow --timeout 3600 --durations 15

qt6-environment: system-packages
	@packaging/qt6-environment.sh

test-qt6: qt6-environment ## only the tests of the plugin with PyQt6 and the interface of QGIS 4
	@[ ! -x .venv-qt6/bin/python ] || { echo "Tests with Qt 6"; .venv-qt6/bin/python -m pytest -p no:cacheprovider tests/qt6; }

test-qgis: python-environment test-in-qgis ## only the tests inside QGIS, whichever is installed

# by itself where the engine is another than that of .venv (ENGINE)
test-in-qgis: qgis-plugin
	@echo "Tests inside QGIS $$($(QGIS_PYTHON) -c 'import qgis.core; print(qgis.core.Qgis.QGIS_VERSION)')"
	@env -u QT_QPA_PLATFORM -u DISPLAY $(filter-out QT_QPA_PLATFORM=%,$(QGIS_ENVIRONMENT)) OMP_NUM_THREADS=1 \
		packaging/qgis-tests.sh $(QGIS_PYTHON) $(TESTS)

test-qgis-322: ## the same in QGIS 3.22: that of Debian 12, in a folder below build/ (needs root and debootstrap)
	@packaging/qgis_in_debian.sh bookworm

test-qgis-344: ## the same in QGIS 3.44: that of Debian 13's backports, in a folder below build/
	@packaging/qgis_in_debian.sh trixie-backports

lint: python-environment ## ruff and mypy, the plugin with the types of PyQGIS
	@echo "Checking style and types"
	@failed=""; \
	$(VENV)/ruff check . || failed="$$failed ruff-check"; \
	$(VENV)/ruff format --check . || failed="$$failed ruff-format"; \
	$(VENV)/mypy || failed="$$failed mypy"; \
	if [ -n "$$failed" ]; then echo "FAILED:$$failed"; exit 1; fi

format: python-environment ## format the sources
	@$(VENV)/ruff format .

translations: python-environment ## bring all translations up to date and check them, or that of LANGUAGE, which may be new (docs/translating.md)
	@$(VENV)/python packaging/translations.py update $(LANGUAGE)

check-translations: python-environment ## what is missing and wrong in the translations, or in that of LANGUAGE
	@$(VENV)/python packaging/translations.py check $(LANGUAGE)

offline-package: python-environment ## the engine's packages for a machine without network (VARIANT=cpu PLATFORM=windows-x86_64 PYTHON=3.12)
	@$(VENV)/python packaging/offline_package.py $(if $(VARIANT),--variant $(VARIANT)) \
		$(if $(PLATFORM),--platform $(PLATFORM)) --python $(if $(filter 3.%,$(PYTHON)),$(PYTHON),3.12)

plugin: ## build dist/xview2_qgis-<version>.zip, the same with models, and the models as release files
	@$(QGIS_PYTHON) packaging/plugin_archive.py zip
	@$(QGIS_PYTHON) packaging/model_archives.py archives

release: ## set VERSION, check, build dist/VERSION, commit and tag (docs/releasing.md): make release VERSION=0.2.0
	@test -n "$(VERSION)" || { echo "error: no version: make release VERSION=0.2.0" >&2; exit 1; }
	@$(QGIS_PYTHON) packaging/release.py $(VERSION)

release-files: ## build the files of the version of this checkout in dist/<version>
	@$(QGIS_PYTHON) packaging/releasing/files.py

fuzz: python-environment qgis-plugin ## hundreds of bad inputs (10 minutes): FUZZ_SEED=n for others, FUZZ_ROUNDS=n for more
	@OMP_NUM_THREADS=1 FUZZ_SEED=$(or $(FUZZ_SEED),0) FUZZ_ROUNDS=$(or $(FUZZ_ROUNDS),20) \
		$(VENV)/python -m pytest --numprocesses 2 --tb short --durations 5 tests/fuzz
	@$(QGIS_ENVIRONMENT) FUZZ_SEED=$(or $(FUZZ_SEED),0) FUZZ_ROUNDS=$(or $(FUZZ_ROUNDS),20) \
		$(QGIS_PYTHON) -m pytest -p no:cacheprovider -q tests/plugin/installation/test_damaged_files.py

load: python-environment ## 200 assessments in one QGIS session: memory, handles and child processes that stay
	@mkdir -p -m 700 build/qgis-profile/run
	@$(QGIS_ENVIRONMENT) OMP_NUM_THREADS=1 $(QGIS_PYTHON) -m tests.load

kill: python-environment ## 100 runs that are killed or lose power at random points go on to the same result (10 minutes): KILL="COUNT SEED" for others
	@OMP_NUM_THREADS=1 $(VENV)/python -m tests.engine.journal.kill_points $(KILL)

bench: python-environment ## measure speed and memory (40 minutes on an idle machine), write the tables of docs/performance.md
	@$(VENV)/python -m benchmarks $(BENCH)

bench-training: python-environment ## one training step per network and precision
	@$(VENV)/python -m benchmarks.training_step --input

# A run that was stopped goes on. The 57 pairs of data/more_pairs are seen by no run: they calibrate the last one, for the
# shares of the classes in all 204 pairs. The class weights are those of docs/compact-runs.md.
COMPACT_DATA = xbd/train xbd/val more_pairs post_only half_pairs
compact: python-environment ## train the default model anew from data/{xbd/train,xbd/val,more_pairs,post_only,half_pairs}, into build/compact and -int8 (three hours)
	@for folder in $(COMPACT_DATA); do test -d data/$$folder || { echo "error: no images in data/$$folder" >&2; exit 1; }; done
	@test -d data/towns || $(VENV)/xview2-train synthesize data/towns --pairs 36
	@for run in compact compact-mixed compact-all compact-continued; do \
		$(VENV)/xview2-train fit --config training/configs/$$run.yaml --resume || exit 1; done
	@mkdir -p build
	@$(VENV)/xview2-train calibrate runs/compact-continued/last.pt --class-weights 1 2.38 2.38 1 \
		--class-shares 0.78 0.091 0.058 0.071 --minimum-area 12 --output build/calibration.json
	@$(VENV)/xview2-export onnx runs/compact-continued/last.pt --output build/plain/compact --storage half \
		--card export/compact-card.json --calibration build/calibration.json --check data/xbd/val --pairs 8
	@$(VENV)/xview2-export quantize build/plain/compact --calibration data/xbd/val --output build/plain/compact-int8
	@for model in compact compact-int8; do $(VENV)/xview2-export features build/plain/$$model \
		--tensor /network/Concat_2_output_0 --output build/telling/$$model && \
		$(VENV)/xview2-export sizes build/telling/$$model --output build/$$model || exit 1; done

docs: python-environment ## check the handbook, build it in build/handbook/site, and the reference of the Python packages in build/docs
	@$(VENV)/python packaging/handbook/commands.py
	@$(VENV)/python packaging/handbook/building.py --external
	@$(VENV)/python -m pytest -q tests/packaging/handbook
	@$(VENV)/pdoc --docformat google --output-directory build/docs xview2_qgis.engine training export
	@echo "build/handbook/site/index.html, build/docs/index.html"

handbook: ## build the handbook's site only, as the zips of the plugin bring it (needs nothing else of the checkout)
	@packaging/handbook-environment.sh
	@python="$(VENV)/python"; "$$python" -c 'import furo, sphinx' 2>/dev/null || python=.venv-docs/bin/python; \
		"$$python" packaging/handbook/building.py

reference-pages: python-environment ## make the pages of all options and all algorithms anew
	@$(VENV)/python packaging/handbook/option_reference.py
	@$(QGIS_PYTHON) packaging/handbook/processing_reference.py

docs-screenshots: python-environment demo-pair ## photograph the windows anew for the handbook (docs/images/handbook; needs Xvfb, ImageMagick and Chromium)
	@$(QGIS_PYTHON) packaging/handbook/screenshots.py --engine $(ENGINE)

clean: ## remove what was built (not .venv, not demo results)
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
