#!/usr/bin/env bash
# Installs what this machine lacks, quietly and only what is missing:
#
#   scripts/setup.sh run       a Postgres server; without one kabinet fetches the package it pins
#   scripts/setup.sh test-go   a Postgres server, git, a C compiler for the race detector, pdftotext to read statements with
#   scripts/setup.sh test      the same and Chromium
#   scripts/setup.sh ci        the same and make
#
# It uses apt, dnf or Homebrew when it may (as root, or with a sudo that asks no password), and otherwise says in one
# line what to install. Go and Node are expected to be there.
set -euo pipefail

profile=${1:-}
oldest_postgres=14

case $profile in
run) needs=(postgres) ;;
test-go) needs=(postgres git cc pdftotext) ;;
test) needs=(postgres git cc pdftotext chromium) ;;
ci) needs=(postgres git cc pdftotext chromium make) ;;
*)
	echo "usage: scripts/setup.sh run|test-go|test|ci" >&2
	exit 2
	;;
esac

have() { command -v "$1" >/dev/null 2>&1; }

have_postgres() {
	local server major
	for server in "$(command -v postgres || true)" /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres \
		/opt/homebrew/opt/postgresql*/bin/postgres /usr/local/opt/postgresql*/bin/postgres \
		/Applications/Postgres.app/Contents/Versions/*/bin/postgres; do
		[ -x "$server" ] || continue
		major=$("$server" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
		[ "${major:-0}" -ge "$oldest_postgres" ] && return
	done
	return 1
}

have_chromium() {
	have chromium || have chromium-browser || have google-chrome || have google-chrome-stable ||
		[ -d "/Applications/Chromium.app" ] || [ -d "/Applications/Google Chrome.app" ]
}

have_need() {
	case $1 in
	postgres) have_postgres ;;
	chromium) have_chromium ;;
	cc) have cc || have gcc || have clang ;;
	*) have "$1" ;;
	esac
}

# packages NEED prints what the machine's package manager calls it.
packages() {
	case $manager:$1 in
	apt:postgres) echo postgresql ;;
	dnf:postgres) echo postgresql-server postgresql-contrib ;;
	brew:postgres) echo postgresql@17 ;;
	apt:cc) echo gcc libc6-dev ;;
	dnf:cc) echo gcc glibc-devel ;;
	apt:pdftotext | dnf:pdftotext) echo poppler-utils ;;
	brew:pdftotext) echo poppler ;;
	apt:chromium) echo chromium fonts-liberation ;;
	dnf:chromium) echo chromium liberation-sans-fonts ;;
	*) echo "$1" ;;
	esac
}

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
	case $manager in
	brew) [ "$(id -u)" != 0 ] ;;
	none) false ;;
	*) [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; } ;;
	esac
}

# apt_install keeps the new server package from starting a cluster that nobody asked for.
apt_install() {
	local options=(-qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
	local no_cluster=/etc/postgresql-common/createcluster.d/kabinet.conf
	as_root mkdir -p "$(dirname "$no_cluster")"
	echo "create_main_cluster = false" | as_root tee "$no_cluster" >/dev/null
	local status=0
	as_root apt-get "${options[@]}" update &&
		as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install -y --no-install-recommends "$@" ||
		status=$?
	as_root rm -f "$no_cluster"
	as_root rmdir --ignore-fail-on-non-empty "$(dirname "$no_cluster")"
	return $status
}

install_packages() {
	case $manager in
	apt) apt_install "$@" ;;
	dnf) as_root dnf -q -y install "$@" ;;
	brew) HOMEBREW_NO_AUTO_UPDATE=1 brew install -q "$@" ;;
	esac
}

missing_needs() {
	local need
	for need in "${needs[@]}"; do
		have_need "$need" || echo "$need"
	done
}

# A server elsewhere is all that serving needs.
if [ "$profile" = run ] && [ -n "${DATABASE_URL:-}" ]; then
	exit 0
fi
missing=$(missing_needs)
[ -n "$missing" ] || exit 0

manager=none
for candidate in apt-get:apt dnf:dnf brew:brew; do
	if have "${candidate%:*}"; then
		manager=${candidate#*:}
		break
	fi
done

names=()
for need in $missing; do
	# shellcheck disable=SC2207 # package names have no spaces
	names+=($(packages "$need"))
done

if may_install; then
	echo "setup: installing ${names[*]} with $manager"
	log=$(mktemp)
	install_packages "${names[@]}" </dev/null >"$log" 2>&1 || tail -n 20 "$log" >&2
	rm -f "$log"
	missing=$(missing_needs)
fi
[ -n "$missing" ] || exit 0

if [ "$profile" = run ]; then
	echo "setup: no Postgres $oldest_postgres or newer here; kabinet will fetch the package it pins with npm"
	exit 0
fi
echo "setup: please install: ${names[*]} (not found: ${missing//$'\n'/, })" >&2
exit 1
