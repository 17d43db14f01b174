#!/bin/sh
# Do the packages, the function's configuration and Lambda's limits fit together?
#
# Usage: infra/scripts/check-package.sh [--runner ZIP --architecture arm64|x86_64] [--layer ZIP]
# Prints a line for each thing that is wrong; exits with 1 if there is any.
set -eu

infra=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
runner= layer= architecture=
while [ $# -gt 0 ]; do
    case $1 in
        --runner) runner=$2 ;;
        --layer) layer=$2 ;;
        --architecture) architecture=$2 ;;
        *)
            echo "check-package.sh: unknown argument $1" >&2
            exit 2
            ;;
    esac
    shift 2
done

# Megabytes of Gild's own budget; Lambda itself refuses more than 50 zipped (direct upload) and 250 unzipped in all.
runner_zip_mb=10
runner_mb=25
total_mb=250

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0
say() {
    wrong=1
    echo "wrong: $*"
}
unzipped() { unzip -l "$1" | awk 'END { print $1 }'; }
over() { [ "$1" -gt $(($2 * 1000000)) ]; }
total=0

if [ -n "$runner" ]; then
    [ -f "$runner" ] || { echo "check-package.sh: no file $runner" >&2 && exit 2; }
    handler=$(awk -F'"' '/^ *handler *=/ { print $2 }' "$infra/lambda.tf")
    roots=$(awk -F'"' '/^ *SSL_CERT_FILE *=/ { sub("^/var/task/", "", $2); print $2 }' "$infra/lambda.tf")
    mode=$(unzip -Z "$runner" "$handler" 2>/dev/null | awk -v name="$handler" '$NF == name { print $1 }')
    if [ -z "$mode" ]; then
        say "$runner has no file $handler at its top, which lambda.tf names as the handler"
    else
        case $mode in -rwxr-xr-x*) ;; *) say "$handler in $runner is not executable for all ($mode)" ;; esac
        unzip -p "$runner" "$handler" >"$work/bootstrap"
        # ELF, 64 bit, little endian; the machine is the 16-bit number at offset 18.
        case $(od -An -tx1 -N6 "$work/bootstrap" | tr -d ' \n') in
            7f454c460201)
                machine=$(od -An -tu1 -j18 -N2 "$work/bootstrap" | awk '{ print $1 + 256 * $2 }')
                case $machine in 183) built=arm64 ;; 62) built=x86_64 ;; *) built="machine $machine" ;; esac
                [ "$built" = "$architecture" ] || say "$handler in $runner is built for $built, not for $architecture"
                ;;
            *) say "$handler in $runner is not a 64-bit Linux program" ;;
        esac
        glibc=$(grep -a -o 'GLIBC_2\.[0-9][0-9]*' "$work/bootstrap" | sed 's/.*\.//' | sort -n | tail -n 1)
        [ "${glibc:-0}" -le 34 ] || say "$handler needs glibc 2.$glibc; provided.al2023 has 2.34. Build on an older system (Debian 12 or Amazon Linux 2023)."
        if grep -a -q 'libssl\.so\.1' "$work/bootstrap" && ! grep -a -q 'libssl\.so\.3' "$work/bootstrap"; then
            say "$handler looks for OpenSSL 1; provided.al2023 has OpenSSL 3"
        fi
    fi
    count=$(unzip -p "$runner" "$roots" 2>/dev/null | grep -c 'BEGIN CERTIFICATE' || true)
    [ "$count" -ge 5 ] || say "$runner has no $roots with the five Amazon roots, which SSL_CERT_FILE names: every TLS connection would fail"
    unzip -l "$runner" | grep -q 'libduckdb' && say "$runner contains DuckDB's library; the runner speaks to Redshift only"
    size=$(wc -c <"$runner")
    if over "$size" $runner_zip_mb; then say "$runner is $size bytes, over the budget of $runner_zip_mb MB"; fi
    size=$(unzipped "$runner")
    if over "$size" $runner_mb; then say "$runner is $size bytes unzipped, over the budget of $runner_mb MB"; fi
    total=$((total + size))
fi

if [ -n "$layer" ]; then
    [ -f "$layer" ] || { echo "check-package.sh: no file $layer" >&2 && exit 2; }
    folder=$(awk -F'"' '/^ *DBT_PROJECT_DIR *=/ { sub("^/opt/", "", $2); print $2 }' "$infra/lambda.tf")
    names=$(unzip -Z1 "$layer")
    for file in dbt_project.yml profiles.yml; do
        echo "$names" | grep -q -x "$folder/$file" || say "$layer has no $folder/$file, where DBT_PROJECT_DIR and DBT_PROFILES_DIR point"
    done
    echo "$names" | grep -v "^$folder/" | sed "s|^|wrong: outside $folder/: |" | grep . && wrong=1
    echo "$names" | grep -E "^$folder/(target|logs|dbt_packages)/|\.duckdb$" | sed 's|^|wrong: left over from a local run: |' | grep . && wrong=1
    total=$((total + $(unzipped "$layer")))
fi

if over $total $total_mb; then say "function and layer are $total bytes unzipped, over Lambda's $total_mb MB"; fi
exit $wrong
