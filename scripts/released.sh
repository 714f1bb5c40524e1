#!/usr/bin/env bash
# Keeps what a release makes of its demo as a dump, so that tests can migrate it to every later schema:
#
#   scripts/released.sh bin/kabinet store/testdata/released
#
# The dump is plain SQL, named after its newest migration. pg_dump of the server's version is needed.
set -euo pipefail

program=$(realpath "$1")
into=$(realpath "$2")
data=$(mktemp -d)
chmod 755 "$data"
export KABINET_DATA=$data KABINET_ADDR=127.0.0.1:${KABINET_RELEASED_PORT:-18093} KABINET_ADMIN_ADDR=127.0.0.1:${KABINET_RELEASED_ADMIN_PORT:-18094}
export KABINET_SECRET=${KABINET_SECRET:-a secret of thirty-two characters, or more}
"$program" serve --demo >"$data/log" 2>&1 &
pid=$!
# shellcheck disable=SC2317 # called by the trap
end() {
	kill "$pid" 2>/dev/null && wait "$pid" || true
	rm -rf "$data"
}
trap end EXIT
for _ in $(seq 600); do
	grep -q "Kabinet is ready" "$data/log" && break
	kill -0 "$pid" || { cat "$data/log" >&2; exit 1; }
	sleep 0.2
done
PGHOST=$(sed -n 5p "$data/pg/postmaster.pid")
PGPORT=$(sed -n 4p "$data/pg/postmaster.pid")
export PGHOST PGPORT PGUSER=kabinet
version=$(psql -Atc "select lpad(max(version_id)::text, 5, '0') from goose_db_version" kabinet)
# The pixels of the pictures would be most of the dump, and do not matter to a schema.
psql -qv ON_ERROR_STOP=1 -c "update media set bytes = substring(bytes for 16) where bytes is not null" kabinet
pg_dump --inserts --rows-per-insert=200 --no-owner --no-privileges kabinet | grep -v '^\\' | gzip -9n >"$into/$version.sql.gz"
ls -l "$into/$version.sql.gz"
