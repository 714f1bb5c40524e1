#!/usr/bin/env bash
# Generated files: the GraphQL executor and models, the published schema, the GraphiQL page.
#
#   scripts/generate.sh write   writes them anew
#   scripts/generate.sh check   writes them anew and fails when that changed, added or removed a file
#
# The check compares the tree before and after, not with the last commit, so it holds in a dirty tree as well.
set -euo pipefail
cd "$(dirname "$0")/.."

outputs=(graph schema.graphqls internal/graphiql/dist)

write() {
	echo "generate: executor and models"
	go tool gqlgen generate
	echo "generate: schema.graphqls"
	make -s build
	bin/kabinet schema >bin/schema.graphqls
	mv bin/schema.graphqls schema.graphqls
	echo "generate: GraphiQL page"
	(
		cd internal/graphiql/page
		npm ci --silent --ignore-scripts </dev/null
		npm run --silent build
	)
}

check() {
	local before status=0
	before=$(mktemp -d)
	# shellcheck disable=SC2064 # the folder's name is known now
	trap "rm -rf '$before'" EXIT
	tar -cf - "${outputs[@]}" | tar -xf - -C "$before"
	write
	for output in "${outputs[@]}"; do
		diff -ru "$before/$output" "$output" | sed -n '1,60p' || status=1
	done
	if [ "$status" != 0 ]; then
		echo "generated files were not up to date; they are now: look at the difference and commit it" >&2
	fi
	return $status
}

case ${1:-} in
write) write ;;
check) check ;;
*)
	echo "usage: scripts/generate.sh write|check" >&2
	exit 2
	;;
esac
