#!/bin/sh
# The Lambda runner's figures, as a table: sizes of the packages in out/lambda (infra/scripts/build-dbt-layer.sh makes them), and of the
# x86_64 one: process start to the first poll and to the first SQL statement, peak memory of a build on PostgreSQL over loopback.
# Usage: bench/runner.sh [gold]
#   Without a word a project is generated ($MODELS models, 100 when not set). gold: the Gold project over the Silver sample of size $SIZE (S when
#   not set), loaded into PostgreSQL first; that needs ./build.
# RUNNER: another bootstrap to measure. Needs python3 (for the runtime API), unzip and PostgreSQL. Run as root or as a user that may start a server.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
zip=$here/out/lambda/dbt-runner-x86_64.zip
what=${1:-generated}
case $what in generated | gold) ;; *) echo "usage: bench/runner.sh [gold]" >&2; exit 2 ;; esac
[ -n "${RUNNER:-}" ] || [ -f "$zip" ] || { echo "build the package first: infra/scripts/build-dbt-layer.sh x86_64" >&2; exit 2; }
gild=$here/out/native/gild
[ "$what" != gold ] || [ -x "$gild" ] || { echo "build the native program first: ./build" >&2; exit 2; }
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

if [ -z "${RUNNER:-}" ]; then
    echo "| package | zipped | unzipped |"
    echo "| --- | ---: | ---: |"
    for package in "$here"/out/lambda/*.zip; do
        printf '| %s | %s | %s |\n' "$(basename "$package")" \
            "$(wc -c <"$package" | awk '{ printf "%.2f MB", $1 / 1000000 }')" "$(unzip -l "$package" | awk 'END { printf "%.2f MB", $1 / 1000000 }')"
    done
    echo "| (first design's layer) | 29 MB | 75 MB |"
    echo
fi

mkdir "$work/pg" "$work/task"
[ "$(id -u)" != 0 ] || chown postgres "$work/pg"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as_server "$programs/initdb" -D "$work/pg/data" -U gild -A trust -E UTF8 --locale=C --no-sync >/dev/null
as_server "$programs/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" -w -o "-p $port -k $work/pg -h 127.0.0.1" start >/dev/null
runner=${RUNNER:-$work/task/bootstrap}
[ -n "${RUNNER:-}" ] || unzip -q "$zip" -d "$work/task"

# The Silver tables of the sample, as docs/gold.md wants them on PostgreSQL.
load_silver() { # size
    . "$here/scripts/build-app.sh"
    (cd "$here" && build_app SilverSample silver-sample)
    dotnet "$here/out/dev/silver-sample/silver-sample.dll" --size "$1" --day 1 --out "$work/silver" >/dev/null
    prepare() { # PROJECT MACRO ARGUMENTS
        SILVER_DB=$work/silver.duckdb GOLD_DB=$work/silver.duckdb SILVER_ROOT=$work/silver "$gild" run-operation "$2" --args "$3" --quiet \
            --project-dir "$1" --profiles-dir "$1" --target-path "$work/silver-target" --log-path "$work/silver-logs" $4
    }
    prepare "$here/src/dbt_gold" prepare_local_silver '{}' '--target local' >/dev/null
    prepare "$here/bench/silver-to-postgres" silver_to_postgres "{folder: '$work'}" '' >"$work/load.sql"
    psql -q -v ON_ERROR_STOP=1 -d postgres -c "create database analytics template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'" \
        -c 'alter database analytics set enable_nestloop = off' -c 'alter database analytics set jit = off'
    psql -q -v ON_ERROR_STOP=1 -d analytics -f "$work/load.sql"
    rm -rf "$work"/silver* "$work"/*.csv
}

export PGHOST=127.0.0.1 PGPORT="$port" PGUSER=gild PGPASSWORD=none PGDATABASE=analytics
if [ "$what" = gold ]; then
    load_silver "${SIZE:-S}"
    project=$here/src/dbt_gold
    target=postgres
else
    project=$work/project
    dotnet run -c Release --project "$here/bench/generate-project" -- "${MODELS:-100}" "$project" >/dev/null
    cat >"$project/profiles.yml" <<PROFILE
generated:
  target: dev
  outputs:
    dev: {type: postgres, host: 127.0.0.1, port: $port, user: gild, password: none, dbname: postgres, schema: gold, threads: 4}
PROFILE
fi
python3 "$here/bench/runner.py" "$runner" "$project" "$work" "${target:-}"
