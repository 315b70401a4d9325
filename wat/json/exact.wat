;; Texts byte by byte: why one is not valid, and where.
;;
;; What passes over a part of a text returns the address behind it, or 0 where it does not go on;
;; then the fault has been written.

;; Layout fault
;;   offset  size  field    meaning
;;        0     4  start    u32: offset of the first byte at which no valid text can go on
;;        4     4  end      u32: offset of the byte behind it, or the same where the text ends
;;        8     2  code     u16, of the enumeration `why`
;;       10     2  wanted   u16, of the enumeration `wanted`
;;       12     4  related  u32: 0xffffffff, no other place

;; Enumeration why
;;   value  name       meaning
;;       1  ends       the text ends where it should go on
;;       2  byte       a byte that does not belong there
;;       3  control    a control character in a string: it is to be escaped
;;       4  escape     no escape: a backslash and something else
;;       5  utf8       no UTF-8
;;       6  depth      more levels than the caller allows
;;       7  surrogate  the escape of a surrogate that is no half of a pair
(global $WHY_ENDS      i32 (i32.const 1))
(global $WHY_BYTE      i32 (i32.const 2))
(global $WHY_CONTROL   i32 (i32.const 3))
(global $WHY_ESCAPE    i32 (i32.const 4))
(global $WHY_UTF8      i32 (i32.const 5))
(global $WHY_DEPTH     i32 (i32.const 6))
(global $WHY_SURROGATE i32 (i32.const 7))

;; Enumeration wanted
;;   value  name              meaning
;;       0  nothing           the code says it all
;;       1  value             a value
;;       2  value_or_end      a value, or `]`
;;       3  key_or_end        a string, or `}`
;;       4  key               a string
;;       5  colon             `:`
;;       6  comma_or_brace    `,` or `}`
;;       7  comma_or_bracket  `,` or `]`
;;       8  end               the end of the text
;;       9  digit             a decimal digit
;;      10  hex_digit         a hexadecimal digit
;;      11  literal           the rest of `true`, `false` or `null`
;;      12  quote             the string's end
(global $WANTED_NOTHING          i32 (i32.const 0))
(global $WANTED_VALUE            i32 (i32.const 1))
(global $WANTED_VALUE_OR_END     i32 (i32.const 2))
(global $WANTED_KEY_OR_END       i32 (i32.const 3))
(global $WANTED_KEY              i32 (i32.const 4))
(global $WANTED_COLON            i32 (i32.const 5))
(global $WANTED_COMMA_OR_BRACE   i32 (i32.const 6))
(global $WANTED_COMMA_OR_BRACKET i32 (i32.const 7))
(global $WANTED_END              i32 (i32.const 8))
(global $WANTED_DIGIT            i32 (i32.const 9))
(global $WANTED_HEX_DIGIT        i32 (i32.const 10))
(global $WANTED_LITERAL          i32 (i32.const 11))
(global $WANTED_QUOTE            i32 (i32.const 12))

;; The first byte of the text, where its fault goes, and whether there is one.
(global $text (mut i32) (i32.const 0))
(global $fault (mut i32) (i32.const 0))

;; Writes that no valid text goes on at p. Returns 0, for who passes that on.
(func $refuse (param $p i32) (param $why i32) (param $wanted i32) (result i32)
  (local $fault i32)
  (local $start i32)
  (local $is_end i32)
  (local.set $fault (global.get $fault))
  (local.set $start (i32.sub (local.get $p) (global.get $text)))
  (local.set $is_end (i32.eq (local.get $p) (global.get $end)))
  (i32.store (local.get $fault) (local.get $start))
  (i32.store offset=4 (;END;)
    (local.get $fault)
    (i32.add (local.get $start) (i32.eqz (local.get $is_end))))
  (i32.store16 offset=8 (;CODE;)
    (local.get $fault)
    (select (global.get $WHY_ENDS) (local.get $why) (local.get $is_end)))
  (i32.store16 offset=10 (;WANTED;) (local.get $fault) (local.get $wanted))
  (i32.store offset=12 (;RELATED;) (local.get $fault) (i32.const -1))
  (i32.const 0))

