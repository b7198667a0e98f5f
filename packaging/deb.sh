#!/usr/bin/env bash
# Makes the Debian package of what `make install` has put into a directory.
#
#   deb.sh STAGE OUTPUT     e.g. deb.sh build/deb/stage build/deb/nous-tools.deb
#
# The same files give the same package, byte for byte: times are those of the changelog.
set -euo pipefail

stage=$(realpath "$1")
output=$(realpath -m "$2")
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
version=$(dpkg-parsechangelog -l "$here/debian/changelog" -S Version)
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l "$here/debian/changelog" -S Timestamp)
export SOURCE_DATE_EPOCH LC_ALL=C

programs=("$stage"/usr/bin/nous-*)

check_version() {
    local said
    said=$("${programs[0]}" --version)
    [[ $said == "nous-tools $version "* ]] || {
        echo "deb.sh: error: ${programs[0]} says '$said', expected version $version of the changelog" >&2
        exit 65
    }
}

# The libraries that the programs load, as Debian's packages name them.
dependencies() {
    local scratch
    scratch=$(mktemp -d)
    mkdir "$scratch/debian"
    printf 'Source: nous-tools\n\nPackage: nous-tools\nArchitecture: any\n' >"$scratch/debian/control"
    (cd "$scratch" && dpkg-shlibdeps --warnings=0 -O "${programs[@]}") | sed -n 's/^shlibs:Depends=//p'
    rm -rf "$scratch"
}

documents() {
    local share=$stage/usr/share/doc/nous-tools
    mkdir -p "$share"
    cp "$root/README.md" "$here/debian/copyright" "$share/"
    cp -r "$root/docs" "$root/examples" "$share/"
    gzip -9nc "$here/debian/changelog" >"$share/changelog.gz"
    find "$stage/usr/share/man" -name '*.1' -exec gzip -9nf {} +
}

# Where Debian's zsh looks for what packages bring.
completions() {
    mv "$stage/usr/share/zsh/site-functions" "$stage/usr/share/zsh/vendor-completions"
}

# Fields that users see; what computes with OpenBLAS finds it at run time.
control() {
    mkdir -p "$stage/DEBIAN"
    cat >"$stage/DEBIAN/control" <<FIELDS
Package: nous-tools
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: The nous-tools developers <developers@nous-tools.invalid>
Installed-Size: $(du -sk --exclude=DEBIAN "$stage" | cut -f 1)
Depends: $(dependencies)
Recommends: jq, zstd
Suggests: bible-kjv, hledger, libopenblas0-pthread, rclone, slurm-wlm
Section: science
Priority: optional
Description: train one language model together, and check each other's work
 Five commands with which people who do not trust each other's machines train
 one open language model: nous-shard packs text, nous-train trains on a share
 of it, nous-verify computes work again bit for bit, nous-merge makes the next
 checkpoint, and nous-ledger keeps who did what and who is paid what.
FIELDS
    (cd "$stage" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$stage/DEBIAN/md5sums"
}

check_version
documents
completions
control
find "$stage" -type d -exec chmod 755 {} +
find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$(dirname "$output")"
dpkg-deb --root-owner-group -Zxz --build "$stage" "$output.tmp" >/dev/null
mv "$output.tmp" "$output"
