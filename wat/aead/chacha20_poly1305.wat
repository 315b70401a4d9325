;; ---- ChaCha20-Poly1305 (RFC 8439, 2.8), and with nonces of 24 bytes (draft-irtf-cfrg-xchacha)

;; The first block of the key stream is the key of the authenticator. The message begins with those
;; that are made beside it. When it is sealed, each 256 bytes are authenticated while the next ones
;; are encrypted; what is to be opened is authenticated before any of it is decrypted.

(global $CHACHA_KEY_SIZE    i32 (i32.const 32))
(global $CHACHA_NONCE_SIZE  i32 (i32.const 12))
(global $XCHACHA_NONCE_SIZE i32 (i32.const 24))

;; How many bytes of a message the first blocks are for, where there are two and where there are
;; four, and where these blocks stand.
(global $SECOND_BLOCK i32 (i32.const 64))
(global $THREE_BLOCKS i32 (i32.const 192))
(global $FIRST_PTR    i32 (i32.const 496))

;; i32 chacha20_poly1305_seal(const u8 *key_ptr, u32 key_len, const u8 *nonce_ptr, u32 nonce_len,
;;     const u8 *aad_ptr, u32 aad_len, const u8 *text_ptr, u32 text_len, u8 *dst_ptr, u32 dst_cap,
;;     fault *fault_ptr)
;;   The text encrypted and its tag behind it, which vouches for it and for the associated data.
;;   secret: key, text
;;   Reads the four spans, writes [dst_ptr, dst_ptr + text_len + 16) and the static region, which it
;;   zeroes. Returns text_len + 16; -2 where dst_cap is less, -3 where the key has not 32 bytes or
;;   the nonce not 12, -6 where a text has more than 2^31 - 17 bytes or the data more than 2^31 - 1.
;;   The last two come with a fault, of the enumeration `aead_fault`: a place in what is not right.
;;   text_len = 0 gives a tag alone.
(func $chacha20_poly1305_seal (export "chacha20_poly1305_seal")
  (param $key_ptr i32) (param $key_len i32) (param $nonce_ptr i32) (param $nonce_len i32)
  (param $aad_ptr i32) (param $aad_len i32) (param $text_ptr i32) (param $text_len i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32) (result i32)
  (local $status i32)
  (local.set $status
    (call $refuse_lengths
      (i32.eq (local.get $key_len) (global.get $CHACHA_KEY_SIZE))
      (local.get $key_len)
      (i32.eq (local.get $nonce_len) (global.get $CHACHA_NONCE_SIZE))
      (local.get $nonce_len)
      (local.get $aad_len)
      (local.get $text_len)
      (global.get $LONGEST_TEXT)
      (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (if (i32.lt_u (local.get $dst_cap) (i32.add (local.get $text_len) (global.get $TAG_SIZE)))
    (then (return (global.get $OUTPUT_TOO_SMALL))))
  (call $seal_chacha20
    (local.get $key_ptr) (local.get $nonce_ptr)
    (local.get $aad_ptr) (local.get $aad_len)
    (local.get $text_ptr) (local.get $text_len)
    (local.get $dst_ptr)))

;; i32 chacha20_poly1305_open(const u8 *key_ptr, u32 key_len, const u8 *nonce_ptr, u32 nonce_len,
;;     const u8 *aad_ptr, u32 aad_len, const u8 *text_ptr, u32 text_len, u8 *dst_ptr, u32 dst_cap,
;;     fault *fault_ptr)
;;   What was sealed: the text that is encrypted in all but the last 16 bytes, if these are its tag
;;   and that of the associated data.
;;   secret: key, text
;;   Reads the four spans, writes [dst_ptr, dst_ptr + text_len - 16) and the static region, which it
;;   zeroes. Returns text_len - 16; -2 where dst_cap is less, -3 where the key has not 32 bytes or
;;   the nonce not 12, -6 where one of the others has more than 2^31 - 1 bytes, -7 where the tag
;;   does not fit or the text has less than 16 bytes. The last three come with a fault, of the
;;   enumeration `aead_fault`: a place in what is not right. What is refused writes nothing to
;;   dst_ptr. text_len = 0 gives -7.
(func $chacha20_poly1305_open (export "chacha20_poly1305_open")
  (param $key_ptr i32) (param $key_len i32) (param $nonce_ptr i32) (param $nonce_len i32)
  (param $aad_ptr i32) (param $aad_len i32) (param $text_ptr i32) (param $text_len i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32) (result i32)
  (local $status i32)
  (local.set $status
    (call $refuse_lengths
      (i32.eq (local.get $key_len) (global.get $CHACHA_KEY_SIZE))
      (local.get $key_len)
      (i32.eq (local.get $nonce_len) (global.get $CHACHA_NONCE_SIZE))
      (local.get $nonce_len)
      (local.get $aad_len)
      (local.get $text_len)
      (global.get $LONGEST)
      (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (local.set $status
    (call $refuse_sealed (local.get $text_len) (local.get $dst_cap) (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (call $open_chacha20
    (local.get $key_ptr) (local.get $nonce_ptr)
    (local.get $aad_ptr) (local.get $aad_len)
    (local.get $text_ptr) (local.get $text_len)
    (local.get $dst_ptr) (local.get $fault_ptr)))

;; i32 xchacha20_poly1305_seal(const u8 *key_ptr, u32 key_len, const u8 *nonce_ptr, u32 nonce_len,
;;     const u8 *aad_ptr, u32 aad_len, const u8 *text_ptr, u32 text_len, u8 *dst_ptr, u32 dst_cap,
;;     fault *fault_ptr)
;;   As chacha20_poly1305_seal, with a nonce of 24 bytes, which is long enough to be random: the
;;   first 16 and the key make the key of the message.
;;   secret: key, text
;;   Reads and writes the same; the same results, -3 where the nonce has not 24 bytes.
;;   text_len = 0 gives a tag alone.
(func $xchacha20_poly1305_seal (export "xchacha20_poly1305_seal")
  (param $key_ptr i32) (param $key_len i32) (param $nonce_ptr i32) (param $nonce_len i32)
  (param $aad_ptr i32) (param $aad_len i32) (param $text_ptr i32) (param $text_len i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32) (result i32)
  (local $status i32)
  (local.set $status
    (call $refuse_lengths
      (i32.eq (local.get $key_len) (global.get $CHACHA_KEY_SIZE))
      (local.get $key_len)
      (i32.eq (local.get $nonce_len) (global.get $XCHACHA_NONCE_SIZE))
      (local.get $nonce_len)
      (local.get $aad_len)
      (local.get $text_len)
      (global.get $LONGEST_TEXT)
      (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (if (i32.lt_u (local.get $dst_cap) (i32.add (local.get $text_len) (global.get $TAG_SIZE)))
    (then (return (global.get $OUTPUT_TOO_SMALL))))
  (call $derive_xchacha20 (local.get $key_ptr) (local.get $nonce_ptr))
  (call $seal_chacha20
    (global.get $SUBKEY) (global.get $SHORT_NONCE)
    (local.get $aad_ptr) (local.get $aad_len)
    (local.get $text_ptr) (local.get $text_len)
    (local.get $dst_ptr)))

;; i32 xchacha20_poly1305_open(const u8 *key_ptr, u32 key_len, const u8 *nonce_ptr, u32 nonce_len,
;;     const u8 *aad_ptr, u32 aad_len, const u8 *text_ptr, u32 text_len, u8 *dst_ptr, u32 dst_cap,
;;     fault *fault_ptr)
;;   As chacha20_poly1305_open, with a nonce of 24 bytes.
;;   secret: key, text
;;   Reads and writes the same; the same results, -3 where the nonce has not 24 bytes.
;;   text_len = 0 gives -7.
(func $xchacha20_poly1305_open (export "xchacha20_poly1305_open")
  (param $key_ptr i32) (param $key_len i32) (param $nonce_ptr i32) (param $nonce_len i32)
  (param $aad_ptr i32) (param $aad_len i32) (param $text_ptr i32) (param $text_len i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32) (result i32)
  (local $status i32)
  (local.set $status
    (call $refuse_lengths
      (i32.eq (local.get $key_len) (global.get $CHACHA_KEY_SIZE))
      (local.get $key_len)
      (i32.eq (local.get $nonce_len) (global.get $XCHACHA_NONCE_SIZE))
      (local.get $nonce_len)
      (local.get $aad_len)
      (local.get $text_len)
      (global.get $LONGEST)
      (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (local.set $status
    (call $refuse_sealed (local.get $text_len) (local.get $dst_cap) (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (call $derive_xchacha20 (local.get $key_ptr) (local.get $nonce_ptr))
  (call $open_chacha20
    (global.get $SUBKEY) (global.get $SHORT_NONCE)
    (local.get $aad_ptr) (local.get $aad_len)
    (local.get $text_ptr) (local.get $text_len)
    (local.get $dst_ptr) (local.get $fault_ptr)))

;; Writes the key and the nonce of a message: the last eight bytes of the long nonce behind four
;; zeros.
(func $derive_xchacha20 (param $key_ptr i32) (param $nonce_ptr i32)
  (call $hchacha20 (local.get $key_ptr) (local.get $nonce_ptr) (global.get $SUBKEY))
  (i32.store (global.get $SHORT_NONCE) (i32.const 0))
  (i64.store offset=4 (global.get $SHORT_NONCE) (i64.load offset=16 (local.get $nonce_ptr))))

(func $seal_chacha20
  (param $key_ptr i32) (param $nonce_ptr i32) (param $aad_ptr i32) (param $aad_len i32)
  (param $text_ptr i32) (param $text_len i32) (param $dst_ptr i32) (result i32)
  (local $first i32)   ;; bytes that the first blocks encrypt
  (local $left i32)    ;; bytes behind them
  (local $whole i32)   ;; those of them that are encrypted by 256
  (local $absorbed i32) ;; what is behind all that is authenticated
  (local.set $first
    (call $begin_chacha20_poly1305
      (local.get $key_ptr) (local.get $nonce_ptr) (local.get $text_len)))
  (local.set $left (i32.sub (local.get $text_len) (local.get $first)))
  (local.set $whole (i32.and (local.get $left) (i32.const -256)))
  (call $absorb_poly1305 (local.get $aad_ptr) (local.get $aad_len))
  (call $xor_short
    (local.get $text_ptr)
    (global.get $FIRST_PTR)
    (local.get $dst_ptr)
    (local.get $first))
  (local.set $absorbed (local.get $dst_ptr))
  (if (local.get $whole)
    (then
      (local.set $absorbed
        (call $xor_chacha20
          (i32.add (local.get $text_ptr) (local.get $first))
          (i32.add (local.get $dst_ptr) (local.get $first))
          (i32.shr_u (local.get $left) (i32.const 8))
          (local.get $dst_ptr)
          (i32.add (local.get $dst_ptr) (local.get $first))
          (i32.const 256)))))
  (if (i32.ne (local.get $left) (local.get $whole))
    (then
      (local.set $first (i32.add (local.get $first) (local.get $whole)))
      (local.set $absorbed
        (call $write_key_stream
          (local.get $absorbed)
          (i32.add (local.get $dst_ptr) (local.get $first))))
      (call $xor_short
        (i32.add (local.get $text_ptr) (local.get $first))
        (global.get $KEY_STREAM)
        (i32.add (local.get $dst_ptr) (local.get $first))
        (i32.sub (local.get $left) (local.get $whole)))))
  (call $absorb_poly1305
    (local.get $absorbed)
    (i32.sub (i32.add (local.get $dst_ptr) (local.get $text_len)) (local.get $absorbed)))
  (v128.store (i32.add (local.get $dst_ptr) (local.get $text_len))
    (call $authenticate_lengths (local.get $aad_len) (local.get $text_len)))
  (call $forget_chacha20)
  (i32.add (local.get $text_len) (global.get $TAG_SIZE)))

(func $open_chacha20
  (param $key_ptr i32) (param $nonce_ptr i32) (param $aad_ptr i32) (param $aad_len i32)
  (param $sealed_ptr i32) (param $sealed_len i32) (param $dst_ptr i32) (param $fault_ptr i32)
  (result i32)
  (local $text_len i32)
  (local $first i32) ;; bytes that the first blocks decrypt
  (local.set $text_len (i32.sub (local.get $sealed_len) (global.get $TAG_SIZE)))
  (local.set $first
    (call $begin_chacha20_poly1305
      (local.get $key_ptr) (local.get $nonce_ptr) (local.get $text_len)))
  (call $absorb_poly1305 (local.get $aad_ptr) (local.get $aad_len))
  (call $absorb_poly1305 (local.get $sealed_ptr) (local.get $text_len))
  (if
    (call $public!
      (v128.any_true
        (v128.xor
          (v128.load (i32.add (local.get $sealed_ptr) (local.get $text_len)))
          (call $authenticate_lengths (local.get $aad_len) (local.get $text_len)))))
    (then
      (call $forget_chacha20)
      (return (call $refuse_tag (local.get $sealed_len) (local.get $fault_ptr)))))
  (call $xor_short
    (local.get $sealed_ptr)
    (global.get $FIRST_PTR)
    (local.get $dst_ptr)
    (local.get $first))
  (call $decrypt_behind
    (i32.add (local.get $sealed_ptr) (local.get $first))
    (i32.add (local.get $dst_ptr) (local.get $first))
    (i32.sub (local.get $text_len) (local.get $first)))
  (call $forget_chacha20)
  (local.get $text_len))

;; Begins with both ciphers, and writes the first blocks of the key stream: four where that is all
;; that a text needs, else two, as others are made while what is encrypted is authenticated. Gives
;; how many bytes of the text they are for.
(func $begin_chacha20_poly1305 (param $key_ptr i32) (param $nonce_ptr i32) (param $text_len i32)
  (result i32)
  (local $first i32)
  (call $begin_chacha20 (local.get $key_ptr) (local.get $nonce_ptr))
  (local.set $first (local.get $text_len))
  (if
    (i32.and
      (i32.gt_u (local.get $text_len) (global.get $SECOND_BLOCK))
      (i32.le_u (local.get $text_len) (global.get $THREE_BLOCKS)))
    (then (drop (call $write_key_stream (i32.const 0) (i32.const 0))))
    (else
      (call $write_two_blocks (global.get $KEY_STREAM))
      (local.set $first (call $least! (local.get $text_len) (global.get $SECOND_BLOCK)))))
  (call $begin_poly1305 (global.get $KEY_STREAM))
  (local.get $first))

;; Writes the next four blocks of the key stream. Meanwhile it takes [absorb_ptr, absorb_end) into
;; the sum, as $xor_chacha20 does.
(func $write_key_stream (param $absorb_ptr i32) (param $absorb_end i32) (result i32)
  (local $offset i32)
  (local.set $offset (i32.const 0))
  (loop $vector!
    (v128.store
      (call $at! (global.get $KEY_STREAM) (local.get $offset))
      (v128.const i64x2 0 0))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $vector! (i32.lt_u (local.get $offset) (i32.const 256))))
  (call $xor_chacha20
    (global.get $KEY_STREAM)
    (global.get $KEY_STREAM)
    (i32.const 1)
    (local.get $absorb_ptr)
    (local.get $absorb_end)
    (i32.const 0)))

;; Decrypts what is behind the first bytes of a text; len may be 0.
(func $decrypt_behind (param $src_ptr i32) (param $dst_ptr i32) (param $len i32)
  (local $whole i32) ;; bytes in whole steps
  (local.set $whole (i32.and (local.get $len) (i32.const -256)))
  (if (local.get $whole)
    (then
      (drop
        (call $xor_chacha20
          (local.get $src_ptr)
          (local.get $dst_ptr)
          (i32.shr_u (local.get $len) (i32.const 8))
          (i32.const 0)
          (i32.const 0)
          (i32.const 0)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (local.get $whole)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (local.get $whole)))
      (local.set $len (i32.and (local.get $len) (i32.const 255)))))
  (if (local.get $len)
    (then
      (drop (call $write_key_stream (i32.const 0) (i32.const 0)))
      (call $xor_short
        (local.get $src_ptr)
        (global.get $KEY_STREAM)
        (local.get $dst_ptr)
        (local.get $len)))))

;; The tag, when the lengths of the associated data and of the text are taken in.
(func $authenticate_lengths (param $aad_len i32) (param $text_len i32) (result v128)
  (i64.store (global.get $BLOCK) (i64.extend_i32_u (local.get $aad_len)))
  (i64.store offset=8 (global.get $BLOCK) (i64.extend_i32_u (local.get $text_len)))
  (call $absorb_blocks (global.get $BLOCK) (i32.const 1))
  (call $end_poly1305))

;; Zeroes all that is secret: from `chacha_state` to `block`. Written out, as that is quicker.
(func $forget_chacha20
  (local $offset i32)
  (local.set $offset (i32.const 0))
  (loop $vector!
    (v128.store
      (call $at! (global.get $CHACHA_STATE) (local.get $offset))
      (v128.const i64x2 0 0))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $vector! (i32.lt_u (local.get $offset) (i32.const 512)))))
