# The few commands of daily work. Each installs and builds what is missing first, and is quiet about what is not.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.PHONY: help run build test bench accuracy install package format clean
MAKEFLAGS += --no-print-directory

ASSAY_WERROR ?= OFF
BUILD := cmake/build.sh release -DASSAY_WERROR=$(ASSAY_WERROR)

help:
	@echo 'make run       build Assay and estimate the example labels into build/run'
	@echo 'make test      build and run every test'
	@echo 'make build     build everything'
	@echo 'make bench     measure speed and memory, beside a numpy baseline where numpy is'
	@echo 'make accuracy  accuracy on the real data sets in ../shared/data, where they are'
	@echo 'make package   a Debian package in build/release'
	@echo 'make install   install under PREFIX (default /usr/local)'
	@echo 'make format    lay the sources out by .clang-format'
	@echo 'make clean     remove build/'

run:
	@packaging/install_missing.sh run
	cmake/build.sh release $$(grep -qs '^ASSAY_TESTS:' build/release/CMakeCache.txt || echo -DASSAY_TESTS=OFF) assay_program
	packaging/fetch_duckdb.sh build/release
	mkdir -p build/run
	echo 'assay: estimating the labels of examples/web_pages'
	build/release/assay estimate examples/web_pages/labels.csv --gold examples/web_pages/gold.csv --out build/run --report build/run/report.html
	echo
	echo 'Results are in build/run; open build/run/report.html in a browser. What to try next:'
	echo '  build/release/assay estimate YOUR_LABELS.csv --out results --report report.html'
	echo '  build/release/assay compare examples/web_pages/labels.csv --models all'
	echo '  build/release/assay estimate --help'

build:
	@packaging/install_missing.sh run test
	$(BUILD) -DASSAY_TESTS=ON all
	packaging/fetch_duckdb.sh build/release

test: build
	@tests/run.sh build/release

bench: build
	@packaging/install_missing.sh bench
	python3 bench/run.py build/release

accuracy: build
	@build/release/assay_accuracy

package: build
	@cd build/release && cpack -G DEB >cpack.log || { cat cpack.log; exit 1; }
	ls build/release/*.deb

install: build
	@cmake --install build/release --prefix "$${PREFIX:-/usr/local}"

format:
	@packaging/install_missing.sh ci
	git ls-files -z '*.cpp' '*.h' | xargs -0 clang-format-19 -i

clean:
	rm -rf build
