;; The tape: what a text says, as words (docs/json-tape.md).

;; Enumeration tape_tag
;;   value  name      meaning
;;       0  null      `null`: a word
;;       4  false     `false`
;;       8  true      `true`
;;      12  integer   and the integer, as i64
;;      16  unsigned  and the integer from 2^63 on, as u64
;;      20  double    and the double
;;      24  array     with how many values, and the index behind it
;;      28  object    with how many members, and the index behind it
(global $TAPE_TAG_NULL     i64 (i64.const 0))
(global $TAPE_TAG_FALSE    i64 (i64.const 4))
(global $TAPE_TAG_TRUE     i64 (i64.const 8))
(global $TAPE_TAG_INTEGER  i64 (i64.const 12))
(global $TAPE_TAG_UNSIGNED i64 (i64.const 16))
(global $TAPE_TAG_DOUBLE   i64 (i64.const 20))
(global $TAPE_TAG_ARRAY    i64 (i64.const 24))
(global $TAPE_TAG_OBJECT   i64 (i64.const 28))

;; Enumeration tape_string
;;   value  name     meaning
;;       1  plain    the string stands in the text as it is on the tape
;;       2  escaped  it was written with an escape
(global $TAPE_STRING_PLAIN   i64 (i64.const 1))
(global $TAPE_STRING_ESCAPED i64 (i64.const 2))

;; The most bytes of a tape, which has fewer than 2^28 words.
(global $LONGEST_TAPE i32 (i32.const 0x7fff_fff8))
