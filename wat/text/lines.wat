;; ---- Lines

;; u32 lines(const u8 *ptr, u32 len, u32 separators, u32 *dst_ptr, u32 dst_cap)
;;   Where the lines of [ptr, ptr+len) begin: at 0, and behind each line feed, so that one behind a
;;   carriage return ends the line with it; where `separators` is not 0, also behind U+2028 and
;;   U+2029 in UTF-8. Behind the last of these there is a line too, empty or not. Reads the span,
;;   writes the first offsets, u32 each, as many as dst_cap bytes have room for. Returns how many
;;   lines there are, which may be more. Cannot fail. len = 0 gives 1.
(func $lines (export "lines")
  (param $ptr i32) (param $len i32) (param $separators i32) (param $dst_ptr i32)
  (param $dst_cap i32)
  (result i32)
  (local $at i32)
  (local $end i32)     ;; one past the last byte
  (local $dst_end i32) ;; one past the last offset there is room for
  (local $count i32)
  (local $ends v128)   ;; -1 for each byte that ends a line
  (local $mask i32)    ;; the same, a bit each
  (local $step i32)    ;; how many bytes were looked at
  (local.set $dst_end
    (i32.add
      (local.get $dst_ptr)
      (i32.and (local.get $dst_cap) (i32.const -4))))
  (if (i32.ne (local.get $dst_ptr) (local.get $dst_end))
    (then
      (i32.store (local.get $dst_ptr) (i32.const 0))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))))
  (if (i32.eqz (local.get $len)) (then (return (i32.const 1))))
  (local.set $at (local.get $ptr))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (loop $next_step
    (if
      (i32.and
        (i32.ge_u (i32.sub (local.get $end) (local.get $at)) (i32.const 16))
        ;; A separator is seen at its last byte, and two come before that.
        (i32.or
          (i32.eqz (local.get $separators))
          (i32.ge_u (i32.sub (local.get $at) (local.get $ptr)) (i32.const 2))))
      (then
        (local.set $step (i32.const 16))
        (local.set $ends
          (i8x16.eq (v128.load (local.get $at)) (i8x16.splat (i32.const 0x0a))))
        (if (local.get $separators)
          (then
            ;; e2 80 a8 and e2 80 a9
            (local.set $ends
              (v128.or
                (local.get $ends)
                (v128.and
                  (i8x16.eq
                    (v128.or (v128.load (local.get $at)) (i8x16.splat (i32.const 1)))
                    (i8x16.splat (i32.const 0xa9)))
                  (v128.and
                    (i8x16.eq
                      (v128.load (i32.sub (local.get $at) (i32.const 1)))
                      (i8x16.splat (i32.const 0x80)))
                    (i8x16.eq
                      (v128.load (i32.sub (local.get $at) (i32.const 2)))
                      (i8x16.splat (i32.const 0xe2)))))))))
        (local.set $mask (i8x16.bitmask (local.get $ends))))
      (else
        (local.set $step (i32.const 1))
        (local.set $mask
          (call $ends_line
            (local.get $ptr)
            (local.get $at)
            (local.get $separators)))))
    (block $no_more
      (br_if $no_more (i32.eqz (local.get $mask)))
      (loop $next_end
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (if (i32.ne (local.get $dst_ptr) (local.get $dst_end))
          (then
            (i32.store (local.get $dst_ptr)
              (i32.add
                (i32.add
                  (i32.sub (local.get $at) (local.get $ptr))
                  (i32.ctz (local.get $mask)))
                (i32.const 1)))
            (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))))
        (local.set $mask
          (i32.and
            (local.get $mask)
            (i32.sub (local.get $mask) (i32.const 1))))
        (br_if $next_end (local.get $mask))))
    (local.set $at (i32.add (local.get $at) (local.get $step)))
    (br_if $next_step (i32.ne (local.get $at) (local.get $end))))
  (i32.add (local.get $count) (i32.const 1)))

;; Whether the byte at `at` ends a line of a text that begins at `ptr`.
(func $ends_line (param $ptr i32) (param $at i32) (param $separators i32) (result i32)
  (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x0a)) (then (return (i32.const 1))))
  (if
    (i32.or
      (i32.eqz (local.get $separators))
      (i32.lt_u (i32.sub (local.get $at) (local.get $ptr)) (i32.const 2)))
    (then (return (i32.const 0))))
  (i32.and
    (i32.eq
      (i32.or (i32.load8_u (local.get $at)) (i32.const 1))
      (i32.const 0xa9))
    (i32.eq
      (i32.load16_u (i32.sub (local.get $at) (i32.const 2)))
      (i32.const 0x80e2))))
