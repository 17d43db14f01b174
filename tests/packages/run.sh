#!/bin/sh
# Builds the integration tests of a public dbt package with Gild; needs a network, git and a database.
#   tests/packages/run.sh URL [REVISION [FOLDER [words of gild build...]]]
# for example
#   export POSTGRES_HOST=127.0.0.1 POSTGRES_PORT=5432 POSTGRES_USER=me DBT_ENV_SECRET_POSTGRES_PASS=... \
#          POSTGRES_DATABASE=packages POSTGRES_SCHEMA=it
#   tests/packages/run.sh https://github.com/dbt-labs/dbt-utils 1.3.0 integration_tests --target postgres --full-refresh
# The connection is that of the project's own profiles.yml, which most packages read from the variables above; name another
# folder of profiles with DBT_PROFILES_DIR. The program is out/gild, or what GILD_EXE names.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
url=$1
revision=${2:-}
folder=${3:-integration_tests}
[ $# -le 3 ] && shift $# || shift 3
gild=${GILD_EXE:-$here/out/gild}
[ -x "$gild" ] || { echo "there is no program $gild: run ./build first" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet -- "$url" "$work/package"
[ -z "$revision" ] || git -C "$work/package" checkout --quiet --detach "$revision"
echo "$url at $(git -C "$work/package" rev-parse --short HEAD)"
cd "$work/package/$folder"
"$gild" deps "$@" 2>/dev/null || "$gild" deps
started=$(date +%s)
status=0
"$gild" build "$@" || status=$?
echo "exit code $status after $(($(date +%s) - started)) s"
exit "$status"
