;; ---- Whole messages

(global $MALFORMED i32 (i32.const -3))

;; Enumeration blake3_fault
;;   value  name  meaning
;;       1  key   the key has not 32 bytes
(global $BLAKE3_FAULT_KEY i32 (i32.const 1))

;; void blake3(const u8 *message_ptr, u32 message_len, u8 *dst_ptr, u32 dst_len)
;;   Writes dst_len bytes of the BLAKE3 of [message_ptr, message_ptr+message_len) to dst_ptr: 32 are
;;   the usual digest, and more go on from there.
;;   secret: message
;;   Reads the span, writes the output and the static region, cannot fail. message_len = 0 gives the
;;   digest of the empty message, and dst_len = 0 writes nothing.
(func $blake3 (export "blake3")
  (param $message_ptr i32) (param $message_len i32) (param $dst_ptr i32) (param $dst_len i32)
  (call $set_no_key)
  (call $hash (local.get $message_ptr) (local.get $message_len))
  (call $write_output (local.get $dst_ptr) (local.get $dst_len)))

;; i32 blake3_keyed(const u8 *key_ptr, u32 key_len, const u8 *message_ptr, u32 message_len,
;;                  u8 *dst_ptr, u32 dst_len, u8 *fault_ptr)
;;   The same with a key of 32 bytes: without it, nobody can make or check the output.
;;   secret: key, message
;;   Reads the key and the span, writes the output and the static region. Returns 0, or -3 where the
;;   key has not 32 bytes, and then writes the fault and nothing else. message_len = 0 gives the
;;   digest of the empty message, and dst_len = 0 writes nothing.
(func $blake3_keyed (export "blake3_keyed")
  (param $key_ptr i32) (param $key_len i32) (param $message_ptr i32) (param $message_len i32)
  (param $dst_ptr i32) (param $dst_len i32) (param $fault_ptr i32)
  (result i32)
  (if (i32.ne (local.get $key_len) (global.get $KEY_LEN))
    (then (return (call $refuse_key (local.get $key_len) (local.get $fault_ptr)))))
  (call $set_key (local.get $key_ptr))
  (call $hash (local.get $message_ptr) (local.get $message_len))
  (call $write_output (local.get $dst_ptr) (local.get $dst_len))
  (i32.const 0))

;; Refuses a key for its length.
(func $refuse_key (param $key_len i32) (param $fault_ptr i32) (result i32)
  (call $refuse!
    (local.get $fault_ptr)
    (i32.const 0)
    (local.get $key_len)
    (global.get $BLAKE3_FAULT_KEY))
  (global.get $MALFORMED))

;; The initial value of SHA-256, which is what stands in the place of a key where there is none.
(func $iv_low! (result v128)
  (v128.const i32x4 0x6a09e667 0xbb67ae85 0x3c6ef372 0xa54ff53a))
(func $iv_high! (result v128)
  (v128.const i32x4 0x510e527f 0x9b05688c 0x1f83d9ab 0x5be0cd19))

(func $set_no_key
  (v128.store offset=0 (;MODE.KEY;) (global.get $MODE) (call $iv_low!))
  (v128.store offset=16 (;MODE.KEY+16;) (global.get $MODE) (call $iv_high!))
  (i32.store offset=32 (;MODE.FLAGS;) (global.get $MODE) (i32.const 0)))

(func $set_key (param $key_ptr i32)
  (call $copy_32! (local.get $key_ptr) (global.get $MODE))
  (i32.store offset=32 (;MODE.FLAGS;) (global.get $MODE) (global.get $KEYED_HASH)))

(func $copy_32! (param $src_ptr i32) (param $dst_ptr i32)
  (v128.store (local.get $dst_ptr) (v128.load (local.get $src_ptr)))
  (v128.store offset=16 (local.get $dst_ptr) (v128.load offset=16 (local.get $src_ptr))))

;; Makes `node` the root of a whole message. Sixteen chunks at a time, as long as more follow, go
;; onto the stack.
(func $hash (param $ptr i32) (param $len i32)
  (local $counter i64) ;; how many chunks are on the stack
  (block $rest
    (loop $next_16
      (br_if $rest (i32.le_u (local.get $len) (i32.const 16384)))
      (call $push
        (global.get $STACK)
        (local.get $counter)
        (i64.const 4)
        (local.get $ptr))
      (local.set $counter (i64.add (local.get $counter) (i64.const 16)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 16384)))
      (local.set $len (i32.sub (local.get $len) (i32.const 16384)))
      (br $next_16)))
  (call $close (global.get $STACK) (local.get $counter) (local.get $ptr) (local.get $len)))
