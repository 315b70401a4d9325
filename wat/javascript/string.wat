;; ---- Strings and templates

;; Passes over an escape of a string or template, whose backslash is before `at`. Sets
;; `$escape_error` to what is wrong with it or to 0; an octal one is wrong in templates, and in
;; strings of strict code.
(func $skip_escape (param $at i32) (result i32)
  (local $byte i32)
  (local $next i32)
  (local.set $byte (i32.load8_u (local.get $at)))
  (local.set $next (i32.load8_u offset=1 (local.get $at)))
  (if (i32.eq (local.get $byte) (i32.const 0x75)) ;; `u`
    (then
      (if (i32.ge_s (call $unicode_escape (local.get $at)) (i32.const 0))
        (then (global.set $escape_error (i32.const 0))))
      (return (global.get $escape_stop))))
  (local.set $at (i32.add (local.get $at) (i32.const 1)))
  (if (i32.eq (local.get $byte) (i32.const 0x78)) ;; `x`
    (then
      (if (i32.ge_s (call $hexadecimal (local.get $at) (i32.const 2)) (i32.const 0))
        (then
          (global.set $escape_error (i32.const 0))
          (return (i32.add (local.get $at) (i32.const 2)))))
      (global.set $escape_error (global.get $E_ESCAPE_HEXADECIMAL))
      (return (local.get $at))))
  (global.set $escape_error (i32.const 0))
  (if (i32.le_u (i32.sub (local.get $byte) (i32.const 0x30)) (i32.const 9))
    (then
      (if
        (i32.or
          (i32.ne (local.get $byte) (i32.const 0x30))
          (i32.le_u (i32.sub (local.get $next) (i32.const 0x30)) (i32.const 9)))
        (then (global.set $escape_error (global.get $E_ESCAPE_OCTAL_TEMPLATE))))))
  ;; A line that ends here goes on with the next: CR and LF are one end.
  (i32.add
    (local.get $at)
    (i32.and
      (i32.eq (local.get $byte) (i32.const 0x0d))
      (i32.eq (local.get $next) (i32.const 0x0a)))))

;; Scans the string whose quote is at `at`; says where it ends, and sets the token.
(func $scan_string (param $at i32) (result i32)
  (local $start i32)
  (local $quote v128)
  (local $bytes v128)
  (local $found i32)
  (local $byte i32)
  (global.set $token (global.get $T_STRING))
  (global.set $token_head (i32.const 0))
  (local.set $start (local.get $at))
  (local.set $quote (i8x16.splat (i32.load8_u (local.get $at))))
  (local.set $at (i32.add (local.get $at) (i32.const 1)))
  (loop $next_step
    (local.set $bytes (v128.load (local.get $at)))
    (local.set $found
      (i8x16.bitmask
        (v128.or
          (v128.or
            (i8x16.eq (local.get $bytes) (local.get $quote))
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c))))
          (i8x16.le_u (local.get $bytes) (i8x16.splat (i32.const 0x0d))))))
    (if (i32.eqz (local.get $found))
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next_step)))
    (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $found))))
    (local.set $byte (i32.load8_u (local.get $at)))
    (if (i32.eq (local.get $byte) (i32.load8_u (local.get $start)))
      (then (return (i32.add (local.get $at) (i32.const 1)))))
    (if (i32.eq (local.get $byte) (i32.const 0x5c))
      (then
        (local.set $found (local.get $at))
        (local.set $at (call $skip_escape (i32.add (local.get $at) (i32.const 1))))
        (global.set $token_traits
          (i32.or
            (global.get $token_traits)
            (i32.or
              (global.get $TRAIT_ESCAPED)
              (select
                (global.get $TRAIT_OCTAL)
                (i32.const 0)
                (i32.eq
                  (global.get $escape_error)
                  (global.get $E_ESCAPE_OCTAL_TEMPLATE))))))
        (br_if $next_step
          (i32.or
            (i32.eqz (global.get $escape_error))
            (i32.eq (global.get $escape_error) (global.get $E_ESCAPE_OCTAL_TEMPLATE))))
        (call $refuse
          (global.get $escape_error)
          (call $offset! (local.get $found))
          (call $offset! (local.get $at)))
        (return (local.get $at))))
    (if
      (i32.eqz
        (i32.or
          (i32.or
            (i32.eq (local.get $byte) (i32.const 0x0a))
            (i32.eq (local.get $byte) (i32.const 0x0d)))
          (i32.ge_u (local.get $at) (global.get $source_stop))))
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next_step))))
  ;; A backslash at the end of the text was passed over with a byte behind it.
  (call $refuse
    (global.get $E_STRING_OPEN)
    (call $offset! (local.get $start))
    (call $offset!
      (select
        (local.get $at)
        (global.get $source_stop)
        (i32.lt_u (local.get $at) (global.get $source_stop)))))
  (local.get $at))

