#!/usr/bin/env bash
# Everything that can be proven without running the program. Each step says how long it took; all steps are run and the
# failed ones are named at the end. The Makefile gives the environment: VERSION and the flags of the build.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

failed=()

step() {
	local name=$1 start=$SECONDS
	shift
	echo "verify: $name"
	if "$@"; then
		echo "verify: $name: ok, $((SECONDS - start)) s"
	else
		echo "verify: $name: FAILED, $((SECONDS - start)) s" >&2
		failed+=("$name")
	fi
}

# Hand-written Go only: generated files come as their generator writes them.
formatted() {
	local unformatted
	unformatted=$(git ls-files --cached --others --exclude-standard '*.go' |
		grep -v -e '_gen\.go$' -e '\.generated\.go$' | while read -r file; do [ ! -f "$file" ] || echo "$file"; done |
		xargs gofmt -l) || return
	[ -z "$unformatted" ] || {
		echo "not formatted (make fmt):"
		echo "$unformatted"
		return 1
	}
}

lint() { go tool -modfile=tools/go.mod golangci-lint run; }

# The linters of the schema and its comparison with the last release, with Node. The packages are installed anew when the lock file is newer than the
# last installation.
schema() {
	(
		cd tools/schema || exit
		[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent --ignore-scripts </dev/null || exit
		npm run --silent check && npm test --silent
	)
}

# What differs between systems is in this room alone; building the whole program for them would double the time.
cross() { GOOS=$1 GOARCH=$2 go build -o /dev/null ./internal/postgres; }

tidy() { go mod tidy -diff && go -C tools mod tidy -diff && go -C test/alerts mod tidy -diff; }

unaltered() { go mod verify && go -C tools mod verify && go -C test/alerts mod verify; }

step "generated files" scripts/generate.sh check
step "gofmt" formatted
step "build" make build
step "pages" scripts/web.sh check
step "schema" schema
step "build for macOS" cross darwin arm64
step "build for Windows" cross windows amd64
step "go vet" go vet ./...
step "lint" lint
step "rooms" go test -count=1 ./internal/arch
step "modules tidy" tidy
step "modules unaltered" unaltered

if [ ${#failed[@]} -gt 0 ]; then
	(
		IFS=,
		echo "verify: failed: ${failed[*]}" >&2
	)
	exit 1
fi
echo "verify: all in order"
