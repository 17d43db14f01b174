# Sourced by the scripts at the root: builds a program of src/ into out/dev/<name> when its sources are newer.
# Needs the .NET 10 SDK and nothing else. The caller has set $here to the root of the checkout.

command -v dotnet >/dev/null 2>&1 || {
    echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
    exit 2
}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

# build_app PROJECT NAME: publishes src/PROJECT to out/dev/NAME if anything it is made from has changed since.
build_app() {
    target="$here/out/dev/$2"
    stamp="$target/.built"
    if [ -f "$stamp" ] && [ -z "$(find "$here/src" "$here/Directory.Build.props" "$here/Directory.Packages.props" \
        \( -path '*/bin' -o -path '*/obj' -o -path '*/dbt_gold' \) -prune -o -type f -newer "$stamp" -print | head -n 1)" ]; then
        return 0
    fi
    echo "Building $2 ..." >&2
    mkdir -p "$here/out"
    log="$here/out/build-$2.log"
    touch "$here/out/.building-$2"
    if ! dotnet publish "$here/src/$1/$1.csproj" -c Release --use-current-runtime --self-contained false \
        -p:PublishAot=false -p:PublishReadyToRun=true \
        -o "$target" -v quiet >"$log" 2>&1; then
        cat "$log" >&2
        echo "The build failed; the lines above are from $log" >&2
        exit 2
    fi
    mv "$here/out/.building-$2" "$stamp"
}
