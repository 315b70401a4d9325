;; ---- HMAC-SHA-256 (RFC 2104)

;; The digest of the key, xor'ed with a pattern, and of the message; then that of the key, xor'ed
;; with another one, and of the first digest. Both patterned keys are a block, so that all they do
;; is to make a chain to begin with.

;; Layout hmac_state
;;   offset         size  field  meaning
;;        0  $STATE_SIZE  inner  a `state`: the key and the message so far
;;      104  $CHAIN_SIZE  outer  chaining words over the key for the other digest

;; Both patterns, and what makes the second of the first.
(global $INNER_PATTERN i32 (i32.const 0x36))
(global $OTHER_PATTERN i32 (i32.const 0x6a))

;; A patterned key is a block in front of the message.
(global $BLOCK_SIZE i64 (i64.const 64))

;; Bytes of what the second digest is of: a block and a digest.
(global $OUTER_SIZE i64 (i64.const 96))

;; void hmac_sha256(const u8 *key_ptr, u32 key_len, const u8 *text_ptr, u32 text_len, u8 *dst_ptr)
;;   Writes the 32 bytes of the HMAC-SHA-256 of a text with a key to dst_ptr. The key may have any
;;   length; at best it has 32 bytes or more.
;;   secret: key, text
;;   Reads both spans, writes the tag and the static region, which it zeroes. Cannot fail.
;;   text_len = 0 gives the tag of the empty text, key_len = 0 that with the empty key.
(func $hmac_sha256 (export "hmac_sha256")
  (param $key_ptr i32) (param $key_len i32) (param $text_ptr i32) (param $text_len i32)
  (param $dst_ptr i32)
  (call $begin_hmac (global.get $HMAC) (local.get $key_ptr) (local.get $key_len))
  (call $absorb (global.get $HMAC) (local.get $text_ptr) (local.get $text_len))
  (call $end_hmac (global.get $HMAC) (local.get $dst_ptr))
  (call $forget))

;; void hmac_sha256_init(u8 *state_ptr, const u8 *key_ptr, u32 key_len)
;;   Begins a text in pieces with a key of any length. The state, of hmac_sha256_state_size bytes,
;;   is the layout `hmac_state`; all of it but the length in front is secret.
;;   secret: key
;;   Reads the key, writes the state and the static region, which it zeroes. Cannot fail.
;;   key_len = 0 is the empty key.
(func $hmac_sha256_init (export "hmac_sha256_init")
  (param $state_ptr i32) (param $key_ptr i32) (param $key_len i32)
  (call $begin_hmac (local.get $state_ptr) (local.get $key_ptr) (local.get $key_len))
  (call $forget))

;; void hmac_sha256_update(u8 *state_ptr, const u8 *text_ptr, u32 text_len)
;;   Goes on with a text.
;;   secret: state, text
;;   Reads the span, writes the state and the static region, which it zeroes. Cannot fail.
;;   text_len = 0 changes nothing.
(func $hmac_sha256_update (export "hmac_sha256_update")
  (param $state_ptr i32) (param $text_ptr i32) (param $text_len i32)
  (call $absorb (local.get $state_ptr) (local.get $text_ptr) (local.get $text_len))
  (call $forget))

;; void hmac_sha256_finish(u8 *state_ptr, u8 *dst_ptr)
;;   Ends a text: writes the 32 bytes of its tag to dst_ptr, and zeroes the state.
;;   secret: state
;;   Writes the static region too, which it zeroes. Cannot fail.
(func $hmac_sha256_finish (export "hmac_sha256_finish")
  (param $state_ptr i32) (param $dst_ptr i32)
  (call $end_hmac (local.get $state_ptr) (local.get $dst_ptr))
  (call $forget))

;; Begins a message with a key.
(func $begin_hmac (param $state_ptr i32) (param $key_ptr i32) (param $key_len i32)
  (call $clear_block)
  (if (i32.gt_u (local.get $key_len) (i32.const 64))
    (then
      (call $digest (local.get $key_ptr) (local.get $key_len) (global.get $BLOCK)))
    (else
      (call $copy_short (global.get $BLOCK) (local.get $key_ptr) (local.get $key_len))))
  (call $begin (local.get $state_ptr))
  (i64.store offset=0 (;LENGTH;) (local.get $state_ptr) (global.get $BLOCK_SIZE))
  (call $pattern_block (global.get $INNER_PATTERN))
  (call $compress
    (i32.add (local.get $state_ptr) (i32.const 72 (;STATE.CHAIN;)))
    (global.get $BLOCK)
    (i32.const 1))
  (call $start! (i32.add (local.get $state_ptr) (i32.const 104 (;OUTER;))))
  (call $pattern_block (global.get $OTHER_PATTERN))
  (call $compress
    (i32.add (local.get $state_ptr) (i32.const 104 (;OUTER;)))
    (global.get $BLOCK)
    (i32.const 1)))

(func $clear_block
  (local $offset i32)
  (local.set $offset (i32.const 0))
  (loop $vector!
    (v128.store
      (call $at! (global.get $BLOCK) (local.get $offset))
      (v128.const i64x2 0 0))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $vector! (i32.lt_u (local.get $offset) (i32.const 64)))))

;; Xors each byte of `block` with a pattern.
(func $pattern_block (param $pattern i32)
  (local $offset i32)
  (local.set $offset (i32.const 0))
  (loop $vector!
    (v128.store
      (call $at! (global.get $BLOCK) (local.get $offset))
      (v128.xor
        (v128.load (call $at! (global.get $BLOCK) (local.get $offset)))
        (i8x16.splat (local.get $pattern))))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $vector! (i32.lt_u (local.get $offset) (i32.const 64)))))

;; Ends a message, writes its tag and zeroes the state.
(func $end_hmac (param $state_ptr i32) (param $dst_ptr i32)
  (local $outer_ptr i32)
  (local.set $outer_ptr (i32.add (local.get $state_ptr) (i32.const 104 (;OUTER;))))
  (call $end (local.get $state_ptr) (global.get $BLOCK))
  (call $compress
    (local.get $outer_ptr)
    (global.get $TAILS)
    (call $pad
      (global.get $TAILS)
      (global.get $BLOCK)
      (global.get $CHAIN_SIZE)
      (global.get $OUTER_SIZE)))
  (call $write_digest (local.get $dst_ptr) (local.get $outer_ptr))
  (v128.store (local.get $outer_ptr) (v128.const i64x2 0 0))
  (v128.store offset=16 (local.get $outer_ptr) (v128.const i64x2 0 0)))
