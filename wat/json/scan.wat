;; White space, strings and numbers, 16 bytes a step.
;;
;; `guard` is the last address at which 64 bytes of the text are left. Who is not past it may read
;; that far; who is goes to the tail, where there is no guard.

(global $NO_GUARD i32 (i32.const -1))

;; The bytes that have to be left.
(global $MARGIN i32 (i32.const 64))

;; Goes on in the tail with [p, end), which has fewer than 64 bytes: says where that begins, and the
;; text is as far in front of it as it was in front of p.
(func $to_tail (param $p i32) (result i32)
  (global.set $text
    (i32.add (global.get $text) (i32.sub (global.get $TAIL) (local.get $p))))
  (call $make_tail (local.get $p)))

;; Makes the tail of [p, end), which has fewer than 64 bytes, and says where it begins.
(func $make_tail (param $p i32) (result i32)
  (local $left i32)
  (local $dst i32)
  (local.set $dst (global.get $TAIL))
  (local.set $left (i32.sub (global.get $end) (local.get $p)))
  (global.set $end (i32.add (local.get $dst) (local.get $left)))
  (v128.store (local.get $dst) (v128.const i64x2 0 0))
  (v128.store offset=16 (local.get $dst) (v128.const i64x2 0 0))
  (v128.store offset=32 (local.get $dst) (v128.const i64x2 0 0))
  (v128.store offset=48 (local.get $dst) (v128.const i64x2 0 0))
  (v128.store offset=64 (local.get $dst) (v128.const i64x2 0 0))
  (v128.store offset=80 (local.get $dst) (v128.const i64x2 0 0))
  (v128.store offset=96 (local.get $dst) (v128.const i64x2 0 0))
  (v128.store offset=112 (local.get $dst) (v128.const i64x2 0 0))
  (call $copy_rest! (local.get $dst) (local.get $p) (local.get $left))
  (global.get $TAIL))

;; How many of the 16 bytes from p on are white space before the first that is not. In the lookup
;; by the low four bits each kind of white space but the space meets itself; byte 0 meets a 1.
(func $space_run! (param $p i32) (result i32)
  (local $bytes v128)
  (local.set $bytes (v128.load (local.get $p)))
  (i32.ctz
    (i32.xor
      (i8x16.bitmask
        (v128.or
          (i8x16.eq
            (i8x16.swizzle
              (v128.const i8x16 1 0 0 0 0 0 0 0 0 9 10 0 0 13 0 0)
              (local.get $bytes))
            (local.get $bytes))
          (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x20)))))
      (i32.const 0xffff_ffff))))

;; Passes over white space. `run` is how much there was the last time: texts are indented, and a
;; length that is guessed is known before the bytes are (20 to 24 % on indented text, 2026-11-25).
;; Returns p, guard and run.
(func $space! (param $p i32) (param $guard i32) (param $run i32) (result i32 i32 i32)
  (local $found i32)
  (if (i32.le_u (i32.load8_u (local.get $p)) (i32.const 0x20))
    (then
      (local.set $found (call $space_run! (local.get $p)))
      (if (i32.eq (local.get $found) (local.get $run))
        (then (local.set $p (i32.add (local.get $p) (local.get $run))))
        (else
          (local.set $run (local.get $found))
          (local.set $p (i32.add (local.get $p) (local.get $found)))
          (if (i32.eq (local.get $found) (i32.const 16))
            (then
              ;; What is longer is not guessed: 16 bytes that begin it would be taken for all of it.
              (local.set $run (i32.const 0))
              (loop $next
                (if (i32.gt_u (local.get $p) (local.get $guard))
                  (then
                    (local.set $p (call $to_tail (local.get $p)))
                    (local.set $guard (global.get $NO_GUARD))))
                (local.set $found (call $space_run! (local.get $p)))
                (local.set $p (i32.add (local.get $p) (local.get $found)))
                (br_if $next (i32.eq (local.get $found) (i32.const 16))))))))))
  (local.get $p)
  (local.get $guard)
  (local.get $run))

