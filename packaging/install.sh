#!/usr/bin/env bash
# Installs the commands, what they load of Swift, their manual pages and completions.
#
#   install.sh TOOLS MAN DESTINATION PREFIX     e.g. install.sh .build/release build/man '' /usr/local
#
# Files go below DESTINATION, to be found below PREFIX. The commands need no Swift toolchain there: its
# libraries come along, once for all five, in PREFIX/lib/nous-tools.
set -euo pipefail

tools=$1
man=$2
to=$3$4
names=(nous-shard nous-train nous-merge nous-verify nous-ledger)
umask 022

# The libraries of Swift that a program loads, those that they load among them.
swift_libraries() {
    ldd "$@" | awk '$3 ~ /\/swift\/linux\// { print $3 }' | sort -u
}

install_program() { # FILE DIRECTORY WHERE-ITS-LIBRARIES-ARE
    install -s -m 755 "$1" "$2/"
    patchelf --set-rpath "$3" "$2/$(basename "$1")"
}

install -d "$to/bin" "$to/lib/nous-tools" "$to/share/man/man1" "$to/share/bash-completion/completions" \
    "$to/share/zsh/site-functions" "$to/share/fish/vendor_completions.d"
# shellcheck disable=SC2016 # the loader knows what $ORIGIN is
for name in "${names[@]}"; do
    install_program "$tools/$name" "$to/bin" '$ORIGIN/../lib/nous-tools'
    "$tools/$name" --generate-completion-script bash >"$to/share/bash-completion/completions/$name"
    "$tools/$name" --generate-completion-script zsh >"$to/share/zsh/site-functions/_$name"
    "$tools/$name" --generate-completion-script fish >"$to/share/fish/vendor_completions.d/$name.fish"
done
# shellcheck disable=SC2016
swift_libraries "${names[@]/#/$tools/}" | while read -r library; do
    install_program "$library" "$to/lib/nous-tools" '$ORIGIN'
done
install -m 644 "$man"/*.1 "$to/share/man/man1/"