;; The byte at p, or -1 at the end of the text.
(func $byte! (param $p i32) (result i32)
  (if (result i32) (i32.eq (local.get $p) (global.get $end))
    (then (i32.const -1))
    (else (i32.load8_u (local.get $p)))))

;; Passes over digits; where there is none, it refuses that.
(func $exact_digits (param $p i32) (result i32)
  (local $start i32)
  (local.set $start (local.get $p))
  (block $done
    (loop $next
      (br_if $done
        (i32.ge_u (i32.sub (call $byte! (local.get $p)) (i32.const 0x30)) (i32.const 10)))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br $next)))
  (if (i32.eq (local.get $p) (local.get $start))
    (then
      (return
        (call $refuse (local.get $p) (global.get $WHY_BYTE) (global.get $WANTED_DIGIT)))))
  (local.get $p))

;; Passes over the number at p, which begins with a digit or a minus sign.
(func $exact_number (param $p i32) (result i32)
  (local $sign i32)
  (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x2d))
    (then (local.set $p (i32.add (local.get $p) (i32.const 1)))))
  ;; Behind a zero in front there is no other digit.
  (if (i32.eq (call $byte! (local.get $p)) (i32.const 0x30))
    (then
      (local.set $p (i32.add (local.get $p) (i32.const 1))))
    (else
      (local.set $p (call $exact_digits (local.get $p)))
      (if (i32.eqz (local.get $p)) (then (return (i32.const 0))))))
  (if (i32.eq (call $byte! (local.get $p)) (i32.const 0x2e))
    (then
      (local.set $p (call $exact_digits (i32.add (local.get $p) (i32.const 1))))
      (if (i32.eqz (local.get $p)) (then (return (i32.const 0))))))
  ;; e or E
  (if (i32.eq (i32.or (call $byte! (local.get $p)) (i32.const 0x20)) (i32.const 0x65))
    (then
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (local.set $sign (call $byte! (local.get $p)))
      (local.set $p
        (i32.add
          (local.get $p)
          (i32.or
            (i32.eq (local.get $sign) (i32.const 0x2b))
            (i32.eq (local.get $sign) (i32.const 0x2d)))))
      (return (call $exact_digits (local.get $p)))))
  (local.get $p))

;; Passes over what has to stand at p: `len` bytes, of which the first is the lowest of `word`.
(func $exact_literal (param $p i32) (param $word i64) (param $len i32) (result i32)
  (loop $next
    (if
      (i32.ne
        (call $byte! (local.get $p))
        (i32.wrap_i64 (i64.and (local.get $word) (i64.const 255))))
      (then
        (return
          (call $refuse (local.get $p) (global.get $WHY_BYTE) (global.get $WANTED_LITERAL)))))
    (local.set $p (i32.add (local.get $p) (i32.const 1)))
    (local.set $word (i64.shr_u (local.get $word) (i64.const 8)))
    (local.set $len (i32.sub (local.get $len) (i32.const 1)))
    (br_if $next (local.get $len)))
  (local.get $p))

