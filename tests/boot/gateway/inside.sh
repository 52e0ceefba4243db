#!/bin/sh
# SPDX-License-Identifier: MIT
# A server of one connection, on its input and output: what it was asked comes back. A path with a number at its end gets so many lines.
set -e
text=""
while IFS= read -r line; do
    [ "$line" != "$(printf '\r')" ] || break
    text="$text$line|"
done
printf 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n%s\n' "$text"
number=$(printf '%s' "$text" | sed -n 's,^[A-Z]* /public/lines-\([0-9]*\) .*,\1,p')
[ -z "$number" ] || seq 1 "$number"
