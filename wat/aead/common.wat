;; ---- What all ciphers need

;; Enumeration aead_fault
;;   value  name   meaning
;;       1  key    the key has not the length of one
;;       2  nonce  the nonce has not the length of one
;;       3  long   the text or the associated data is too long
;;       4  tag    the tag does not fit, or there is none
(global $AEAD_FAULT_KEY   i32 (i32.const 1))
(global $AEAD_FAULT_NONCE i32 (i32.const 2))
(global $AEAD_FAULT_LONG  i32 (i32.const 3))
(global $AEAD_FAULT_TAG   i32 (i32.const 4))

(global $OUTPUT_TOO_SMALL i32 (i32.const -2))
(global $MALFORMED        i32 (i32.const -3))
(global $TOO_LARGE        i32 (i32.const -6))
(global $UNAUTHENTIC      i32 (i32.const -7))

(global $TAG_SIZE i32 (i32.const 16))

;; The longest text that is sealed: with its tag it has less than 2^31 bytes, as all data has.
(global $LONGEST_TEXT i32 (i32.const 0x7fffffef))
(global $LONGEST      i32 (i32.const 0x7fffffff))

;; 0, or the status with which an input is refused for a length.
(func $refuse_lengths
  (param $key_fits i32) (param $key_len i32) (param $nonce_fits i32) (param $nonce_len i32)
  (param $aad_len i32) (param $text_len i32) (param $longest_text i32) (param $fault_ptr i32)
  (result i32)
  (if (i32.gt_u (local.get $text_len) (local.get $longest_text))
    (then
      (call $refuse!
        (local.get $fault_ptr)
        (local.get $longest_text)
        (local.get $text_len)
        (global.get $AEAD_FAULT_LONG))
      (return (global.get $TOO_LARGE))))
  (if (i32.gt_u (local.get $aad_len) (global.get $LONGEST))
    (then
      (call $refuse!
        (local.get $fault_ptr)
        (global.get $LONGEST)
        (local.get $aad_len)
        (global.get $AEAD_FAULT_LONG))
      (return (global.get $TOO_LARGE))))
  (if (i32.eqz (local.get $key_fits))
    (then
      (call $refuse!
        (local.get $fault_ptr)
        (i32.const 0)
        (local.get $key_len)
        (global.get $AEAD_FAULT_KEY))
      (return (global.get $MALFORMED))))
  (if (i32.eqz (local.get $nonce_fits))
    (then
      (call $refuse!
        (local.get $fault_ptr)
        (i32.const 0)
        (local.get $nonce_len)
        (global.get $AEAD_FAULT_NONCE))
      (return (global.get $MALFORMED))))
  (i32.const 0))

;; 0, or the status with which what is to be opened is refused before its tag is looked at.
(func $refuse_sealed (param $sealed_len i32) (param $dst_cap i32) (param $fault_ptr i32)
  (result i32)
  (if (i32.lt_u (local.get $sealed_len) (global.get $TAG_SIZE))
    (then
      (call $refuse!
        (local.get $fault_ptr)
        (i32.const 0)
        (local.get $sealed_len)
        (global.get $AEAD_FAULT_TAG))
      (return (global.get $UNAUTHENTIC))))
  (if (result i32)
    (i32.lt_u (local.get $dst_cap) (i32.sub (local.get $sealed_len) (global.get $TAG_SIZE)))
    (then (global.get $OUTPUT_TOO_SMALL))
    (else (i32.const 0))))

;; Refuses a sealed text, at whose end the tag does not fit.
(func $refuse_tag (param $sealed_len i32) (param $fault_ptr i32) (result i32)
  (call $refuse!
    (local.get $fault_ptr)
    (i32.sub (local.get $sealed_len) (global.get $TAG_SIZE))
    (local.get $sealed_len)
    (global.get $AEAD_FAULT_TAG))
  (global.get $UNAUTHENTIC))

;; Copies a span that is short; len may be 0.
(func $copy_short (param $src_ptr i32) (param $dst_ptr i32) (param $len i32)
  (local $end i32) ;; behind the last sixteen bytes
  (local.set $end (i32.add (local.get $src_ptr) (i32.and (local.get $len) (i32.const -16))))
  (block $tail
    (br_if $tail (i32.eq (local.get $src_ptr) (local.get $end)))
    (loop $next_16
      (v128.store (local.get $dst_ptr) (v128.load (local.get $src_ptr)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 16)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 16)))
      (br_if $next_16 (i32.ne (local.get $src_ptr) (local.get $end)))))
  (if (i32.and (local.get $len) (i32.const 8))
    (then
      (i64.store (local.get $dst_ptr) (i64.load (local.get $src_ptr)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 8)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 8)))))
  (if (i32.and (local.get $len) (i32.const 4))
    (then
      (i32.store (local.get $dst_ptr) (i32.load (local.get $src_ptr)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 4)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))))
  (if (i32.and (local.get $len) (i32.const 2))
    (then
      (i32.store16 (local.get $dst_ptr) (i32.load16_u (local.get $src_ptr)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 2)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 2)))))
  (if (i32.and (local.get $len) (i32.const 1))
    (then (i32.store8 (local.get $dst_ptr) (i32.load8_u (local.get $src_ptr))))))

