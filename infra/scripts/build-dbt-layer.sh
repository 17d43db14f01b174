#!/bin/sh
# Builds what the Lambda function needs, into out/lambda (or $OUT):
#   dbt-runner-<architecture>.zip  the native runner: bootstrap and the root certificates
#   dbt-project-layer.zip          src/dbt_gold, which a layer puts at /opt/dbt_gold
# The same commit and tools give the same bytes: names are sorted, times and owners fixed.
#
# Usage: infra/scripts/build-dbt-layer.sh [arm64|x86_64]... [--project-only]     (default: arm64)
#
# Needs zip, unzip and, for the runner, the .NET SDK, a C compiler (clang or gcc) and zlib's headers; to build for the other
# processor clang, lld and, for arm64, gcc-aarch64-linux-gnu and libc6-dev-arm64-cross (Debian's names). The runner then wants glibc 2.34 or newer,
# which provided.al2023 has.
set -eu

root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
out=${OUT:-$root/out/lambda}
runner=${RUNNER_PROJECT:-$root/src/lambdas/dbt_runner/DbtRunner.csproj}
project=${DBT_PROJECT:-$root/src/dbt_gold}
scripts=$root/infra/scripts

die() {
    echo "build-dbt-layer.sh: $*" >&2
    exit 2
}

need() { # command, how to get it
    command -v "$1" >/dev/null 2>&1 || die "$1 is missing. $2"
}

architectures=
project_only=0
for argument in "$@"; do
    case $argument in
        arm64 | x86_64) architectures="$architectures $argument" ;;
        --project-only) project_only=1 ;;
        *) die "unknown argument $argument. Usage: build-dbt-layer.sh [arm64|x86_64]... [--project-only]" ;;
    esac
done
architectures=${architectures:- arm64}

need zip "On Debian: apt-get install zip"
need unzip "On Debian: apt-get install unzip"

[ -f "$project/dbt_project.yml" ] || die "there is no dbt project at $project (dbt_project.yml is missing)."
if [ $project_only = 0 ] && [ ! -f "$runner" ]; then
    die "there is no runner at $runner (RUNNER_PROJECT).
Only the project layer can be built: build-dbt-layer.sh --project-only"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$out"

# Fixed times, sorted names, no extra fields: the archive depends on the contents alone.
archive() { # folder, zip
    find "$1" -exec touch -h -t 198001010000.00 {} +
    rm -f "$2"
    (cd "$1" && find . -type f -print | sed 's|^\./||' | LC_ALL=C sort | TZ=UTC zip -9 -X -q "$2" -@)
}

layer=$out/dbt-project-layer.zip
mkdir -p "$work/layer/dbt_gold"
# Not the results of local runs: they are large, and the layer is read-only.
(cd "$project" && find . \( -name target -o -name logs -o -name dbt_packages -o -name '.*' ! -name . \) -prune -o \
    -type f ! -name '*.duckdb' ! -name '*.duckdb.wal' -print | tar -cf - -T -) | (cd "$work/layer/dbt_gold" && tar -xf -)
find "$work/layer" -type d -exec chmod 755 {} +
find "$work/layer" -type f -exec chmod 644 {} +
archive "$work/layer" "$work/layer.zip"
mv "$work/layer.zip" "$layer"

if [ $project_only = 0 ]; then
    need dotnet "Install the .NET SDK of global.json: https://dotnet.microsoft.com/download"
    for architecture in $architectures; do
        case $architecture in
            arm64) rid=linux-arm64 machine=aarch64 ;;
            x86_64) rid=linux-x64 machine=x86_64 ;;
        esac
        linker=
        if [ "$(uname -m)" = $machine ]; then
            command -v clang >/dev/null 2>&1 || need gcc "On Debian: apt-get install clang zlib1g-dev"
        else
            need clang "To build for $architecture here, on Debian: apt-get install clang lld"
            need ld.lld "To build for $architecture here, on Debian: apt-get install lld gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
            [ $machine != aarch64 ] || need aarch64-linux-gnu-gcc "On Debian: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
            [ $machine != aarch64 ] || [ -f /usr/aarch64-linux-gnu/lib/crti.o ] || [ -f /usr/aarch64-linux-gnu/usr/lib/crti.o ] ||
                die "the C library for arm64 is missing. On Debian: apt-get install libc6-dev-arm64-cross"
            linker=-p:LinkerFlavor=lld
        fi
        dotnet publish "$runner" -c Release -r $rid $linker -o "$work/publish-$architecture" --nologo -v quiet \
            -p:ContinuousIntegrationBuild=true -p:DebugType=none -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false
        [ -f "$work/publish-$architecture/bootstrap" ] || die "publishing $runner gave no file called bootstrap (AssemblyName)."
        mkdir "$work/$architecture"
        cp "$work/publish-$architecture/bootstrap" "$scripts/roots.pem" "$work/$architecture/"
        chmod 755 "$work/$architecture/bootstrap"
        chmod 644 "$work/$architecture/roots.pem"
        archive "$work/$architecture" "$work/$architecture.zip"
        mv "$work/$architecture.zip" "$out/dbt-runner-$architecture.zip"
    done
fi

megabytes() { awk -v bytes="$1" 'BEGIN { printf "%.2f MB", bytes / 1000000 }'; }
sizes() { # zip: zipped and unzipped
    printf '%-26s %10s zipped %10s unzipped\n' "$(basename "$1")" "$(megabytes "$(wc -c <"$1")")" \
        "$(megabytes "$(unzip -l "$1" | awk 'END { print $1 }')")"
}

if [ $project_only = 0 ]; then
    for architecture in $architectures; do sizes "$out/dbt-runner-$architecture.zip"; done
fi
sizes "$layer"
printf '%-26s %10s zipped %10s unzipped\n' "(first design's layer)" "29 MB" "75 MB"

if [ $project_only = 1 ]; then
    sh "$scripts/check-package.sh" --layer "$layer"
else
    for architecture in $architectures; do
        sh "$scripts/check-package.sh" --runner "$out/dbt-runner-$architecture.zip" --architecture "$architecture" --layer "$layer"
    done
fi
