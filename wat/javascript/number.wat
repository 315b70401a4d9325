;; ---- Numbers

;; Passes over digits whose value is below `radix`, with single separators between them, from `at`,
;; where one must stand; refuses a separator elsewhere. What is behind them is not looked at.
(func $skip_digits (param $at i32) (param $radix i32) (result i32)
  (local $byte i32)
  (block $done
    (loop $next_digit
      (local.set $byte (i32.load8_u (local.get $at)))
      (if
        (i32.lt_u
          (call $digit_of! (local.get $byte))
          (local.get $radix))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next_digit)))
      (br_if $done (i32.ne (local.get $byte) (i32.const 0x5f)))
      ;; A digit stands before it and behind it.
      (if
        (i32.or
          (i32.ge_u
            (call $digit_of!
              (i32.load8_u (i32.sub (local.get $at) (i32.const 1))))
            (local.get $radix))
          (i32.ge_u
            (call $digit_of! (i32.load8_u offset=1 (local.get $at)))
            (local.get $radix)))
        (then
          (call $refuse_bytes (global.get $E_NUMBER_SEPARATOR) (local.get $at))
          (br $done)))
      (global.set $token_head
        (i32.or
          (global.get $token_head)
          (i32.shl (global.get $F_SEPARATORS) (i32.const 8))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next_digit)))
  (local.get $at))

;; Refuses the byte at `at`.
(func $refuse_bytes (param $code i32) (param $at i32)
  (call $refuse
    (local.get $code)
    (call $offset! (local.get $at))
    (call $offset!
      (i32.add
        (local.get $at)
        (i32.lt_u (local.get $at) (global.get $source_stop))))))

(func $set_form! (param $form i32)
  (global.set $token_head
    (i32.or
      (global.get $token_head)
      (i32.shl (local.get $form) (i32.const 16)))))

;; Scans the number at `at`, which begins with a digit, or with a point and a digit; says where it
;; ends, and sets the token and the head of its record.
(func $scan_number (param $at i32) (result i32)
  (local $form i32)
  (local $next i32)
  (global.set $token (global.get $T_NUMBER))
  (global.set $token_head (i32.const 0))
  (block $end
    (block $fraction
      (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x30))
        (then
          (local.set $next (i32.load8_u offset=1 (local.get $at)))
          (local.set $form (call $radix_form (i32.or (local.get $next) (i32.const 0x20))))
          (if (local.get $form)
            (then
              (local.set $at
                (call $scan_radix
                  (i32.add (local.get $at) (i32.const 2))
                  (local.get $form)))
              (br $end)))
          (if (i32.eq (local.get $next) (i32.const 0x5f))
            (then
              (call $refuse_bytes
                (global.get $E_NUMBER_SEPARATOR_LEGACY)
                (i32.add (local.get $at) (i32.const 1)))
              (br $end)))
          (if (i32.le_u (i32.sub (local.get $next) (i32.const 0x30)) (i32.const 9))
            (then
              (local.set $at (call $scan_legacy (local.get $at)))
              ;; One of octal digits is at its end; another one goes on like any decimal.
              (br_if $end
                (i32.eq
                  (i32.shr_u (global.get $token_head) (i32.const 16))
                  (global.get $D_NUMBER_LEGACY_OCTAL)))
              (br $fraction)))))
      (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x2e))
        (then (local.set $at (call $skip_digits (local.get $at) (i32.const 10)))))
      (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x6e)) ;; `n`
        (then
          (global.set $token (global.get $T_BIGINT))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $end))))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x2e)) ;; `.`
      (then
        (local.set $form (global.get $D_NUMBER_DECIMAL))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x5f))
          (then (call $refuse_bytes (global.get $E_NUMBER_SEPARATOR) (local.get $at))))
        (local.set $at (call $skip_digits (local.get $at) (i32.const 10)))))
    (if
      (i32.eq
        (i32.or (i32.load8_u (local.get $at)) (i32.const 0x20))
        (i32.const 0x65)) ;; `e`
      (then
        (local.set $form (global.get $D_NUMBER_DECIMAL))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        ;; `+` or `-`
        (local.set $at
          (i32.add
            (local.get $at)
            (i32.or
              (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x2b))
              (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x2d)))))
        (if
          (i32.gt_u
            (i32.sub (i32.load8_u (local.get $at)) (i32.const 0x30))
            (i32.const 9))
          (then (call $refuse_bytes (global.get $E_NUMBER_EXPONENT) (local.get $at))))
        (local.set $at (call $skip_digits (local.get $at) (i32.const 10)))))
    (if (i32.eqz (i32.shr_u (global.get $token_head) (i32.const 16)))
      (then (call $set_form! (local.get $form)))))
  ;; A word, an escape, a character beyond ASCII, a digit.
  (if
    (i32.le_u
      (i32.sub
        (call $class_of! (i32.load8_u (local.get $at)))
        (global.get $CLASS_WORD))
      (i32.sub (global.get $CLASS_DIGIT) (global.get $CLASS_WORD)))
    (then (call $check_number_stop (local.get $at))))
  (local.get $at))