;; Xors a span that is short with a key stream; len may be 0.
(func $xor_short (param $src_ptr i32) (param $stream_ptr i32) (param $dst_ptr i32) (param $len i32)
  (local $end i32) ;; behind the last sixteen bytes
  (local.set $end (i32.add (local.get $src_ptr) (i32.and (local.get $len) (i32.const -16))))
  (block $tail
    (br_if $tail (i32.eq (local.get $src_ptr) (local.get $end)))
    (loop $next_16
      (v128.store (local.get $dst_ptr)
        (v128.xor (v128.load (local.get $src_ptr)) (v128.load (local.get $stream_ptr))))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 16)))
      (local.set $stream_ptr (i32.add (local.get $stream_ptr) (i32.const 16)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 16)))
      (br_if $next_16 (i32.ne (local.get $src_ptr) (local.get $end)))))
  (if (i32.and (local.get $len) (i32.const 15))
    (then
      (call $copy_short
        (local.get $src_ptr)
        (global.get $BLOCK)
        (i32.and (local.get $len) (i32.const 15)))
      (v128.store (global.get $BLOCK)
        (v128.xor (v128.load (global.get $BLOCK)) (v128.load (local.get $stream_ptr))))
      (call $copy_short
        (global.get $BLOCK)
        (local.get $dst_ptr)
        (i32.and (local.get $len) (i32.const 15))))))

;; Writes fewer than sixteen bytes and zeros behind them to `block`.
(func $pad_block (param $ptr i32) (param $len i32)
  (v128.store (global.get $BLOCK) (v128.const i64x2 0 0))
  (call $copy_short (local.get $ptr) (global.get $BLOCK) (local.get $len)))

;; Sixteen bytes xor'ed with some of a key stream.
(func $xor_16! (param $src_ptr i32) (param $dst_ptr i32) (param $key_stream v128)
  (v128.store (local.get $dst_ptr)
    (v128.xor (v128.load (local.get $src_ptr)) (local.get $key_stream))))

;; Zeroes [ptr, end), which is one or more times 32 bytes long. Not by `memory.fill`, for which
;; engines call a function of theirs.
(func $zero (param $ptr i32) (param $end i32)
  (loop $next_32
    (v128.store (local.get $ptr) (v128.const i64x2 0 0))
    (v128.store offset=16 (local.get $ptr) (v128.const i64x2 0 0))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 32)))
    (br_if $next_32 (i32.ne (local.get $ptr) (local.get $end)))))

;; i32 ct_equal(const u8 *a_ptr, const u8 *b_ptr, u32 len)
;;   1 where [a_ptr, a_ptr+len) and [b_ptr, b_ptr+len) hold the same bytes, and 0 where they do not.
;;   It takes as long whichever it is, and wherever they differ.
;;   secret: a, b
;;   Reads both spans, writes nothing, cannot fail. len = 0 gives 1.
(func $ct_equal (export "ct_equal")
  (param $a_ptr i32) (param $b_ptr i32) (param $len i32) (result i32)
  (local $difference v128) ;; of all steps of sixteen bytes
  (local $last i32)        ;; and of the bytes behind them
  (local $end i32)
  (local.set $end (i32.add (local.get $a_ptr) (i32.and (local.get $len) (i32.const -16))))
  (block $tail
    (br_if $tail (i32.lt_u (local.get $len) (i32.const 16)))
    (loop $next_16
      (local.set $difference
        (v128.or
          (local.get $difference)
          (v128.xor (v128.load (local.get $a_ptr)) (v128.load (local.get $b_ptr)))))
      (local.set $a_ptr (i32.add (local.get $a_ptr) (i32.const 16)))
      (local.set $b_ptr (i32.add (local.get $b_ptr) (i32.const 16)))
      (br_if $next_16 (i32.ne (local.get $a_ptr) (local.get $end)))))
  (block $done
    (br_if $done (i32.eqz (i32.and (local.get $len) (i32.const 15))))
    (local.set $end
      (i32.add (local.get $a_ptr) (i32.and (local.get $len) (i32.const 15))))
    (loop $next_byte
      (local.set $last
        (i32.or
          (local.get $last)
          (i32.xor (i32.load8_u (local.get $a_ptr)) (i32.load8_u (local.get $b_ptr)))))
      (local.set $a_ptr (i32.add (local.get $a_ptr) (i32.const 1)))
      (local.set $b_ptr (i32.add (local.get $b_ptr) (i32.const 1)))
      (br_if $next_byte (i32.ne (local.get $a_ptr) (local.get $end)))))
  (call $public!
    (i32.eqz (i32.or (v128.any_true (local.get $difference)) (local.get $last)))))
