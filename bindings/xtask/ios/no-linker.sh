#!/bin/sh
# Takes a linker's place where there is none for Apple's systems. A static library needs no linking; a dependency that also
# calls itself a dynamic library is linked all the same, and nobody uses what came of it: an empty file.
while [ $# -gt 0 ]; do
  [ "$1" = -o ] && { : > "$2"; exit; }
  shift
done
exit 1
