#!/bin/bash
# it's a comment with "quotes" and ( brackets
if [[ $x =~ ^(a|b)\)"("$ && ( -n $y || $z == *(x|y) ) ]]; then :; elif ! { false; }; then :; else :; fi
set -e; a=$(echo "b $(echo 'c)' "d" # comment )
) e") b=`echo "it's" \`x\``
case "$1" in
  a|b) echo one ;;
  (c) if true; then echo $((1 + (2 << 3))); fi ;;&
  *[!0-9]*|"") x=$(case $y in esac) x=$(case $y in (1) echo ')' ;; 2) echo "(" ;; esac) ;;
  else|done|esac) for i in if then do done; do echo $i; done ;;
esac
cat <<EOF1 <<-'EOF 2' <<\EOF3; echo after
it's $(a "body"
EOF1
	"it's
	EOF 2
$( ` "
EOF3
x="${a:-'}'}" y=${b#*'}'} z="${c%%"}"*}" w="${d//\'/\"}" v="${e/#'"'/x}" u=${#a} t=${#} s=$# r=$$
function f { echo } fi; }
g() { local -a list=( a "b c" 'd)' # comment )
  $(h) [5]=e ); (( i++ < 3 )) && echo {a,b}; }
h () (echo subshell)
for ((i = 0; i < 3; i++)); do echo "$i" >&2; done 2>/dev/null <<< "here ' string"
for x do echo "$x"; done; for y in 1 2; { echo $y; }
while read -r line; do echo $'it\'s' $"x"; done < <(cat) > >(cat) &>/dev/null
until false || { true; }
do break; done
((echo a); echo b) | (cat)
echo $((echo a); echo b) $[1 + (2)] a#b $'\\' \' \" \( "\$(" '\' "a'b" '"'
coproc { cat; }
coproc NAME { cat; }
test -n x && exit 0 || echo no
exit 0
this is not read: it's ( "data
