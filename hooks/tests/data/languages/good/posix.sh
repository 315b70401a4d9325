#!/bin/sh
x="${a:-it's}"
if [ "$x" = 'a' ]; then exec >log; fi
f() {
	exit 1
}
exec perl -x "$0" "$@"
this is { not ( read "