;; Refuses a number that a name follows at `at`: an `n` where it is no BigInt, a digit that is none
;; of its base, or anything else.
(func $check_number_stop (param $at i32)
  (local $byte i32)
  (local.set $byte (i32.load8_u (local.get $at)))
  (if (i32.ge_u (local.get $byte) (i32.const 0x80))
    (then
      (if (i32.eqz (call $begins_name (call $character (local.get $at)))) (then (return)))))
  (call $refuse_bytes
    (select
      (global.get $E_BIG_INT_DECIMAL)
      (select
        (global.get $E_NUMBER_DIGIT)
        (global.get $E_NUMBER_NAME)
        (i32.le_u (i32.sub (local.get $byte) (i32.const 0x30)) (i32.const 9)))
      (i32.eq (local.get $byte) (i32.const 0x6e)))
    (local.get $at)))

;; The form of a number by the letter behind its 0, in lower case; 0 for no such letter.
(func $radix_form (param $letter i32) (result i32)
  (if (i32.eq (local.get $letter) (i32.const 0x78)) ;; `x`
    (then (return (global.get $D_NUMBER_HEXADECIMAL))))
  (if (i32.eq (local.get $letter) (i32.const 0x6f)) ;; `o`
    (then (return (global.get $D_NUMBER_OCTAL))))
  (if (i32.eq (local.get $letter) (i32.const 0x62)) ;; `b`
    (then (return (global.get $D_NUMBER_BINARY))))
  (i32.const 0))

;; Scans the digits at `at` of a number with a prefix, and its `n`.
(func $scan_radix (param $at i32) (param $form i32) (result i32)
  (local $radix i32)
  (call $set_form! (local.get $form))
  ;; 2, 8, 16 for the forms 2, 3, 4.
  (local.set $radix
    (select
      (i32.const 2)
      (select
        (i32.const 8)
        (i32.const 16)
        (i32.eq (local.get $form) (global.get $D_NUMBER_OCTAL)))
      (i32.eq (local.get $form) (global.get $D_NUMBER_BINARY))))
  (if
    (i32.ge_u
      (call $digit_of! (i32.load8_u (local.get $at)))
      (local.get $radix))
    (then (call $refuse_bytes (global.get $E_NUMBER_DIGITS) (local.get $at))))
  (local.set $at (call $skip_digits (local.get $at) (local.get $radix)))
  (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x6e)) ;; `n`
    (then
      (global.set $token (global.get $T_BIGINT))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))))
  (local.get $at))

;; Scans the digits of a number that begins with a 0 and another digit; it is decimal where one of
;; them is an 8 or a 9.
(func $scan_legacy (param $at i32) (result i32)
  (local $byte i32)
  (local $form i32)
  (local.set $form (global.get $D_NUMBER_LEGACY_OCTAL))
  (global.set $token_traits (i32.or (global.get $token_traits) (global.get $TRAIT_OCTAL)))
  (loop $next_digit
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (local.set $byte (i32.load8_u (local.get $at)))
    (if (i32.le_u (i32.sub (local.get $byte) (i32.const 0x30)) (i32.const 9))
      (then
        (if (i32.ge_u (local.get $byte) (i32.const 0x38))
          (then (local.set $form (global.get $D_NUMBER_LEGACY_DECIMAL))))
        (br $next_digit))))
  (if (i32.eq (local.get $byte) (i32.const 0x5f))
    (then (call $refuse_bytes (global.get $E_NUMBER_SEPARATOR_LEGACY) (local.get $at))))
  (call $set_form! (local.get $form))
  (local.get $at))