;; Passes over a string from behind its opening quote on, to its closing one, or to where there is
;; something else that cannot be passed over. `seen` collects all bytes, and others.
;; Returns p, guard and seen.
(func $string!
  (param $p i32) (param $guard i32) (param $seen v128) (result i32 i32 v128)
  (local $bytes v128)
  (local $stops i32)
  (local $meaning i32)
  (block $done
    (loop $next
      (if (i32.gt_u (local.get $p) (local.get $guard))
        (then
          (local.set $p (call $to_tail (local.get $p)))
          (local.set $guard (global.get $NO_GUARD))))
      (local.set $bytes (v128.load (local.get $p)))
      (local.set $seen (v128.or (local.get $seen) (local.get $bytes)))
      (local.set $stops (call $stops! (local.get $bytes)))
      (if (i32.eqz (local.get $stops))
        (then
          (local.set $p (i32.add (local.get $p) (i32.const 16)))
          (br $next)))
      (local.set $p (i32.add (local.get $p) (i32.ctz (local.get $stops))))
      (br_if $done (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x5c)))
      ;; Where there is one escape there are often more, one behind the other.
      (loop $escape
        (if (i32.gt_u (local.get $p) (local.get $guard))
          (then
            (local.set $p (call $to_tail (local.get $p)))
            (local.set $guard (global.get $NO_GUARD))))
        (local.set $meaning
          (i32.load8_u (i32.add (global.get $MEANING) (i32.load8_u offset=1 (local.get $p)))))
        (if (i32.eq (local.get $meaning) (global.get $UNICODE))
          (then
            (br_if $done (call $has_no_digits! (local.get $p)))
            (local.set $p (i32.add (local.get $p) (i32.const 6))))
          (else
            (br_if $done (i32.eqz (local.get $meaning)))
            (local.set $p (i32.add (local.get $p) (i32.const 2)))))
        (br_if $escape (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x5c)))
        (br $next))))
  (local.get $p)
  (local.get $guard)
  (local.get $seen))

;; All bits of each byte at which a run of ordinary ones ends: a quote, a backslash, a control
;; character.
(func $is_stop! (param $bytes v128) (result v128)
  (v128.or
    (v128.or
      (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x22)))
      (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c))))
    (i8x16.le_u (local.get $bytes) (i8x16.splat (i32.const 0x1f)))))

;; A bit for each of them.
(func $stops! (param $bytes v128) (result i32)
  (i8x16.bitmask (call $is_stop! (local.get $bytes))))

;; Not zero where one of the four bytes behind the two at p is no hexadecimal digit.
(func $has_no_digits! (param $p i32) (result i32)
  (i32.and
    (i32.or
      (i32.or
        (i32.load8_u offset=256 (;HEX;) (i32.load8_u offset=2 (local.get $p)))
        (i32.load8_u offset=256 (;HEX;) (i32.load8_u offset=3 (local.get $p))))
      (i32.or
        (i32.load8_u offset=256 (;HEX;) (i32.load8_u offset=4 (local.get $p)))
        (i32.load8_u offset=256 (;HEX;) (i32.load8_u offset=5 (local.get $p)))))
    (global.get $NO_DIGIT)))

;; The values of the 16 bytes at p as decimal digits; those of others are above 9.
(func $values! (param $p i32) (result v128)
  (i8x16.sub (v128.load (local.get $p)) (i8x16.splat (i32.const 0x30))))

;; A bit for each of 16 bytes that is no decimal digit.
(func $no_digits! (param $values v128) (result i32)
  (i8x16.bitmask (i8x16.gt_u (local.get $values) (i8x16.splat (i32.const 9)))))

;; A bit for each of the 32 bytes at p that is no decimal digit; of the second half only where the
;; first has fewer than two, which are a number's point and end. `values` are those of the first.
(func $others! (param $p i32) (param $values v128) (result i32)
  (local $others i32)
  (local.set $others (call $no_digits! (local.get $values)))
  (if
    (i32.eqz (i32.and (local.get $others) (i32.sub (local.get $others) (i32.const 1))))
    (then
      (local.set $others
        (i32.or
          (local.get $others)
          (i32.shl
            (call $no_digits! (call $values! (i32.add (local.get $p) (i32.const 16))))
            (i32.const 16))))))
  (local.get $others))

