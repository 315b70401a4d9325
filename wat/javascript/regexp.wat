;; ---- Regular expressions

;; Bits of flags, by their order in "dgimsuvy".
(global $UNICODE i32 (i32.const 32))
(global $UNICODE_SETS i32 (i32.const 64))

;; The bit of a flag, 0 for a letter that is none.
(func $flag_bit (param $letter i32) (result i32)
  (local $index i32)
  ;; Eight letters against the one: the place of the one that is equal.
  (local.set $index
    (i8x16.bitmask
      (i8x16.eq
        (v128.const i8x16 0x64 0x67 0x69 0x6d 0x73 0x75 0x76 0x79 0 0 0 0 0 0 0 0)
        (i8x16.splat (local.get $letter)))))
  (i32.and (local.get $index) (i32.const 0xff)))

;; Makes a regular expression of the `/` or `/=` at hand.
(func $rescan_regexp
  (local $start i32)
  (local $at i32)
  (local $byte i32)
  (local $in_class i32)
  (local $body_stop i32)
  (local $flags i32)
  (local $bit i32)
  (if (global.get $status) (then (return)))
  (local.set $start (i32.add (global.get $source) (global.get $token_start)))
  (local.set $at (i32.add (local.get $start) (i32.const 1)))
  (block $closed
    (loop $next_byte
      (local.set $byte (i32.load8_u (local.get $at)))
      (if
        (i32.and
          (i32.eq (local.get $byte) (i32.const 0x2f))
          (i32.eqz (local.get $in_class)))
        (then (br $closed)))
      (if (i32.eq (local.get $byte) (i32.const 0x5b))
        (then (local.set $in_class (i32.const 1))))
      (if (i32.eq (local.get $byte) (i32.const 0x5d))
        (then (local.set $in_class (i32.const 0))))
      ;; Behind a backslash any byte stands for itself, but the end of a line.
      (if (i32.eq (local.get $byte) (i32.const 0x5c))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $byte (i32.load8_u (local.get $at)))))
      (if
        (i32.or
          (i32.or
            (i32.eq (local.get $byte) (i32.const 0x0a))
            (i32.eq (local.get $byte) (i32.const 0x0d)))
          (i32.or
            (call $is_separator! (local.get $at))
            (i32.ge_u (local.get $at) (global.get $source_stop))))
        (then
          (call $refuse
            (global.get $E_REGEXP_OPEN)
            (global.get $token_start)
            (call $offset! (local.get $at)))
          (return)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next_byte)))
  (local.set $body_stop (local.get $at))
  (local.set $at (i32.add (local.get $at) (i32.const 1)))
  (global.set $token_data (call $offset! (local.get $at)))
  (block $done
    (loop $next_flag
      (local.set $byte (i32.load8_u (local.get $at)))
      (local.set $bit (call $flag_bit (local.get $byte)))
      (if (i32.eqz (local.get $bit))
        (then
          ;; Neither does any other letter end the flags, nor an escape.
          (br_if $done
            (i32.and
              (i32.ne (local.get $byte) (i32.const 0x5c))
              (i32.eqz (call $continues_name (call $character (local.get $at))))))
          (call $refuse_bytes (global.get $E_REGEXP_FLAG) (local.get $at))
          (return)))
      (if (i32.and (local.get $flags) (local.get $bit))
        (then
          (call $refuse_bytes (global.get $E_REGEXP_FLAG_TWICE) (local.get $at))
          (return)))
      (local.set $flags (i32.or (local.get $flags) (local.get $bit)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next_flag)))
  (if
    (i32.eq
      (i32.and
        (local.get $flags)
        (i32.or (global.get $UNICODE) (global.get $UNICODE_SETS)))
      (i32.or (global.get $UNICODE) (global.get $UNICODE_SETS)))
    (then
      (call $refuse
        (global.get $E_REGEXP_FLAGS_UV)
        (global.get $token_data)
        (call $offset! (local.get $at)))
      (return)))
  (call $check_pattern
    (i32.add (local.get $start) (i32.const 1))
    (local.get $body_stop)
    (local.get $flags))
  (if (global.get $status) (then (return)))
  (global.set $token (global.get $T_REGEXP))
  (global.set $token_head (i32.const 0))
  (global.set $token_stop (call $offset! (local.get $at)))
  (global.set $scan (local.get $at)))
