;; ---- Names and keywords

;; Where the last escape that was read ends, and what was wrong with it, if it stands for nothing.
(global $escape_stop  (mut i32) (i32.const 0))
(global $escape_error (mut i32) (i32.const 0))

;; The longest keyword, and the shortest.
(global $LONGEST_KEYWORD  i32 (i32.const 11))
(global $SHORTEST_KEYWORD i32 (i32.const 2))

;; The characters beyond which none begins a name, and those that go on with one nevertheless.
(global $LAST_LEAF      i32 (i32.const 0x4_0000))
(global $FIRST_SELECTOR i32 (i32.const 0xe_0100))
(global $SELECTORS      i32 (i32.const 240))

;; Where the letters, digits, `$` and `_` from `at` on end. A byte is one of them where what its low
;; half may be and what its high half may be have a bit in common: 1 for `$`, 2 for digits, 4 for
;; the letters up to `o`, 8 for those from `p` on, 16 for `_`.
(func $word_stop! (param $at i32) (result i32)
  (local $bytes v128)
  (local $others i32)
  (loop $next_step
    (local.set $bytes (v128.load (local.get $at)))
    (local.set $others
      (i8x16.bitmask
        (i8x16.eq
          (v128.and
            (i8x16.swizzle
              (v128.const i8x16 10 14 14 14 15 14 14 14 14 14 12 4 4 4 4 20)
              (v128.and (local.get $bytes) (i8x16.splat (i32.const 0x0f))))
            (i8x16.swizzle
              (v128.const i8x16 0 0 1 2 4 24 4 8 0 0 0 0 0 0 0 0)
              (i8x16.shr_u (local.get $bytes) (i32.const 4))))
          (v128.const i64x2 0 0))))
    (if (i32.eqz (local.get $others))
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next_step))))
  (i32.add (local.get $at) (i32.ctz (local.get $others))))

;; Which token the word [at, stop) is, all of letters, digits, `$` and `_`: by its first eight
;; bytes, whose product with a constant names the only slot that they can be in.
(func $keyword! (param $at i32) (param $stop i32) (result i32)
  (local $len i32)
  (local $eight i64)
  (local $slot i32)
  (local $token i32)
  (local.set $token (global.get $T_NAME))
  (local.set $len (i32.sub (local.get $stop) (local.get $at)))
  (if
    (i32.and
      (i32.le_u
        (i32.sub (local.get $len) (global.get $SHORTEST_KEYWORD))
        (i32.sub (global.get $LONGEST_KEYWORD) (global.get $SHORTEST_KEYWORD)))
      (i32.ge_u (i32.load8_u (local.get $at)) (i32.const 0x61)))
    (then
      (local.set $eight (i64.load (local.get $at)))
      (if (i32.lt_u (local.get $len) (i32.const 8))
        (then
          (local.set $eight
            (i64.and
              (local.get $eight)
              (i64.xor
                (i64.shl
                  (i64.const -1)
                  (i64.extend_i32_u (i32.shl (local.get $len) (i32.const 3))))
                (i64.const -1))))))
      (local.set $slot
        (i32.shl
          (i32.wrap_i64
            (i64.shr_u
              (i64.mul (local.get $eight) (global.get $KEYWORD_MULTIPLIER))
              (i64.const 57)))
          (i32.const 4)))
      (if (i64.eq (i64.load offset=1024 (;KEYWORDS;) (local.get $slot)) (local.get $eight))
        (then
          (if
            (i32.eq
              (i32.load8_u offset=1036 (;KEYWORDS+12;) (local.get $slot))
              (local.get $len))
            (then
              (if (call $is_rest! (local.get $at) (local.get $len) (local.get $slot))
                (then
                  (local.set $token
                    (i32.load8_u offset=1037 (;KEYWORDS+13;) (local.get $slot)))))))))))
  (local.get $token))

;; Whether the bytes behind the first eight of a word are those of the word in a slot, which is as
;; long.
(func $is_rest! (param $at i32) (param $len i32) (param $slot i32) (result i32)
  (if (result i32) (i32.gt_u (local.get $len) (i32.const 8))
    (then
      (i32.eq
        (i32.load offset=1032 (;KEYWORDS+8;) (local.get $slot))
        (i32.and
          (i32.load offset=8 (local.get $at))
          (i32.sub
            (i32.shl
              (i32.const 1)
              (i32.shl (i32.sub (local.get $len) (i32.const 8)) (i32.const 3)))
            (i32.const 1)))))
    (else (i32.const 1))))

