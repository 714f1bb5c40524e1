#!/usr/bin/env bash
# Replaces two processes of an older version by this one under load, one after the other, as docs/operations/upgrades.md tells:
#
#   scripts/upgrade.sh v0.1.0
set -euo pipefail
cd "$(dirname "$0")/.."

older=$(git rev-parse --verify --quiet "${1:?which commit is replaced}^{commit}") || { echo "upgrade: no commit is called $1" >&2; exit 1; }
dir=$(mktemp -d)
chmod 755 "$dir"
trap 'git worktree remove --force "$dir/tree"; rm -rf "$dir"' EXIT
git worktree add --quiet --detach "$dir/tree" "$older"
(cd "$dir/tree" && CGO_ENABLED=0 go build -trimpath -o "$dir/kabinet" ./cmd/kabinet)
KABINET_TORTURE_FROM="$dir/kabinet" go test -count=1 -timeout 10m -v -run Rolling ./test/torture
