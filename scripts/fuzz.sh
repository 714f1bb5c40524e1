#!/usr/bin/env bash
# Runs every fuzz target for a while, one after the other, and says at the end which ones found something. What they found lies in testdata/fuzz of
# their package: repair the cause and keep the file, it is a test from then on.
#
#   FUZZ=20s scripts/fuzz.sh [pattern of names]
set -uo pipefail
cd "$(dirname "$0")/.." || exit

length=${FUZZ:-20s}
wanted=${1:-.}
failed=()
log=$(mktemp)
trap 'rm -f "$log"' EXIT
count=0
while read -r package target; do
	[[ $target =~ $wanted ]] || continue
	count=$((count + 1))
	echo "fuzz: $package $target, $length"
	nice go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$length" </dev/null 2>&1 | tee "$log"
	# A target that is still busy when its time is over ends with that as a failure, without an input that fails.
	if [ "${PIPESTATUS[0]}" -ne 0 ] && ! { grep -q '^ *context deadline exceeded$' "$log" && ! grep -q 'Failing input written' "$log"; }; then
		failed+=("$package $target")
	fi
done < <(grep -rHoE --include='*_test.go' --exclude-dir=node_modules '^func Fuzz\w+' . | sed -E 's|^(.*)/[^/]*:func |\1 |' | sort)

echo "fuzz: $count targets, ${#failed[@]} failed"
[ "$count" -gt 0 ] || exit 1
for f in "${failed[@]+"${failed[@]}"}"; do echo "fuzz: failed: $f" >&2; done
[ ${#failed[@]} -eq 0 ]
