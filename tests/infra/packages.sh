#!/bin/sh
# infra/scripts/build-dbt-layer.sh and check-package.sh. Run by infra/test.sh.
set -u

root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
scripts=$root/infra/scripts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

for command in zip unzip; do
    command -v $command >/dev/null 2>&1 || {
        echo "FAIL  packages: $command is missing (Debian: apt-get install $command)"
        exit 1
    }
done

good() { echo "ok    packages: $1"; }
bad() { # name
    failed=1
    echo "FAIL  packages: $1"
    sed 's/^/      /' "$work/out"
}
accepts() { # name, command...
    name=$1
    shift
    if "$@" >"$work/out" 2>&1; then good "$name"; else bad "$name"; fi
}
refuses() { # name, exit code, text, command...
    name=$1 code=$2 text=$3
    shift 3
    "$@" >"$work/out" 2>&1
    status=$?
    if [ $status = "$code" ] && grep -q -F -- "$text" "$work/out"; then good "$name"; else
        echo "(exit code $status, expected $code and: $text)" >>"$work/out"
        bad "$name"
    fi
}

# --- a project layer

mkdir -p "$work/gold/models" "$work/gold/target" "$work/gold/logs"
echo "name: gold_layer" >"$work/gold/dbt_project.yml"
echo "gold: {}" >"$work/gold/profiles.yml"
echo "select 1" >"$work/gold/models/a.sql"
echo "left over" >"$work/gold/target/manifest.json"
echo "left over" >"$work/gold/analytics.duckdb"

build() { # out, arguments...
    out=$1
    shift
    OUT=$out DBT_PROJECT=$work/gold sh "$scripts/build-dbt-layer.sh" "$@"
}

accepts "the project layer is built and checked" build "$work/first" --project-only
unzip -Z1 "$work/first/dbt-project-layer.zip" >"$work/names" 2>&1
printf 'dbt_gold/dbt_project.yml\ndbt_gold/models/a.sql\ndbt_gold/profiles.yml\n' >"$work/expected"
diff "$work/expected" "$work/names" >"$work/out" 2>&1 && good "the layer holds the project under dbt_gold/ and no results of local runs" || bad "the layer holds the project under dbt_gold/ and no results of local runs"

# Another time, another order of creation, another mask: the same bytes.
mkdir "$work/again"
(umask 077 && cd "$work/gold" && mkdir -p "$work/again/models" && cp profiles.yml dbt_project.yml "$work/again/" && cp models/a.sql "$work/again/models/")
touch -t 203001010000 "$work/again/profiles.yml"
OUT=$work/second DBT_PROJECT=$work/again TZ=Asia/Tokyo sh "$scripts/build-dbt-layer.sh" --project-only >/dev/null 2>&1
accepts "the same project gives the same bytes" cmp "$work/first/dbt-project-layer.zip" "$work/second/dbt-project-layer.zip"

refuses "a missing runner is said, with what can be done" 2 "--project-only" \
    env OUT="$work/third" DBT_PROJECT="$work/gold" RUNNER_PROJECT="$work/none/DbtRunner.csproj" sh "$scripts/build-dbt-layer.sh"
refuses "a missing project is said" 2 "no dbt project at" env OUT="$work/third" DBT_PROJECT="$work/none" sh "$scripts/build-dbt-layer.sh" --project-only
refuses "an unknown architecture is refused" 2 "unknown argument x64" build "$work/third" x64

# --- a runner package, made by hand

program() { # machine byte in octal, text: the head of an ELF file, enough for the check
    # shellcheck disable=SC2059 # the octal escape must be in the format
    printf "\\177ELF\\002\\001\\001\\000\\000\\000\\000\\000\\000\\000\\000\\000\\002\\000\\$1\\000"
    printf '%s' "$2"
}
# The compiler is played by a script that gives the same program at another time and under another mask: so must be the package.
mkdir "$work/played"
cat >"$work/played/dotnet" <<'PLAYED'
#!/bin/sh
while [ $# -gt 0 ] && [ "$1" != -o ]; do shift; done
mkdir -p "$2" && cp "$PLAYED_PROGRAM" "$2/bootstrap"
PLAYED
chmod 755 "$work/played/dotnet"
case $(uname -m) in aarch64 | arm64) here=arm64 octal=267 ;; *) here=x86_64 octal=076 ;; esac
program $octal 'GLIBC_2.17 GLIBC_2.34 libssl.so.3' >"$work/played/program"
play() { # out, mask, zone
    (umask "$2" && OUT=$1 DBT_PROJECT=$work/gold PLAYED_PROGRAM=$work/played/program TZ=$3 PATH=$work/played:$PATH sh "$scripts/build-dbt-layer.sh" $here)
}
accepts "a runner package is made of what the compiler gives" play "$work/played/one" 022 UTC
sleep 2
accepts "and made again" play "$work/played/two" 077 Asia/Tokyo
accepts "the same program gives the same package" cmp "$work/played/one/dbt-runner-$here.zip" "$work/played/two/dbt-runner-$here.zip"

