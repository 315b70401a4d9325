package main

/* a comment /* that does not nest " */
const raw = `raw \ " ' {
	// no comment`

var runes = []rune{'a', '\'', '\\', '"', '`', '{', 'é', '世', '\x41', '\u12e4', '\101'}

func main() {
	s := "a \" ( [ // no comment"
	if x := map[string][]int{"}": {1}}; len(x) > 0 { // ' "
		_ = s[0:1]
	}
}
