#!/bin/sh
# A repository with hooks, and what a host is told of an edit: `KILOWAT=target/debug/kilowat sh cli/examples/hooks.sh`.
set -eu
kilowat=${KILOWAT:-kilowat}
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
cd "$project"
git init -q .

"$kilowat" init >/dev/null
printf '[hook]\nprotect = [".env*"]\n' > .kilowat/post-edit.toml
git add -A
echo "tracked: $(git ls-files | tr '\n' ' ')"

# What a host sends: the event, the tool and its file.
tell() {
    echo "{\"hook_event_name\":\"$1\",\"cwd\":\"$project\",\"tool_name\":\"Write\",\"tool_input\":{\"file_path\":\"$project/$2\"}}" |
        "$kilowat" hook 2>&1 && echo "status 0" || echo "status $?"
}

printf 'let total = 1;\nlet total = 2;\n' > cart.js
echo "--- an edit with an error"
tell PostToolUse cart.js

printf 'export const total = 2;\n' > cart.js
echo "--- the same, mended"
tell PostToolUse cart.js

echo "--- a file that is protected"
tell PreToolUse .env