;; Whether a character is in the leaves that 512 bytes at `roots` name.
(func $is_in! (param $character i32) (param $roots i32) (result i32)
  (i32.and
    (i32.shr_u
      (i32.load8_u offset=5120 (;IDENTIFIERS+1024;)
        (i32.or
          (i32.shl
            (i32.load8_u
              (i32.add
                (local.get $roots)
                (i32.shr_u (local.get $character) (i32.const 9))))
            (i32.const 6))
          (i32.and
            (i32.shr_u (local.get $character) (i32.const 3))
            (i32.const 63))))
      (i32.and (local.get $character) (i32.const 7)))
    (i32.const 1)))

;; Whether a name begins with a character.
(func $begins_name (param $character i32) (result i32)
  (if (i32.lt_u (local.get $character) (i32.const 0x80))
    (then
      (return
        (i32.eq
          (call $class_of! (local.get $character))
          (global.get $CLASS_WORD)))))
  (if (i32.ge_u (local.get $character) (global.get $LAST_LEAF)) (then (return (i32.const 0))))
  (call $is_in! (local.get $character) (i32.const 4096 (;IDENTIFIERS;))))

;; Whether a name may go on with a character: U+200C and U+200D, too.
(func $continues_name (param $character i32) (result i32)
  (if (i32.lt_u (local.get $character) (i32.const 0x80))
    (then
      (return
        (i32.or
          (call $begins_name (local.get $character))
          (i32.le_u (i32.sub (local.get $character) (i32.const 0x30)) (i32.const 9))))))
  (if (i32.ge_u (local.get $character) (global.get $LAST_LEAF))
    (then
      (return
        (i32.lt_u
          (i32.sub (local.get $character) (global.get $FIRST_SELECTOR))
          (global.get $SELECTORS)))))
  (i32.or
    (i32.eq (i32.and (local.get $character) (i32.const -2)) (i32.const 0x200c))
    (call $is_in! (local.get $character) (i32.const 4608 (;IDENTIFIERS+512;)))))

;; What `count` hexadecimal digits at `at` say, -1 where they are not all there.
(func $hexadecimal (param $at i32) (param $count i32) (result i32)
  (local $stop i32)
  (local $digit i32)
  (local $value i32)
  (local.set $stop (i32.add (local.get $at) (local.get $count)))
  (loop $next_digit
    (local.set $digit (call $digit_of! (i32.load8_u (local.get $at))))
    (if (i32.ge_u (local.get $digit) (i32.const 16)) (then (return (i32.const -1))))
    (local.set $value
      (i32.or (i32.shl (local.get $value) (i32.const 4)) (local.get $digit)))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (br_if $next_digit (i32.ne (local.get $at) (local.get $stop))))
  (local.get $value))

;; What the escape stands for whose `u` is at `at`: four digits, or some in braces. -1 where it
;; stands for nothing, with what is wrong. `$escape_stop` is behind it, or where it cannot go on.
(func $unicode_escape (param $at i32) (result i32)
  (local $digit i32)
  (local $value i32)
  (local.set $at (i32.add (local.get $at) (i32.const 1)))
  (global.set $escape_error (global.get $E_ESCAPE_UNICODE))
  (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x7b))
    (then
      (global.set $escape_stop (i32.add (local.get $at) (i32.const 4)))
      (local.set $value (call $hexadecimal (local.get $at) (i32.const 4)))
      (if (i32.lt_s (local.get $value) (i32.const 0))
        (then (global.set $escape_stop (local.get $at))))
      (return (local.get $value))))
  (local.set $at (i32.add (local.get $at) (i32.const 1)))
  (global.set $escape_stop (local.get $at))
  (block $wrong
    (br_if $wrong (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x7d)))
    (loop $next_digit
      (local.set $digit
        (call $digit_of! (i32.load8_u (local.get $at))))
      (if (i32.lt_u (local.get $digit) (i32.const 16))
        (then
          (local.set $value
            (i32.or (i32.shl (local.get $value) (i32.const 4)) (local.get $digit)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br_if $next_digit (i32.le_u (local.get $value) (i32.const 0x10_ffff)))
          (global.set $escape_error (global.get $E_ESCAPE_TOO_HIGH))
          (br $wrong))))
    (br_if $wrong (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x7d)))
    (global.set $escape_stop (i32.add (local.get $at) (i32.const 1)))
    (return (local.get $value)))
  (i32.const -1))