;; Scans the piece of a template whose backquote or brace is at `at`; says where it ends, and sets
;; the token to `last` or, where a substitution follows, to `other`.
(func $scan_template (param $at i32) (param $last i32) (param $other i32) (result i32)
  (local $start i32)
  (local $bytes v128)
  (local $found i32)
  (local $byte i32)
  (global.set $token (local.get $last))
  (global.set $token_head (i32.const 0))
  (local.set $start (local.get $at))
  (local.set $at (i32.add (local.get $at) (i32.const 1)))
  (loop $next_step
    (local.set $bytes (v128.load (local.get $at)))
    (local.set $found
      (i8x16.bitmask
        (v128.or
          (v128.or
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x60)))
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x24))))
          (v128.or
            (v128.or
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c)))
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x0d))))
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0)))))))
    (if (i32.eqz (local.get $found))
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next_step)))
    (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $found))))
    (local.set $byte (i32.load8_u (local.get $at)))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (if (i32.eq (local.get $byte) (i32.const 0x60)) (then (return (local.get $at))))
    (if (i32.eq (local.get $byte) (i32.const 0x24))
      (then
        (br_if $next_step
          (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x7b)))
        (global.set $token (local.get $other))
        (return (i32.add (local.get $at) (i32.const 1)))))
    (if (i32.eqz (local.get $byte))
      (then
        (br_if $next_step (i32.le_u (local.get $at) (global.get $source_stop)))
        (call $refuse
          (global.get $E_TEMPLATE_OPEN)
          (call $offset! (local.get $start))
          (call $offset! (global.get $source_stop)))
        (return (global.get $source_stop))))
    ;; What a carriage return and an escape stand for is not what they are.
    (global.set $token_traits
      (i32.or (global.get $token_traits) (global.get $TRAIT_ESCAPED)))
    (br_if $next_step (i32.eq (local.get $byte) (i32.const 0x0d)))
    (local.set $found (i32.sub (local.get $at) (i32.const 1)))
    (local.set $at (call $skip_escape (local.get $at)))
    (if (global.get $escape_error)
      (then
        (if (i32.eqz (i32.and (global.get $token_traits) (global.get $TRAIT_INVALID)))
          (then (global.set $token_data (call $offset! (local.get $found)))))
        (global.set $token_traits
          (i32.or (global.get $token_traits) (global.get $TRAIT_INVALID)))))
    (br $next_step))
  (unreachable))

;; Makes the next piece of a template of the brace at hand.
(func $rescan_template
  (local $stop i32)
  (if (global.get $status) (then (return)))
  (local.set $stop
    (call $scan_template
      (i32.add (global.get $source) (global.get $token_start))
      (global.get $T_TEMPLATE_TAIL)
      (global.get $T_TEMPLATE_MIDDLE)))
  (if (global.get $status)
    (then
      (global.set $token (global.get $T_END))
      (return)))
  (global.set $token_stop (call $offset! (local.get $stop)))
  (global.set $scan (local.get $stop)))

;; ---- What they stand for

