;; A module of a user's own: bytes as hexadecimal digits, and back (RFC 4648, base 16).
;;
;; It keeps to the ABI: it imports nothing, exports its memory and the place where the host's part
;; of it begins, and works on spans that the host places there.
(module
  (memory (export "memory") 1)
  (global (export "heap_base") i32 (i32.const 16))
  (data (i32.const 0) "0123456789abcdef")

  ;; int32_t encode(const uint8_t *ptr, uint32_t len, uint8_t *dst_ptr, uint32_t dst_cap)
  ;; Returns the length, 2 * len, or -2 (output_too_small).
  (func (export "encode")
    (param $ptr i32) (param $len i32) (param $dst_ptr i32) (param $dst_cap i32) (result i32)
    (local $index i32) (local $byte i32)
    (if (i64.lt_u
          (i64.extend_i32_u (local.get $dst_cap))
          (i64.shl (i64.extend_i32_u (local.get $len)) (i64.const 1)))
      (then (return (i32.const -2))))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $index) (local.get $len)))
        (local.set $byte (i32.load8_u (i32.add (local.get $ptr) (local.get $index))))
        (i32.store8
          (local.get $dst_ptr)
          (i32.load8_u (i32.shr_u (local.get $byte) (i32.const 4))))
        (i32.store8 offset=1
          (local.get $dst_ptr)
          (i32.load8_u (i32.and (local.get $byte) (i32.const 15))))
        (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 2)))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $next)))
    (i32.shl (local.get $len) (i32.const 1)))

  ;; int32_t decode(const uint8_t *ptr, uint32_t len, uint8_t *dst_ptr, uint32_t dst_cap)
  ;; Returns the length, len / 2, or -3 (malformed) or -2 (output_too_small).
  (func (export "decode")
    (param $ptr i32) (param $len i32) (param $dst_ptr i32) (param $dst_cap i32) (result i32)
    (local $index i32) (local $high i32) (local $low i32) (local $half i32)
    (if (i32.and (local.get $len) (i32.const 1)) (then (return (i32.const -3))))
    (local.set $half (i32.shr_u (local.get $len) (i32.const 1)))
    (if (i32.lt_u (local.get $dst_cap) (local.get $half)) (then (return (i32.const -2))))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $index) (local.get $half)))
        (local.set $high (call $digit (i32.load8_u (local.get $ptr))))
        (local.set $low (call $digit (i32.load8_u offset=1 (local.get $ptr))))
        (if (i32.gt_u (i32.or (local.get $high) (local.get $low)) (i32.const 15))
          (then (return (i32.const -3))))
        (i32.store8
          (i32.add (local.get $dst_ptr) (local.get $index))
          (i32.or (i32.shl (local.get $high) (i32.const 4)) (local.get $low)))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 2)))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $next)))
    (local.get $half))

  ;; The value of a digit, or -1.
  (func $digit (param $byte i32) (result i32)
    (local $value i32)
    (local.set $value (i32.sub (local.get $byte) (i32.const 48)))
    (if (i32.lt_u (local.get $value) (i32.const 10)) (then (return (local.get $value))))
    ;; Letters of both cases.
    (local.set $value (i32.sub (i32.or (local.get $byte) (i32.const 32)) (i32.const 97)))
    (if (i32.lt_u (local.get $value) (i32.const 6))
      (then (return (i32.add (local.get $value) (i32.const 10)))))
    (i32.const -1)))