;; Passes over the escape whose backslash is at p.
(func $exact_escape (param $p i32) (result i32)
  (local $byte i32)
  (local $meaning i32)
  (local $end i32)
  (local.set $p (i32.add (local.get $p) (i32.const 1)))
  (local.set $byte (call $byte! (local.get $p)))
  (if (i32.ne (local.get $byte) (i32.const -1))
    (then
      (local.set $meaning
        (i32.load8_u (i32.add (global.get $MEANING) (local.get $byte))))))
  (if (i32.eqz (local.get $meaning))
    (then
      (return
        (call $refuse (local.get $p) (global.get $WHY_ESCAPE) (global.get $WANTED_NOTHING)))))
  (local.set $p (i32.add (local.get $p) (i32.const 1)))
  (if (i32.ne (local.get $meaning) (global.get $UNICODE)) (then (return (local.get $p))))
  (local.set $end (i32.add (local.get $p) (i32.const 4)))
  (loop $next
    (local.set $byte (call $byte! (local.get $p)))
    (block $is_digit
      (if (i32.ne (local.get $byte) (i32.const -1))
        (then
          (br_if $is_digit
            (i32.ne
              (i32.load8_u (i32.add (global.get $HEX) (local.get $byte)))
              (global.get $NO_DIGIT)))))
      (return
        (call $refuse (local.get $p) (global.get $WHY_ESCAPE) (global.get $WANTED_HEX_DIGIT))))
    (local.set $p (i32.add (local.get $p) (i32.const 1)))
    (br_if $next (i32.ne (local.get $p) (local.get $end))))
  (local.get $p))

;; Passes over the sequence of UTF-8 at p, whose first byte is no ASCII (RFC 3629, 4).
(func $exact_sequence (param $p i32) (result i32)
  (local $lead i32)
  (local $left i32) ;; continuations
  (local $least i32) ;; the next byte, at least
  (local $most i32) ;; and at most
  (local $byte i32)
  (local.set $lead (i32.load8_u (local.get $p)))
  (if
    (i32.or
      (i32.lt_u (local.get $lead) (i32.const 0xc2))
      (i32.gt_u (local.get $lead) (i32.const 0xf4)))
    (then
      (return
        (call $refuse (local.get $p) (global.get $WHY_UTF8) (global.get $WANTED_NOTHING)))))
  (local.set $left
    (i32.add
      (i32.const 1)
      (i32.add
        (i32.ge_u (local.get $lead) (i32.const 0xe0))
        (i32.ge_u (local.get $lead) (i32.const 0xf0)))))
  ;; Neither overlong nor a surrogate nor above U+10FFFF.
  (local.set $least (i32.const 0x80))
  (local.set $most (i32.const 0xbf))
  (if (i32.eq (local.get $lead) (i32.const 0xe0)) (then (local.set $least (i32.const 0xa0))))
  (if (i32.eq (local.get $lead) (i32.const 0xed)) (then (local.set $most (i32.const 0x9f))))
  (if (i32.eq (local.get $lead) (i32.const 0xf0)) (then (local.set $least (i32.const 0x90))))
  (if (i32.eq (local.get $lead) (i32.const 0xf4)) (then (local.set $most (i32.const 0x8f))))
  (loop $next
    (local.set $p (i32.add (local.get $p) (i32.const 1)))
    (local.set $byte (call $byte! (local.get $p)))
    (if
      (i32.or
        (i32.lt_s (local.get $byte) (local.get $least))
        (i32.gt_s (local.get $byte) (local.get $most)))
      (then
        (return
          (call $refuse (local.get $p) (global.get $WHY_UTF8) (global.get $WANTED_NOTHING)))))
    (local.set $least (i32.const 0x80))
    (local.set $most (i32.const 0xbf))
    (local.set $left (i32.sub (local.get $left) (i32.const 1)))
    (br_if $next (local.get $left)))
  (i32.add (local.get $p) (i32.const 1)))

