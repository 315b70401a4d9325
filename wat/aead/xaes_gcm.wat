;; ---- XAES-256-GCM (C2SP)

;; The first half of a nonce of 24 bytes, which is long enough to be random, makes the key of a
;; message by CMAC, as SP 800-108 derives keys; with that and the other half it is AES-256-GCM.

(global $XAES_KEY_SIZE   i32 (i32.const 32))
(global $XAES_NONCE_SIZE i32 (i32.const 24))

;; i32 xaes_256_gcm_seal(const u8 *key_ptr, u32 key_len, const u8 *nonce_ptr, u32 nonce_len,
;;     const u8 *aad_ptr, u32 aad_len, const u8 *text_ptr, u32 text_len, u8 *dst_ptr, u32 dst_cap,
;;     fault *fault_ptr)
;;   As aes_gcm_seal, with a key of 32 bytes and a nonce of 24.
;;   secret: key, text
;;   Reads and writes the same; the same results, -3 where the key or the nonce has another length.
;;   text_len = 0 gives a tag alone.
(func $xaes_256_gcm_seal (export "xaes_256_gcm_seal")
  (param $key_ptr i32) (param $key_len i32) (param $nonce_ptr i32) (param $nonce_len i32)
  (param $aad_ptr i32) (param $aad_len i32) (param $text_ptr i32) (param $text_len i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32) (result i32)
  (local $status i32)
  (local.set $status
    (call $refuse_lengths
      (i32.eq (local.get $key_len) (global.get $XAES_KEY_SIZE))
      (local.get $key_len)
      (i32.eq (local.get $nonce_len) (global.get $XAES_NONCE_SIZE))
      (local.get $nonce_len)
      (local.get $aad_len)
      (local.get $text_len)
      (global.get $LONGEST_TEXT)
      (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (if (i32.lt_u (local.get $dst_cap) (i32.add (local.get $text_len) (global.get $TAG_SIZE)))
    (then (return (global.get $OUTPUT_TOO_SMALL))))
  (call $derive_xaes (local.get $key_ptr) (local.get $nonce_ptr))
  (call $seal_gcm
    (global.get $SUBKEY) (global.get $XAES_KEY_SIZE)
    (i32.add (local.get $nonce_ptr) (global.get $GCM_NONCE_SIZE)) (global.get $GCM_NONCE_SIZE)
    (local.get $aad_ptr) (local.get $aad_len) (local.get $text_ptr) (local.get $text_len)
    (local.get $dst_ptr)))

;; i32 xaes_256_gcm_open(const u8 *key_ptr, u32 key_len, const u8 *nonce_ptr, u32 nonce_len,
;;     const u8 *aad_ptr, u32 aad_len, const u8 *text_ptr, u32 text_len, u8 *dst_ptr, u32 dst_cap,
;;     fault *fault_ptr)
;;   As aes_gcm_open, with a key of 32 bytes and a nonce of 24.
;;   secret: key, text
;;   Reads and writes the same; the same results, -3 where the key or the nonce has another length.
;;   text_len = 0 gives -7.
(func $xaes_256_gcm_open (export "xaes_256_gcm_open")
  (param $key_ptr i32) (param $key_len i32) (param $nonce_ptr i32) (param $nonce_len i32)
  (param $aad_ptr i32) (param $aad_len i32) (param $text_ptr i32) (param $text_len i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32) (result i32)
  (local $status i32)
  (local.set $status
    (call $refuse_lengths
      (i32.eq (local.get $key_len) (global.get $XAES_KEY_SIZE))
      (local.get $key_len)
      (i32.eq (local.get $nonce_len) (global.get $XAES_NONCE_SIZE))
      (local.get $nonce_len)
      (local.get $aad_len)
      (local.get $text_len)
      (global.get $LONGEST)
      (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (local.set $status
    (call $refuse_sealed (local.get $text_len) (local.get $dst_cap) (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (call $derive_xaes (local.get $key_ptr) (local.get $nonce_ptr))
  (call $open_gcm
    (global.get $SUBKEY) (global.get $XAES_KEY_SIZE)
    (i32.add (local.get $nonce_ptr) (global.get $GCM_NONCE_SIZE)) (global.get $GCM_NONCE_SIZE)
    (local.get $aad_ptr) (local.get $aad_len) (local.get $text_ptr) (local.get $text_len)
    (local.get $dst_ptr) (local.get $fault_ptr)))

;; Twice a block, as CMAC has it: a big-endian polynomial modulo 1 + x + x^2 + x^7 + x^128. What
;; comes out goes around as 1, so that 0x86 is left of the modulus.
(func $double! (param $block v128) (result v128)
  (local $carry v128) ;; the highest bit of each byte as the lowest of the one before
  (local.set $carry
    (v128.and
      (i64x2.shr_u
        (i8x16.shuffle 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 0
          (local.get $block)
          (local.get $block))
        (i32.const 7))
      (i8x16.splat (i32.const 0x01))))
  (v128.or
    (local.get $carry)
    (v128.xor
      (v128.and
        (i64x2.shl (local.get $block) (i32.const 1))
        (i8x16.splat (i32.const 0xfe)))
      (v128.and
        (i8x16.eq (local.get $carry) (i8x16.splat (i32.const 0x01)))
        (v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0x86)))))

;; Writes the key of a message to `subkey`: the encryptions of two blocks with a counter, an X, and
;; the first half of the nonce, each xor'ed with twice the encryption of zeros.
(func $derive_xaes (param $key_ptr i32) (param $nonce_ptr i32)
  (local $mask v128)
  (local $block v128)
  (call $write_round_keys (local.get $key_ptr) (global.get $XAES_KEY_SIZE))
  (call $encrypt_eight! (v128.const i64x2 0 0) (v128.const i64x2 0 0))
  (local.set $mask (call $double! (v128.load (global.get $KEY_STREAM))))
  (v128.store (global.get $COUNTER) (v128.const i64x2 0 0))
  (i64.store offset=4 (global.get $COUNTER) (i64.load (local.get $nonce_ptr)))
  (i32.store offset=12 (global.get $COUNTER) (i32.load offset=8 (local.get $nonce_ptr)))
  (local.set $block (v128.xor (local.get $mask) (v128.load (global.get $COUNTER))))
  (call $encrypt_eight!
    (v128.xor (local.get $block) (v128.const i8x16 0 1 0x58 0 0 0 0 0 0 0 0 0 0 0 0 0))
    (v128.xor (local.get $block) (v128.const i8x16 0 2 0x58 0 0 0 0 0 0 0 0 0 0 0 0 0)))
  (v128.store (global.get $SUBKEY) (v128.load (global.get $KEY_STREAM)))
  (v128.store offset=16 (global.get $SUBKEY) (v128.load offset=16 (global.get $KEY_STREAM))))

;; Encrypts two blocks to the beginning of `key_stream`, with six that are of no use beside them.
(func $encrypt_eight! (param $first v128) (param $second v128)
  (v128.store (global.get $PLANES) (local.get $first))
  (v128.store offset=16 (global.get $PLANES) (local.get $second))
  (call $write_planes (global.get $PLANES))
  (v128.store (global.get $KEY_STREAM) (v128.const i64x2 0 0))
  (v128.store offset=16 (global.get $KEY_STREAM) (v128.const i64x2 0 0))
  (call $encrypt_planes
    (global.get $KEY_STREAM)
    (global.get $KEY_STREAM)
    (i32.add (global.get $ROUND_KEYS) (i32.const 1792))))