;; What the escape stands for whose backslash is before `at`, -1 for nothing, as where a line goes
;; on with the next. Sets `$escape_stop`. There is nothing wrong with it.
(func $escape_value (param $at i32) (result i32)
  (local $byte i32)
  (local $value i32)
  (local $last i32) ;; where the last octal digit may be
  (local.set $byte (i32.load8_u (local.get $at)))
  (if (i32.eq (local.get $byte) (i32.const 0x75)) ;; `u`
    (then (return (call $unicode_escape (local.get $at)))))
  (local.set $at (i32.add (local.get $at) (i32.const 1)))
  (if (i32.eq (local.get $byte) (i32.const 0x78)) ;; `x`
    (then
      (global.set $escape_stop (i32.add (local.get $at) (i32.const 2)))
      (return (call $hexadecimal (local.get $at) (i32.const 2)))))
  (if (i32.le_u (i32.sub (local.get $byte) (i32.const 0x30)) (i32.const 7))
    (then
      ;; Up to three octal digits, or two where the first is over 3.
      (local.set $value (i32.sub (local.get $byte) (i32.const 0x30)))
      (local.set $last (i32.add (local.get $at) (i32.const 1)))
      (block $done
        (loop $next_digit
          (local.set $byte (i32.sub (i32.load8_u (local.get $at)) (i32.const 0x30)))
          (br_if $done (i32.gt_u (local.get $byte) (i32.const 7)))
          (br_if $done (i32.ge_u (local.get $value) (i32.const 32)))
          (local.set $value
            (i32.add (i32.shl (local.get $value) (i32.const 3)) (local.get $byte)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br_if $next_digit (i32.le_u (local.get $at) (local.get $last)))))
      (global.set $escape_stop (local.get $at))
      (return (local.get $value))))
  (global.set $escape_stop (local.get $at))
  (if (i32.eq (local.get $byte) (i32.const 0x6e)) (then (return (i32.const 0x0a)))) ;; `n`
  (if (i32.eq (local.get $byte) (i32.const 0x74)) (then (return (i32.const 0x09)))) ;; `t`
  (if (i32.eq (local.get $byte) (i32.const 0x72)) (then (return (i32.const 0x0d)))) ;; `r`
  (if (i32.eq (local.get $byte) (i32.const 0x62)) (then (return (i32.const 0x08)))) ;; `b`
  (if (i32.eq (local.get $byte) (i32.const 0x76)) (then (return (i32.const 0x0b)))) ;; `v`
  (if (i32.eq (local.get $byte) (i32.const 0x66)) (then (return (i32.const 0x0c)))) ;; `f`
  (if (i32.eq (local.get $byte) (i32.const 0x0a)) (then (return (i32.const -1))))
  (if (i32.eq (local.get $byte) (i32.const 0x0d))
    (then
      (global.set $escape_stop
        (i32.add
          (local.get $at)
          (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x0a))))
      (return (i32.const -1))))
  (local.set $at (i32.sub (local.get $at) (i32.const 1)))
  (local.set $value (call $character (local.get $at)))
  (global.set $escape_stop
    (i32.add (local.get $at) (call $width_of! (local.get $value))))
  (select
    (i32.const -1)
    (local.get $value)
    (i32.eq (i32.and (local.get $value) (i32.const -2)) (i32.const 0x2028))))

;; Writes a character or a surrogate to `to` in WTF-8, behind the text that begins at `start`; says
;; where it ends. A low surrogate behind a high one makes one character with it.
(func $write_character (param $to i32) (param $character i32) (param $start i32) (result i32)
  (if (i32.lt_u (local.get $character) (i32.const 0x80))
    (then
      (i32.store8 (local.get $to) (local.get $character))
      (return (i32.add (local.get $to) (i32.const 1)))))
  (if (i32.eq (i32.and (local.get $character) (i32.const 0xffff_fc00)) (i32.const 0xdc00))
    (then
      (if (i32.ge_u (i32.sub (local.get $to) (local.get $start)) (i32.const 3))
        (then
          ;; ed a0 80 to ed af bf
          (if
            (i32.eq
              (i32.and
                (i32.load16_u (i32.sub (local.get $to) (i32.const 3)))
                (i32.const 0xf0ff))
              (i32.const 0xa0ed))
            (then
              (local.set $to (i32.sub (local.get $to) (i32.const 3)))
              ;; 0x10000 + (high - 0xd800 << 10) + low - 0xdc00
              (local.set $character
                (i32.add
                  (i32.shl (call $character (local.get $to)) (i32.const 10))
                  (i32.sub (local.get $character) (i32.const 0x35f_dc00))))))))))
  (if (i32.lt_u (local.get $character) (i32.const 0x800))
    (then
      (i32.store8 (local.get $to)
        (i32.or (i32.const 0xc0) (i32.shr_u (local.get $character) (i32.const 6))))
      (return (call $write_rest! (local.get $to) (local.get $character) (i32.const 1)))))
  (if (i32.lt_u (local.get $character) (i32.const 0x1_0000))
    (then
      (i32.store8 (local.get $to)
        (i32.or (i32.const 0xe0) (i32.shr_u (local.get $character) (i32.const 12))))
      (return (call $write_rest! (local.get $to) (local.get $character) (i32.const 2)))))
  (i32.store8 (local.get $to)
    (i32.or (i32.const 0xf0) (i32.shr_u (local.get $character) (i32.const 18))))
  (call $write_rest! (local.get $to) (local.get $character) (i32.const 3)))

