#!/usr/bin/env bash
# Runs the tests it is asked for and closes with one line for all of them: "N passed, N failed".
#
#   scripts/test.sh go browser
#
# TESTFLAGS go to `go test`. The race detector needs cgo and a C compiler.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

passed=0
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# add PASSED FAILED STATUS: a run that failed without a failed test, or that said nothing, is one failure.
add() {
	local p=${1:-0} f=${2:-0} status=$3
	if [ "$f" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$p" -eq 0 ]; }; then f=1; fi
	passed=$((passed + p))
	failed=$((failed + f))
}

run_go() {
	local status=0 start=$SECONDS
	# shellcheck disable=SC2086 # TESTFLAGS are several words
	{
		KABINET_TEST_RUN=$$-$SECONDS-$RANDOM CGO_ENABLED=1 go test -race -timeout 15m -json ${TESTFLAGS:-} ./... || status=$?
		# shellcheck disable=SC2086 # -count=1: the files that it reads are outside of its module, where the cache does not look
		go -C test/alerts test -count=1 -json ${TESTFLAGS:-} ./... || status=$?
		exit $status
	} 2>&1 </dev/null | go run ./scripts/testsum | tee "$log" || status=$?
	echo "test: go: $((SECONDS - start)) s"
	add "$(sed -nE 's/^([0-9]+) passed, .*/\1/p' "$log" | tail -n 1)" \
		"$(sed -nE 's/^[0-9]+ passed, ([0-9]+) failed.*/\1/p' "$log" | tail -n 1)" $status
}

# Unit tests of the pages; vitest ends with "Tests  N failed | N passed (N)".
run_web() {
	local status=0 start=$SECONDS
	NO_COLOR=1 scripts/web.sh test </dev/null 2>&1 | tee "$log" || status=$?
	echo "test: web: $((SECONDS - start)) s"
	add "$(sed -nE 's/^ *Tests +(.*[^0-9])?([0-9]+) passed.*/\2/p' "$log" | tail -n 1)" \
		"$(sed -nE 's/^ *Tests +(.*[^0-9])?([0-9]+) failed.*/\2/p' "$log" | tail -n 1)" $status
}

# Tests with Node of the built program end with the counts of node's test runner: "# pass N" or "ℹ pass N". The packages are installed anew
# when the lock file is newer than the last installation.
run_node() {
	local status=0 start=$SECONDS
	make -s build &&
		(cd "test/$1" && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent; } && npm test) </dev/null 2>&1 |
		tee "$log" || status=$?
	echo "test: $1: $((SECONDS - start)) s"
	add "$(sed -nE 's/^(#|ℹ) pass ([0-9]+).*/\2/p' "$log" | tail -n 1)" \
		"$(sed -nE 's/^(#|ℹ) fail ([0-9]+).*/\2/p' "$log" | tail -n 1)" $status
}

for kind in "$@"; do
	case $kind in
	go) run_go ;;
	web) run_web ;;
	clients | browser) run_node "$kind" ;;
	*)
		echo "usage: scripts/test.sh [go] [web] [clients] [browser]" >&2
		exit 2
		;;
	esac
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
