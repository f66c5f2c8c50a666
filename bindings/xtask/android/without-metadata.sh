#!/bin/sh
# Links, but exports none of uniffi's descriptions of functions: who writes bindings reads them, in the library of the host, and no app does.
set -eu
for argument in "$@"; do
    case "$argument" in
    *--version-script=*) sed -i '/UNIFFI_META_/d' "${argument##*--version-script=}" ;;
    esac
done
exec "$HEREABOUTS_LINKER" "$@"