;; Passes over the string whose opening quote is at p.
(func $exact_string (param $p i32) (result i32)
  (local $byte i32)
  (local.set $p (i32.add (local.get $p) (i32.const 1)))
  (loop $next
    (local.set $byte (call $byte! (local.get $p)))
    (if (i32.eq (local.get $byte) (i32.const 0x22))
      (then (return (i32.add (local.get $p) (i32.const 1)))))
    ;; The end is below all, as a control character is.
    (if (i32.lt_s (local.get $byte) (i32.const 0x20))
      (then
        (return
          (call $refuse (local.get $p) (global.get $WHY_CONTROL) (global.get $WANTED_QUOTE)))))
    (if (i32.eq (local.get $byte) (i32.const 0x5c))
      (then
        (local.set $p (call $exact_escape (local.get $p))))
      (else
        (if (i32.ge_u (local.get $byte) (i32.const 0x80))
          (then (local.set $p (call $exact_sequence (local.get $p))))
          (else (local.set $p (i32.add (local.get $p) (i32.const 1)))))))
    (br_if $next (local.get $p)))
  (i32.const 0))

;; Passes over white space.
(func $exact_space (param $p i32) (result i32)
  (local $byte i32)
  (block $done
    (loop $next
      (local.set $byte (call $byte! (local.get $p)))
      (br_if $done
        (i32.eqz
          (i32.or
            (i32.or
              (i32.eq (local.get $byte) (i32.const 0x20))
              (i32.eq (local.get $byte) (i32.const 0x0a)))
            (i32.or
              (i32.eq (local.get $byte) (i32.const 0x0d))
              (i32.eq (local.get $byte) (i32.const 0x09))))))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br $next)))
  (local.get $p))