;; Where the second of them is; 32 where there is none.
(func $second! (param $others i32) (result i32)
  (i32.ctz (i32.and (local.get $others) (i32.sub (local.get $others) (i32.const 1)))))

;; Where the next number of a list begins, the last one ending at p; 0 where something else comes,
;; or white space but for one space, or where fewer than 64 bytes are left at p. Numbers come in
;; lists: who reads the next one at once saves a look at what it is (20 to 60 % on lists,
;; 2026-11-29). Its first byte is one from the minus sign to 9; what is between the two is found to
;; be no number.
(func $next_number! (param $p i32) (param $guard i32) (result i32)
  (if (i32.gt_u (local.get $p) (local.get $guard)) (then (return (i32.const 0))))
  (if (i32.ne (i32.load8_u (local.get $p)) (i32.const 0x2c)) (then (return (i32.const 0))))
  (local.set $p (i32.add (local.get $p) (i32.const 1)))
  (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x20))
    (then (local.set $p (i32.add (local.get $p) (i32.const 1)))))
  (if
    (i32.gt_u (i32.sub (i32.load8_u (local.get $p)) (i32.const 0x2d)) (i32.const 12))
    (then (return (i32.const 0))))
  (local.get $p))

;; The address behind the number at p, which begins with a digit or a minus sign; 0 where there is
;; none. Numbers of 31 digits and more, and exponents of 16 and more, take the exact way.
(func $number! (param $p i32) (result i32)
  (local $start i32)
  (local $first i32) ;; its first digit
  (local $others i32) ;; a bit for each of 32 bytes that is no digit
  (local $len i32) ;; of what is before the point, then of what is before the next such byte
  (local $point_end i32) ;; how much is before the digits behind the point
  (local $next i32)
  (local.set $start (local.get $p))
  (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x2d))
    (then (local.set $p (i32.add (local.get $p) (i32.const 1)))))
  (local.set $first (i32.load8_u (local.get $p)))
  (local.set $others (call $others! (local.get $p) (call $values! (local.get $p))))
  (local.set $len (i32.ctz (local.get $others)))
  (block $exactly
    (br_if $exactly (i32.eq (local.get $len) (i32.const 32)))
    (br_if $exactly (i32.eqz (local.get $len)))
    (br_if $exactly
      (i32.and
        (i32.eq (local.get $first) (i32.const 0x30))
        (i32.ne (local.get $len) (i32.const 1))))
    (local.set $next (i32.load8_u (i32.add (local.get $p) (local.get $len))))
    (if (i32.eq (local.get $next) (i32.const 0x2e))
      (then
        (local.set $point_end (i32.add (local.get $len) (i32.const 1)))
        (local.set $len (call $second! (local.get $others)))
        (br_if $exactly (i32.eq (local.get $len) (i32.const 32)))
        (br_if $exactly (i32.eq (local.get $len) (local.get $point_end)))
        (local.set $next (i32.load8_u (i32.add (local.get $p) (local.get $len))))))
    (local.set $p (i32.add (local.get $p) (local.get $len)))
    (if (i32.eq (i32.or (local.get $next) (i32.const 0x20)) (i32.const 0x65))
      (then
        (local.set $next (i32.load8_u offset=1 (local.get $p)))
        (local.set $p
          (i32.add
            (i32.add (local.get $p) (i32.const 1))
            (i32.or
              (i32.eq (local.get $next) (i32.const 0x2b))
              (i32.eq (local.get $next) (i32.const 0x2d)))))
        (local.set $len (i32.ctz (call $no_digits! (call $values! (local.get $p)))))
        ;; None; or 16 and more, where the bits are all 0.
        (br_if $exactly
          (i32.ge_u (i32.sub (local.get $len) (i32.const 1)) (i32.const 15)))
        (local.set $p (i32.add (local.get $p) (local.get $len)))))
    (return (local.get $p)))
  (call $exact_number (local.get $start)))
