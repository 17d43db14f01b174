#!/bin/sh
# The Lambda runner's figures, as a table: sizes of the packages in out/lambda (infra/scripts/build-dbt-layer.sh makes them), and of the
# x86_64 one: process start to the first poll and to the first SQL statement, peak memory of a build on PostgreSQL over loopback.
# Usage: bench/runner.sh [PROJECT [TARGET]]    PROJECT: a dbt project on PostgreSQL with a profile of its own; else one is generated.
# Needs python3 (for the runtime API), unzip and PostgreSQL's server. Run as root or as a user that may start a server.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
zip=$here/out/lambda/dbt-runner-x86_64.zip
[ -f "$zip" ] || { echo "build the package first: infra/scripts/build-dbt-layer.sh x86_64" >&2; exit 2; }
work=$(mktemp -d)
chmod 755 "$work"
programs=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
clean_up() {
    as_server "$programs/pg_ctl" -D "$work/pg/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

echo "| package | zipped | unzipped |"
echo "| --- | ---: | ---: |"
for package in "$here"/out/lambda/*.zip; do
    printf '| %s | %s | %s |\n' "$(basename "$package")" \
        "$(wc -c <"$package" | awk '{ printf "%.2f MB", $1 / 1000000 }')" "$(unzip -l "$package" | awk 'END { printf "%.2f MB", $1 / 1000000 }')"
done
echo "| (first design's layer) | 29 MB | 75 MB |"
echo

mkdir "$work/pg" "$work/task"
[ "$(id -u)" != 0 ] || chown postgres "$work/pg"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as_server "$programs/initdb" -D "$work/pg/data" -U gild -A trust -E UTF8 --locale=C --no-sync >/dev/null
as_server "$programs/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" -w -o "-p $port -k $work/pg -h 127.0.0.1" start >/dev/null
unzip -q "$zip" -d "$work/task"
project=${1:-}
if [ -z "$project" ]; then
    project=$work/project
    dotnet run -c Release --project "$here/bench/generate-project" -- "${MODELS:-100}" "$project" >/dev/null
    cat >"$project/profiles.yml" <<PROFILE
generated:
  target: dev
  outputs:
    dev: {type: postgres, host: 127.0.0.1, port: $port, user: gild, password: none, dbname: postgres, schema: gold, threads: 4}
PROFILE
fi
python3 "$here/bench/runner.py" "$work/task/bootstrap" "$project" "$work" "${2:-}"