;; Writes the `count` bytes of a character that go on behind the one at `to`; says where it ends.
(func $write_rest! (param $to i32) (param $character i32) (param $count i32) (result i32)
  (loop $next_byte
    (local.set $to (i32.add (local.get $to) (i32.const 1)))
    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
    (i32.store8 (local.get $to)
      (i32.or
        (i32.const 0x80)
        (i32.and
          (i32.shr_u
            (local.get $character)
            (i32.mul (local.get $count) (i32.const 6)))
          (i32.const 0x3f))))
    (br_if $next_byte (local.get $count)))
  (i32.add (local.get $to) (i32.const 1)))

;; Writes to `$out` what the string, name, private name or piece of a template at [start, stop) of
;; the text stands for, as what is behind its record of the kind `kind`: how many bytes it has,
;; they, and zeros up to a whole word. Of a piece of a template the delimiters are left out already.
(func $emit_cooked (param $start i32) (param $stop i32) (param $kind i32)
  (local $at i32)
  (local $end i32)
  (local $text i32)  ;; where the bytes begin
  (local $to i32)
  (local $bytes v128)
  (local $count i32)
  (local $value i32)
  (local.set $at (i32.add (global.get $source) (local.get $start)))
  (local.set $end (i32.add (global.get $source) (local.get $stop)))
  (if (i32.eq (local.get $kind) (global.get $K_STRING_LITERAL))
    (then
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $end (i32.sub (local.get $end) (i32.const 1)))))
  (if (i32.eq (local.get $kind) (global.get $K_PRIVATE_IDENTIFIER))
    (then (local.set $at (i32.add (local.get $at) (i32.const 1)))))
  ;; It is not longer than its text; a vector may go beyond it.
  (if
    (i32.eqz
      (call $room
        (i32.add (i32.sub (local.get $end) (local.get $at)) (i32.const 32))))
    (then (return)))
  (local.set $text (i32.add (global.get $out) (i32.const 4)))
  (local.set $to (local.get $text))
  (block $done
    (loop $next_step
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $bytes (v128.load (local.get $at)))
      (v128.store (local.get $to) (local.get $bytes))
      (local.set $count
        (i32.ctz
          (i32.or
            (i8x16.bitmask
              (v128.or
                (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c)))
                (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x0d)))))
            (i32.const 0x1_0000))))
      (if (i32.gt_u (local.get $count) (i32.sub (local.get $end) (local.get $at)))
        (then (local.set $count (i32.sub (local.get $end) (local.get $at)))))
      (local.set $at (i32.add (local.get $at) (local.get $count)))
      (local.set $to (i32.add (local.get $to) (local.get $count)))
      (br_if $next_step (i32.eq (local.get $count) (i32.const 16)))
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $count (i32.load8_u (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (i32.eq (local.get $count) (i32.const 0x0d))
        (then
          ;; CR and CR LF are LF.
          (i32.store8 (local.get $to) (i32.const 0x0a))
          (local.set $to (i32.add (local.get $to) (i32.const 1)))
          (local.set $at
            (i32.add
              (local.get $at)
              (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x0a))))
          (br $next_step)))
      (local.set $value (call $escape_value (local.get $at)))
      (local.set $at (global.get $escape_stop))
      (br_if $next_step (i32.lt_s (local.get $value) (i32.const 0)))
      (local.set $to
        (call $write_character (local.get $to) (local.get $value) (local.get $text)))
      (br $next_step)))
  (i32.store (local.get $to) (i32.const 0))
  (local.set $count (i32.sub (local.get $to) (local.get $text)))
  (i32.store (global.get $out) (local.get $count))
  (global.set $out
    (i32.add
      (local.get $text)
      (i32.and (i32.add (local.get $count) (i32.const 3)) (i32.const -4)))))