package() { # zip, files...
    target=$1
    shift
    rm -f "$target"
    (cd "$work/package" && zip -q -X "$target" "$@")
}
mkdir "$work/package"
cp "$scripts/roots.pem" "$work/package/"
program 267 'GLIBC_2.17 GLIBC_2.34 libssl.so.3' >"$work/package/bootstrap"
chmod 755 "$work/package/bootstrap"
package "$work/arm64.zip" bootstrap roots.pem
check() { sh "$scripts/check-package.sh" "$@"; }

accepts "a good runner package passes with its layer" check --runner "$work/arm64.zip" --architecture arm64 --layer "$work/first/dbt-project-layer.zip"
refuses "a program for the other processor is refused" 1 "is built for arm64, not for x86_64" check --runner "$work/arm64.zip" --architecture x86_64

package "$work/bare.zip" bootstrap
refuses "a package without the root certificates is refused" 1 "has no roots.pem" check --runner "$work/bare.zip" --architecture arm64
package "$work/headless.zip" roots.pem
refuses "a package without the handler is refused" 1 "has no file bootstrap" check --runner "$work/headless.zip" --architecture arm64
chmod 644 "$work/package/bootstrap"
package "$work/mode.zip" bootstrap roots.pem
refuses "a handler that is not executable is refused" 1 "is not executable" check --runner "$work/mode.zip" --architecture arm64
program 076 'GLIBC_2.17 GLIBC_2.38' >"$work/package/bootstrap"
chmod 755 "$work/package/bootstrap"
package "$work/glibc.zip" bootstrap roots.pem
refuses "a program for a newer glibc is refused" 1 "needs glibc 2.38" check --runner "$work/glibc.zip" --architecture x86_64
echo '#!/bin/sh' >"$work/package/bootstrap"
package "$work/script.zip" bootstrap roots.pem
refuses "a script is refused" 1 "is not a 64-bit Linux program" check --runner "$work/script.zip" --architecture arm64
program 267 '' >"$work/package/bootstrap"
dd if=/dev/zero bs=1000000 count=26 2>/dev/null >>"$work/package/bootstrap"
package "$work/large.zip" bootstrap roots.pem
refuses "a package over the size budget is refused" 1 "over the budget of 25 MB" check --runner "$work/large.zip" --architecture arm64

mkdir -p "$work/flat" && cp "$work/gold/dbt_project.yml" "$work/flat/"
(cd "$work/flat" && zip -q -X "$work/flat.zip" dbt_project.yml)
refuses "a layer without the folder that DBT_PROJECT_DIR names is refused" 1 "has no dbt_gold/dbt_project.yml" check --layer "$work/flat.zip"

# --- the root certificates

if command -v openssl >/dev/null 2>&1; then
    awk -v work="$work" '/BEGIN CERTIFICATE/ { n++ } n { print > (work "/root." n ".pem") }' "$scripts/roots.pem"
    for file in "$work"/root.*.pem; do
        openssl x509 -in "$file" -noout -fingerprint -sha256 | sed 's/.*=//; s/://g'
        openssl x509 -in "$file" -noout -checkend 31536000 >/dev/null || echo "expires within a year"
    done >"$work/fingerprints"
    awk '/^# SHA-256/ { print $3 }' "$scripts/roots.pem" >"$work/expected"
    accepts "each certificate has the fingerprint written over it and a year to live" diff "$work/expected" "$work/fingerprints"
else
    echo "FAIL  packages: openssl is missing (Debian: apt-get install openssl)"
    failed=1
fi

exit $failed
