#!/usr/bin/env bash
# The pages of the cabinet, built with Node into web/dist, from where the binary embeds them.
#
#   scripts/web.sh build   builds what is missing or older than its sources; without Node it says so and builds nothing
#   scripts/web.sh check   types, formatting, lint
#   scripts/web.sh test    unit tests
set -euo pipefail
cd "$(dirname "$0")/../web"

# The packages are installed anew when the lock file is newer than the last installation.
install() {
	if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
		npm ci --silent --ignore-scripts </dev/null
		touch node_modules/.package-lock.json
	fi
}

fresh() {
	[ -f dist/index.html ] &&
		[ -z "$(find src public scripts index.html package-lock.json vite.config.ts codegen.ts ../schema.graphqls -newer dist/index.html -type f \
			-not -path '*/gql/*' -not -name '*.gen.ts' -print -quit)" ]
}

case ${1:-} in
build)
	if ! command -v npm >/dev/null; then
		echo "web: no Node here, so the binary is built without its pages"
	elif ! fresh; then
		install
		npm run --silent build
	fi
	;;
check)
	install
	npm run --silent check
	;;
test)
	install
	npm run --silent test
	;;
*)
	echo "usage: scripts/web.sh build|check|test" >&2
	exit 2
	;;
esac