;; Scans a word at `at` that has escapes or characters beyond ASCII; says where it ends, and sets
;; the token. What the word is, is kept as far as a keyword goes.
(func $scan_word (param $at i32) (result i32)
  (local $start i32)
  (local $stop i32)      ;; of a character
  (local $character i32)
  (local $is_escape i32)
  (local $len i32)       ;; how many bytes were kept
  (local.set $start (local.get $at))
  (block $done
    (loop $next_character
      (local.set $character (call $character (local.get $at)))
      (local.set $stop
        (i32.add (local.get $at) (call $width_of! (local.get $character))))
      (local.set $is_escape (i32.eq (local.get $character) (i32.const 0x5c)))
      (if (local.get $is_escape)
        (then
          (local.set $character (i32.const -1))
          (global.set $escape_error (global.get $E_ESCAPE_UNICODE))
          (global.set $escape_stop (local.get $stop))
          (if (i32.eq (i32.load8_u offset=1 (local.get $at)) (i32.const 0x75))
            (then
              (local.set $character
                (call $unicode_escape (i32.add (local.get $at) (i32.const 1))))))
          (local.set $stop (global.get $escape_stop))
          (if (i32.lt_s (local.get $character) (i32.const 0))
            (then
              (call $refuse
                (global.get $escape_error)
                (call $offset! (local.get $at))
                (call $offset! (local.get $stop)))
              (br $done)))
          (global.set $token_traits
            (i32.or (global.get $token_traits) (global.get $TRAIT_ESCAPED)))))
      (if
        (i32.eqz
          (if (result i32) (i32.eq (local.get $at) (local.get $start))
            (then (call $begins_name (local.get $character)))
            (else (call $continues_name (local.get $character)))))
        (then
          ;; A name ends before what is none of its characters, unless that is the first, or asks to
          ;; be one.
          (br_if $done
            (i32.and
              (i32.ne (local.get $at) (local.get $start))
              (i32.eqz (local.get $is_escape))))
          (call $refuse
            (select
              (global.get $E_ESCAPE_IN_NAME)
              (global.get $E_CHARACTER)
              (local.get $is_escape))
            (call $offset! (local.get $at))
            (call $offset! (local.get $stop)))
          (br $done)))
      (if (i32.lt_u (local.get $len) (i32.const 16))
        (then
          (i32.store8 offset=3328 (;SPELLING;) (local.get $len) (local.get $character))
          (local.set $len
            (select
              (i32.add (local.get $len) (i32.const 1))
              (i32.const 16)
              (i32.lt_u (local.get $character) (i32.const 0x80))))))
      (local.set $at (local.get $stop))
      (br $next_character)))
  (if (i32.eqz (global.get $status))
    (then
      (global.set $token
        (call $keyword
          (i32.const 3328 (;SPELLING;))
          (i32.add (i32.const 3328 (;SPELLING;)) (local.get $len))))
      (if (i32.and (global.get $token_traits) (global.get $TRAIT_ESCAPED))
        (then (global.set $token (call $escaped (global.get $token)))))))
  (local.get $at))

(func $keyword (param $at i32) (param $stop i32) (result i32)
  (call $keyword! (local.get $at) (local.get $stop)))

;; What a word is that has escapes, by what it is without.
(func $escaped (param $token i32) (result i32)
  (if (i32.gt_u (local.get $token) (global.get $T_ESCAPED_WORD))
    (then (return (global.get $T_ESCAPED_WORD))))
  ;; `let`, `yield` and `await` stand in front of what each is with escapes.
  (if (i32.ge_u (local.get $token) (global.get $T_LET))
    (then (return (i32.add (local.get $token) (i32.const 1)))))
  (if (i32.ge_u (local.get $token) (global.get $T_STATIC))
    (then (return (global.get $T_ESCAPED_STRICT))))
  (if (i32.ge_u (local.get $token) (global.get $T_EVAL)) (then (return (local.get $token))))
  (global.get $T_NAME))

;; Scans the private name whose `#` is at `at`; says where it ends, and sets the token.
(func $scan_private (param $at i32) (result i32)
  (local $stop i32)
  (local $class i32)
  (local.set $at (i32.add (local.get $at) (i32.const 1)))
  (local.set $class (call $class_of! (i32.load8_u (local.get $at))))
  (if
    (i32.gt_u
      (i32.sub (local.get $class) (global.get $CLASS_WORD))
      (i32.sub (global.get $CLASS_HIGH) (global.get $CLASS_WORD)))
    (then
      (call $refuse
        (select
          (global.get $E_HASHBANG)
          (global.get $E_PRIVATE_ALONE)
          (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x21)))
        (i32.sub (call $offset! (local.get $at)) (i32.const 1))
        (call $offset! (local.get $at)))
      (return (local.get $at))))
  (local.set $stop (call $scan_word (local.get $at)))
  (if (i32.eqz (global.get $status))
    (then (global.set $token (global.get $T_PRIVATE_NAME))))
  (local.get $stop))
