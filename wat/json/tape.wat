;; Tapes: what a text says, as words (docs/json-tape.md); what is wrong with one, and the way past a
;; value.

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

;; Enumeration tape_fault
;;   value  name        meaning
;;       1  length      no whole number of words, none at all, or 2^28 or more
;;       2  ends        what should stand there is not in the array, the object or the tape
;;       3  behind      a word behind the last value of an array, an object or the tape
;;       4  tag         a word with which no value begins
;;       5  index       an array or object that ends nowhere behind its first word, or behind what
;;                      it stands in
;;       6  key         a key that is no string
;;       7  padding     a string with something behind it in its last word
;;       8  utf8        a string that is not UTF-8
;;       9  not_finite  a double that is none of a number
;;      10  small       an integer below 2^63 with the tag of those that are not
;;      11  depth       more than 8,192 levels
(global $TAPE_FAULT_LENGTH     i32 (i32.const 1))
(global $TAPE_FAULT_ENDS       i32 (i32.const 2))
(global $TAPE_FAULT_BEHIND     i32 (i32.const 3))
(global $TAPE_FAULT_TAG        i32 (i32.const 4))
(global $TAPE_FAULT_INDEX      i32 (i32.const 5))
(global $TAPE_FAULT_KEY        i32 (i32.const 6))
(global $TAPE_FAULT_PADDING    i32 (i32.const 7))
(global $TAPE_FAULT_UTF8       i32 (i32.const 8))
(global $TAPE_FAULT_NOT_FINITE i32 (i32.const 9))
(global $TAPE_FAULT_SMALL      i32 (i32.const 10))
(global $TAPE_FAULT_DEPTH      i32 (i32.const 11))

;; Whether a tape can have so many bytes.
(func $is_length! (param $len i32) (result i32)
  (i32.eqz
    (i32.or
      (i32.and (local.get $len) (i32.const 7))
      (i32.le_s (local.get $len) (i32.const 0)))))

;; The bytes of a string and its padding.
(func $padded! (param $len i32) (result i32)
  (i32.and (i32.add (local.get $len) (i32.const 7)) (i32.const -8)))

;; What is not 0 of what stands behind a string of len bytes in its last word. Without bytes that is
;; its first word, of which nothing is kept.
(func $padding! (param $word i64) (param $len i32) (result i64)
  (i64.shr_u
    (i64.shr_u
      (local.get $word)
      (i64.extend_i32_u
        (i32.shl
          (i32.and (i32.add (local.get $len) (i32.const 7)) (i32.const 7))
          (i32.const 3))))
    (i64.const 8)))

;; How many values or members an array or object has by its first word, and the address behind it.
(func $container! (param $word i64) (param $tape_ptr i32) (result i32 i32)
  (i32.and
    (i32.wrap_i64 (i64.shr_u (local.get $word) (i64.const 8)))
    (i32.const 0xfff_ffff))
  (i32.add
    (local.get $tape_ptr)
    (i32.shl
      (i32.wrap_i64 (i64.shr_u (local.get $word) (i64.const 36)))
      (i32.const 3))))

;; Whether the string of len bytes at p is UTF-8, which stands in whole words padded with zeros.
(func $is_utf8_padded (param $p i32) (param $len i32) (result i32)
  (local $bytes v128)
  (local $before v128) ;; the 16 bytes before these
  (local $errors v128)
  (block $rest
    (loop $next
      (br_if $rest (i32.lt_u (local.get $len) (i32.const 16)))
      (local.set $bytes (v128.load (local.get $p)))
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (local.set $len (i32.sub (local.get $len) (i32.const 16)))
      (if (i8x16.bitmask (v128.or (local.get $bytes) (local.get $before)))
        (then
          (local.set $errors
            (v128.or
              (local.get $errors)
              (call $pair_errors! (local.get $before) (local.get $bytes))))))
      (local.set $before (local.get $bytes))
      (br $next)))
  ;; There is a zero behind the last byte, in these or in their place, so that no sequence is cut
  ;; off unseen.
  (local.set $bytes (v128.const i64x2 0 0))
  (if (i32.gt_u (local.get $len) (i32.const 8))
    (then
      (local.set $bytes (v128.load (local.get $p))))
    (else
      (if (local.get $len) (then (local.set $bytes (v128.load64_zero (local.get $p)))))))
  (i32.eqz
    (v128.any_true
      (v128.or
        (local.get $errors)
        (call $pair_errors! (local.get $before) (local.get $bytes))))))

;; Whether what begins at p, and is in something that ends at `end`, cannot end at `child_end`.
(func $ends_elsewhere! (param $p i32) (param $end i32) (param $child_end i32) (result i32)
  (i32.gt_u
    (i32.sub (i32.sub (local.get $child_end) (local.get $p)) (i32.const 8))
    (i32.sub (i32.sub (local.get $end) (local.get $p)) (i32.const 8))))

;; The length of the tape; `text` and `fault` are where it begins and where its fault goes.
(global $tape_len (mut i32) (i32.const 0))

;; Says what is wrong with the word at p. Returns -3, for who passes that on.
(func $refuse_word (param $p i32) (param $code i32) (result i32)
  (local $fault i32)
  (local $offset i32)
  (local.set $fault (global.get $fault))
  (local.set $offset (i32.sub (local.get $p) (global.get $text)))
  (i32.store (local.get $fault) (i32.shr_u (local.get $offset) (i32.const 3)))
  (i32.store offset=4 (;END;)
    (local.get $fault)
    (i32.add
      (i32.shr_u (local.get $offset) (i32.const 3))
      (i32.lt_u (local.get $offset) (global.get $tape_len))))
  (i32.store16 offset=8 (;CODE;) (local.get $fault) (local.get $code))
  (i32.store16 offset=10 (;WANTED;) (local.get $fault) (i32.const 0))
  (i32.store offset=12 (;RELATED;) (local.get $fault) (i32.const -1))
  (global.get $MALFORMED))