;; Says of a text why it is not valid: writes the fault, and returns -3 or -6; 0 where it is valid.
(func $explain (param $ptr i32) (param $len i32) (param $depth i32) (result i32)
  (local $p i32)
  (local $byte i32)
  (local $level i32)
  (local $place i32) ;; of the bit of this level
  (local $bit i32)
  (local $is_object i32)
  (local $wanted i32) ;; what comes next, of the enumeration
  (global.set $end (i32.add (local.get $ptr) (local.get $len)))
  (local.set $p (local.get $ptr))
  (local.set $wanted (global.get $WANTED_VALUE))
  (block $refused
    (loop $next
      (local.set $p (call $exact_space (local.get $p)))
      (local.set $byte (call $byte! (local.get $p)))
      ;; What may close closes: `]` where a value may come or a comma, `}` where a key or a comma.
      (block $is_passed
        (block $is_closed
          (block $is_opened
            (block $is_comma
              (block $is_key
                (block $is_value
                  (block $is_end
                    (br_table $is_value $is_value $is_value $is_key $is_key $refused $is_comma
                      $is_comma $is_end
                      (local.get $wanted)))
                  (if (i32.eq (local.get $p) (global.get $end)) (then (return (i32.const 0))))
                  (br $refused))
                ;; A value, or the end of an array that is empty.
                (if
                  (i32.and
                    (i32.eq (local.get $wanted) (global.get $WANTED_VALUE_OR_END))
                    (i32.eq (local.get $byte) (i32.const 0x5d)))
                  (then (br $is_closed)))
                (br_if $is_opened
                  (i32.eq (i32.or (local.get $byte) (i32.const 0x20)) (i32.const 0x7b)))
                (if (i32.eq (local.get $byte) (i32.const 0x22))
                  (then
                    (local.set $p (call $exact_string (local.get $p)))
                    (br $is_passed)))
                (if
                  (i32.or
                    (i32.eq (local.get $byte) (i32.const 0x2d))
                    (i32.lt_u (i32.sub (local.get $byte) (i32.const 0x30)) (i32.const 10)))
                  (then
                    (local.set $p (call $exact_number (local.get $p)))
                    (br $is_passed)))
                (if (i32.eq (local.get $byte) (i32.const 0x74))
                  (then
                    (local.set $p
                      (call $exact_literal (local.get $p) (i64.const 0x65757274) (i32.const 4)))
                    (br $is_passed)))
                (if (i32.eq (local.get $byte) (i32.const 0x66))
                  (then
                    (local.set $p
                      (call $exact_literal (local.get $p) (i64.const 0x65736c6166) (i32.const 5)))
                    (br $is_passed)))
                (if (i32.eq (local.get $byte) (i32.const 0x6e))
                  (then
                    (local.set $p
                      (call $exact_literal (local.get $p) (i64.const 0x6c6c756e) (i32.const 4)))
                    (br $is_passed)))
                (br $refused))
              ;; A key and its colon, or the end of an object that is empty.
              (if
                (i32.and
                  (i32.eq (local.get $wanted) (global.get $WANTED_KEY_OR_END))
                  (i32.eq (local.get $byte) (i32.const 0x7d)))
                (then (br $is_closed)))
              (br_if $refused (i32.ne (local.get $byte) (i32.const 0x22)))
              (local.set $p (call $exact_string (local.get $p)))
              (if (i32.eqz (local.get $p)) (then (return (global.get $MALFORMED))))
              (local.set $p (call $exact_space (local.get $p)))
              (local.set $wanted (global.get $WANTED_COLON))
              (br_if $refused (i32.ne (call $byte! (local.get $p)) (i32.const 0x3a)))
              (local.set $p (i32.add (local.get $p) (i32.const 1)))
              (local.set $wanted (global.get $WANTED_VALUE))
              (br $next))
            ;; A comma, or the end of what is open.
            (if (i32.eq (local.get $byte) (i32.const 0x2c))
              (then
                (local.set $p (i32.add (local.get $p) (i32.const 1)))
                (local.set $wanted
                  (select
                    (global.get $WANTED_KEY)
                    (global.get $WANTED_VALUE)
                    (local.get $is_object)))
                (br $next)))
            (br_if $is_closed
              (i32.eq
                (local.get $byte)
                (select (i32.const 0x7d) (i32.const 0x5d) (local.get $is_object))))
            (br $refused))
          ;; A level more. The bit of the one that it stands in is kept.
          (if (i32.ge_u (local.get $level) (local.get $depth))
            (then
              (drop
                (call $refuse (local.get $p) (global.get $WHY_DEPTH) (global.get $WANTED_NOTHING)))
              (return (global.get $TOO_LARGE))))
          (local.set $place
            (i32.add (global.get $NESTING) (i32.shr_u (local.get $level) (i32.const 3))))
          (local.set $bit (i32.shl (i32.const 1) (i32.and (local.get $level) (i32.const 7))))
          (i32.store8
            (local.get $place)
            (i32.or
              (i32.and
                (i32.load8_u (local.get $place))
                (i32.xor (local.get $bit) (i32.const -1)))
              (select (local.get $bit) (i32.const 0) (local.get $is_object))))
          (local.set $level (i32.add (local.get $level) (i32.const 1)))
          (local.set $is_object (i32.eq (local.get $byte) (i32.const 0x7b)))
          (local.set $p (i32.add (local.get $p) (i32.const 1)))
          (local.set $wanted
            (select
              (global.get $WANTED_KEY_OR_END)
              (global.get $WANTED_VALUE_OR_END)
              (local.get $is_object)))
          (br $next))
        ;; A level less.
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (local.set $level (i32.sub (local.get $level) (i32.const 1)))
        (local.set $is_object
          (i32.and
            (i32.shr_u
              (i32.load8_u
                (i32.add (global.get $NESTING) (i32.shr_u (local.get $level) (i32.const 3))))
              (i32.and (local.get $level) (i32.const 7)))
            (i32.const 1))))
      ;; Behind a value.
      (if (i32.eqz (local.get $p)) (then (return (global.get $MALFORMED))))
      (local.set $wanted
        (select
          (global.get $WANTED_COMMA_OR_BRACE)
          (global.get $WANTED_COMMA_OR_BRACKET)
          (local.get $is_object)))
      (if (i32.eqz (local.get $level)) (then (local.set $wanted (global.get $WANTED_END))))
      (br $next)))
  (drop (call $refuse (local.get $p) (global.get $WHY_BYTE) (local.get $wanted)))
  (global.get $MALFORMED))
