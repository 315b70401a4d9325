;; ---- HKDF with SHA-256 (RFC 5869)

;; A secret, such as a key that was agreed on, is made a key by HMAC, and that makes others: each
;; output is the HMAC of the one before, of what the key is for, and of a number in a byte.

;; The most that comes of one key: 255 digests.
(global $LONGEST_OUTPUT i32 (i32.const 8160))

;; void hkdf_extract(const u8 *salt_ptr, u32 salt_len, const u8 *secret_ptr, u32 secret_len,
;;     u8 *dst_ptr)
;;   Writes the 32 bytes of the key that a secret and a salt make, the pseudorandom key, to dst_ptr.
;;   It is the HMAC-SHA-256 of the secret with the salt as its key.
;;   secret: secret
;;   Reads both spans, writes the key and the static region, which it zeroes. Cannot fail.
;;   salt_len = 0 is a salt of zeros, secret_len = 0 the empty secret.
(func $hkdf_extract (export "hkdf_extract")
  (param $salt_ptr i32) (param $salt_len i32) (param $secret_ptr i32) (param $secret_len i32)
  (param $dst_ptr i32)
  (call $begin_hmac (global.get $HMAC) (local.get $salt_ptr) (local.get $salt_len))
  (call $absorb (global.get $HMAC) (local.get $secret_ptr) (local.get $secret_len))
  (call $end_hmac (global.get $HMAC) (local.get $dst_ptr))
  (call $forget))

;; i32 hkdf_expand(const u8 *key_ptr, u32 key_len, const u8 *info_ptr, u32 info_len,
;;     u8 *dst_ptr, u32 dst_len, fault *fault_ptr)
;;   Fills [dst_ptr, dst_ptr+dst_len) with what comes of a pseudorandom key for the use that `info`
;;   names. Whoever asks for less gets the beginning of the same.
;;   secret: key
;;   Reads both spans, writes the output and the static region, which it zeroes. Returns dst_len; -6
;;   where that is more than 8160, -3 where the key has fewer than 32 bytes. Both come with a fault,
;;   of the enumeration `kdf_fault`: the whole key, or no place.
;;   dst_len = 0 writes nothing, info_len = 0 is a use without a name.
(func $hkdf_expand (export "hkdf_expand")
  (param $key_ptr i32) (param $key_len i32) (param $info_ptr i32) (param $info_len i32)
  (param $dst_ptr i32) (param $dst_len i32) (param $fault_ptr i32) (result i32)
  (local $number i32) ;; of the output that comes next
  (local $left i32)   ;; bytes that are still to be written
  (local $taken i32)  ;; those of them that are of this output
  (if (i32.gt_u (local.get $dst_len) (global.get $LONGEST_OUTPUT))
    (then
      (call $refuse!
        (local.get $fault_ptr)
        (i32.const 0)
        (i32.const 0)
        (global.get $KDF_FAULT_LONG))
      (return (global.get $TOO_LARGE))))
  (if (i32.lt_u (local.get $key_len) (global.get $CHAIN_SIZE))
    (then
      (call $refuse!
        (local.get $fault_ptr)
        (i32.const 0)
        (local.get $key_len)
        (global.get $KDF_FAULT_KEY))
      (return (global.get $MALFORMED))))
  (if (i32.eqz (local.get $dst_len)) (then (return (i32.const 0))))
  (call $begin_hmac (global.get $KEYED) (local.get $key_ptr) (local.get $key_len))
  (local.set $left (local.get $dst_len))
  (local.set $number (i32.const 1))
  (loop $next_output
    (call $begin_keyed)
    (if (i32.ne (local.get $number) (i32.const 1))
      (then (call $absorb (global.get $HMAC) (global.get $OUTPUT) (global.get $CHAIN_SIZE))))
    (call $absorb (global.get $HMAC) (local.get $info_ptr) (local.get $info_len))
    (i32.store8 (global.get $COUNTER) (local.get $number))
    (call $absorb (global.get $HMAC) (global.get $COUNTER) (i32.const 1))
    (call $end_hmac (global.get $HMAC) (global.get $OUTPUT))
    (local.set $taken (call $least! (local.get $left) (global.get $CHAIN_SIZE)))
    (call $copy_short (local.get $dst_ptr) (global.get $OUTPUT) (local.get $taken))
    (local.set $dst_ptr (i32.add (local.get $dst_ptr) (local.get $taken)))
    (local.set $left (i32.sub (local.get $left) (local.get $taken)))
    (local.set $number (i32.add (local.get $number) (i32.const 1)))
    (br_if $next_output (local.get $left)))
  (call $forget)
  (local.get $dst_len))

;; Begins a message with the key of `keyed`.
(func $begin_keyed
  (local $offset i32)
  (local.set $offset (i32.const 0))
  (loop $vector!
    (v128.store
      (call $at! (global.get $HMAC) (local.get $offset))
      (v128.load (call $at! (global.get $KEYED) (local.get $offset))))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $vector! (i32.lt_u (local.get $offset) (i32.const 144)))))
