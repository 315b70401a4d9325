;; ---- AES-GCM (SP 800-38D)

;; Blocks are numbered from that of the tag on, which is 1 for a nonce of twelve bytes. Then the
;; block 0 is nobody's, and its place among the first eight is that of the zeros whose encryption is
;; the key H of GHASH: so eight blocks give H, what masks the tag, and the first 96 bytes of the key
;; stream. Numbers of eight blocks that begin with a multiple of 8 also make planes that cost next
;; to nothing.
;;
;; Another nonce is hashed to the block of the tag, with H, which takes eight blocks more. What is
;; hashed is secret, and where eight blocks begin may not depend on it: they begin before that of
;; the tag, as they do where it is 1, and their planes are made from the blocks.

(global $GCM_NONCE_SIZE i32 (i32.const 12))

;; How many bytes of a message the first blocks are for, and where they stand.
(global $FIRST_GCM     i32 (i32.const 96))
(global $FIRST_GCM_PTR i32 (i32.const 464))

;; Bytes of eight blocks.
(global $EIGHT_BLOCKS i32 (i32.const 128))

(func $is_aes_key! (param $key_len i32) (result i32)
  (i32.or
    (i32.eq (local.get $key_len) (i32.const 16))
    (i32.eq (local.get $key_len) (i32.const 32))))

;; 1 to 2^31 - 1 bytes
(func $is_gcm_nonce! (param $nonce_len i32) (result i32)
  (i32.gt_s (local.get $nonce_len) (i32.const 0)))

;; i32 aes_gcm_seal(const u8 *key_ptr, u32 key_len, const u8 *nonce_ptr, u32 nonce_len,
;;     const u8 *aad_ptr, u32 aad_len, const u8 *text_ptr, u32 text_len, u8 *dst_ptr, u32 dst_cap,
;;     fault *fault_ptr)
;;   The text encrypted with AES-128 or AES-256, as the key is long, and its tag behind it, which
;;   vouches for it and for the associated data.
;;   secret: key, text
;;   Reads the four spans, writes [dst_ptr, dst_ptr + text_len + 16) and the static region, which it
;;   zeroes. Returns text_len + 16; -2 where dst_cap is less, -3 where the key has not 16 or 32
;;   bytes or the nonce none, or 2^31, -6 where the text has more than 2^31 - 17 bytes or the data
;;   more than 2^31 - 1. The last two come with a fault, of the enumeration `aead_fault`: a place in
;;   what is not right. text_len = 0 gives a tag alone.
(func $aes_gcm_seal (export "aes_gcm_seal")
  (param $key_ptr i32) (param $key_len i32) (param $nonce_ptr i32) (param $nonce_len i32)
  (param $aad_ptr i32) (param $aad_len i32) (param $text_ptr i32) (param $text_len i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32) (result i32)
  (local $status i32)
  (local.set $status
    (call $refuse_lengths
      (call $is_aes_key! (local.get $key_len))
      (local.get $key_len)
      (call $is_gcm_nonce! (local.get $nonce_len))
      (local.get $nonce_len)
      (local.get $aad_len)
      (local.get $text_len)
      (global.get $LONGEST_TEXT)
      (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (if (i32.lt_u (local.get $dst_cap) (i32.add (local.get $text_len) (global.get $TAG_SIZE)))
    (then (return (global.get $OUTPUT_TOO_SMALL))))
  (call $seal_gcm
    (local.get $key_ptr) (local.get $key_len) (local.get $nonce_ptr) (local.get $nonce_len)
    (local.get $aad_ptr) (local.get $aad_len) (local.get $text_ptr) (local.get $text_len)
    (local.get $dst_ptr)))

;; i32 aes_gcm_open(const u8 *key_ptr, u32 key_len, const u8 *nonce_ptr, u32 nonce_len,
;;     const u8 *aad_ptr, u32 aad_len, const u8 *text_ptr, u32 text_len, u8 *dst_ptr, u32 dst_cap,
;;     fault *fault_ptr)
;;   What was sealed: the text that is encrypted in all but the last 16 bytes, if these are its tag
;;   and that of the associated data.
;;   secret: key, text
;;   Reads the four spans, writes [dst_ptr, dst_ptr + text_len - 16) and the static region, which it
;;   zeroes. Returns text_len - 16; -2 where dst_cap is less, -3 where the key has not 16 or 32
;;   bytes or the nonce none, or 2^31, -6 where one of the others has more than 2^31 - 1 bytes, -7
;;   where the tag does not fit or the text has less than 16 bytes. The last three come with a
;;   fault, of the enumeration `aead_fault`: a place in what is not right. What is refused writes
;;   nothing to dst_ptr. text_len = 0 gives -7.
(func $aes_gcm_open (export "aes_gcm_open")
  (param $key_ptr i32) (param $key_len i32) (param $nonce_ptr i32) (param $nonce_len i32)
  (param $aad_ptr i32) (param $aad_len i32) (param $text_ptr i32) (param $text_len i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32) (result i32)
  (local $status i32)
  (local.set $status
    (call $refuse_lengths
      (call $is_aes_key! (local.get $key_len))
      (local.get $key_len)
      (call $is_gcm_nonce! (local.get $nonce_len))
      (local.get $nonce_len)
      (local.get $aad_len)
      (local.get $text_len)
      (global.get $LONGEST)
      (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (local.set $status
    (call $refuse_sealed (local.get $text_len) (local.get $dst_cap) (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (call $open_gcm
    (local.get $key_ptr) (local.get $key_len) (local.get $nonce_ptr) (local.get $nonce_len)
    (local.get $aad_ptr) (local.get $aad_len) (local.get $text_ptr) (local.get $text_len)
    (local.get $dst_ptr) (local.get $fault_ptr)))

(func $seal_gcm
  (param $key_ptr i32) (param $key_len i32) (param $nonce_ptr i32) (param $nonce_len i32)
  (param $aad_ptr i32) (param $aad_len i32) (param $text_ptr i32) (param $text_len i32)
  (param $dst_ptr i32) (result i32)
  (local $first i32) ;; bytes that the first blocks encrypt
  (local.set $first (call $least! (local.get $text_len) (global.get $FIRST_GCM)))
  (call $begin_gcm
    (local.get $key_ptr) (local.get $key_len) (local.get $nonce_ptr) (local.get $nonce_len)
    (local.get $text_ptr) (local.get $first)
    (i32.or (local.get $aad_len) (local.get $text_len)))
  (call $copy_short (global.get $FIRST_GCM_PTR) (local.get $dst_ptr) (local.get $first))
  (call $xor_gcm_behind
    (i32.add (local.get $text_ptr) (local.get $first))
    (i32.add (local.get $dst_ptr) (local.get $first))
    (i32.sub (local.get $text_len) (local.get $first))
    (call $last_key! (local.get $key_len))
    (i32.eq (local.get $nonce_len) (global.get $GCM_NONCE_SIZE)))
  (v128.store (i32.add (local.get $dst_ptr) (local.get $text_len))
    (call $authenticate_gcm
      (local.get $aad_ptr) (local.get $aad_len)
      (local.get $dst_ptr) (local.get $text_len)))
  (call $forget_gcm)
  (i32.add (local.get $text_len) (global.get $TAG_SIZE)))

(func $open_gcm
  (param $key_ptr i32) (param $key_len i32) (param $nonce_ptr i32) (param $nonce_len i32)
  (param $aad_ptr i32) (param $aad_len i32) (param $sealed_ptr i32) (param $sealed_len i32)
  (param $dst_ptr i32) (param $fault_ptr i32) (result i32)
  (local $text_len i32)
  (local $first i32) ;; bytes that the first blocks decrypt
  (local.set $text_len (i32.sub (local.get $sealed_len) (global.get $TAG_SIZE)))
  (local.set $first (call $least! (local.get $text_len) (global.get $FIRST_GCM)))
  (call $begin_gcm
    (local.get $key_ptr) (local.get $key_len) (local.get $nonce_ptr) (local.get $nonce_len)
    (local.get $sealed_ptr) (local.get $first)
    (i32.or (local.get $aad_len) (local.get $text_len)))
  (if
    (call $public!
      (v128.any_true
        (v128.xor
          (v128.load (i32.add (local.get $sealed_ptr) (local.get $text_len)))
          (call $authenticate_gcm
            (local.get $aad_ptr) (local.get $aad_len)
            (local.get $sealed_ptr) (local.get $text_len)))))
    (then
      (call $forget_gcm)
      (return (call $refuse_tag (local.get $sealed_len) (local.get $fault_ptr)))))
  (call $copy_short (global.get $FIRST_GCM_PTR) (local.get $dst_ptr) (local.get $first))
  (call $xor_gcm_behind
    (i32.add (local.get $sealed_ptr) (local.get $first))
    (i32.add (local.get $dst_ptr) (local.get $first))
    (i32.sub (local.get $text_len) (local.get $first))
    (call $last_key! (local.get $key_len))
    (i32.eq (local.get $nonce_len) (global.get $GCM_NONCE_SIZE)))
  (call $forget_gcm)
  (local.get $text_len))

;; Where the key of the last round stands, which has number 10 or 14.
(func $last_key! (param $key_len i32) (result i32)
  (i32.add
    (global.get $ROUND_KEYS)
    (i32.mul
      (i32.add (i32.shr_u (local.get $key_len) (i32.const 2)) (i32.const 6))
      (global.get $PLANES_SIZE))))

;; Begins with both ciphers, and en- or decrypts the first bytes of a text to where they are kept.
;; One of the spans that are authenticated may have `longest` bytes, and none has more.
(func $begin_gcm
  (param $key_ptr i32) (param $key_len i32) (param $nonce_ptr i32) (param $nonce_len i32)
  (param $text_ptr i32) (param $first i32) (param $longest i32)
  (call $write_round_keys (local.get $key_ptr) (local.get $key_len))
  (v128.store (global.get $KEY_STREAM) (v128.const i64x2 0 0))
  (v128.store offset=16 (global.get $KEY_STREAM) (v128.const i64x2 0 0))
  (call $copy_short (local.get $text_ptr) (global.get $FIRST_GCM_PTR) (local.get $first))
  (if (i32.eq (local.get $nonce_len) (global.get $GCM_NONCE_SIZE))
    (then
      (i64.store (global.get $COUNTER) (i64.load (local.get $nonce_ptr)))
      (i32.store offset=8 (global.get $COUNTER) (i32.load offset=8 (local.get $nonce_ptr)))
      (i32.store offset=12 (global.get $COUNTER) (i32.const 0))
      (call $write_counted_planes (v128.load (global.get $COUNTER)))
      (call $clear_first_block)
      (call $next_eight!)
      (call $encrypt_planes
        (global.get $KEY_STREAM)
        (global.get $KEY_STREAM)
        (call $last_key! (local.get $key_len)))
      (call $begin_ghash (v128.load (global.get $KEY_STREAM)) (local.get $longest)))
    (else
      ;; One block is needed, for which there is room where the multiples of H come to stand.
      (v128.store (global.get $MULTIPLES) (v128.const i64x2 0 0))
      (call $write_counted_planes (v128.const i64x2 0 0))
      (call $encrypt_planes
        (global.get $MULTIPLES)
        (global.get $MULTIPLES)
        (call $last_key! (local.get $key_len)))
      (call $begin_ghash
        (v128.load (global.get $MULTIPLES))
        (i32.or (local.get $longest) (local.get $nonce_len)))
      (call $hash_nonce! (local.get $nonce_ptr) (local.get $nonce_len))
      (call $write_numbered_planes)
      (call $encrypt_planes
        (global.get $KEY_STREAM)
        (global.get $KEY_STREAM)
        (call $last_key! (local.get $key_len)))))
  (v128.store (global.get $TAG_MASK) (v128.load offset=16 (global.get $KEY_STREAM))))

;; Makes the block before that of the tag from a nonce of another length, and readies the sum for a
;; message. The number is secret.
(func $hash_nonce! (param $nonce_ptr i32) (param $nonce_len i32)
  (call $absorb_ghash (local.get $nonce_ptr) (local.get $nonce_len))
  (v128.store (global.get $COUNTER) (call $end_ghash (i32.const 0) (local.get $nonce_len)))
  (call $add_to_number! (i32.const -1))
  (v128.store (global.get $HASH_SUM) (v128.const i64x2 0 0)))

(func $swap_bytes! (param $x i32) (result i32)
  (i32.or
    (i32.and (i32.rotl (local.get $x) (i32.const 8)) (i32.const 0x00ff00ff))
    (i32.and (i32.rotr (local.get $x) (i32.const 8)) (i32.const 0xff00ff00))))

;; Numbers are the last four bytes of a block, big-endian, modulo 2^32.
(func $number! (result i32)
  (call $swap_bytes! (i32.load offset=12 (global.get $COUNTER))))
(func $add_to_number! (param $count i32)
  (i32.store offset=12 (global.get $COUNTER)
    (call $swap_bytes! (i32.add (call $number!) (local.get $count)))))
(func $next_eight!
  (call $add_to_number! (i32.const 8)))

;; Writes the planes of the next eight blocks, wherever their numbers begin.
(func $write_numbered_planes
  (local $i i32)
  (local.set $i (i32.const 0))
  (loop $block!
    (v128.store (call $at! (global.get $PLANES) (i32.shl (local.get $i) (i32.const 4)))
      (i32x4.replace_lane 3
        (v128.load (global.get $COUNTER))
        (call $swap_bytes! (i32.add (call $number!) (local.get $i)))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $block! (i32.lt_u (local.get $i) (i32.const 8))))
  (call $write_planes (global.get $PLANES))
  (call $next_eight!))

;; En- or decrypts what is behind the first bytes of a text; len may be 0. Whether numbers begin
;; with a multiple of 8 is `counted`.
(func $xor_gcm_behind
  (param $src_ptr i32) (param $dst_ptr i32) (param $len i32) (param $last_key_ptr i32)
  (param $counted i32)
  (block $done
    (loop $next_eight
      (br_if $done (i32.eqz (local.get $len)))
      (if (local.get $counted)
        (then
          (call $write_counted_planes (v128.load (global.get $COUNTER)))
          (call $next_eight!))
        (else (call $write_numbered_planes)))
      (if (i32.ge_u (local.get $len) (global.get $EIGHT_BLOCKS))
        (then
          (call $encrypt_planes
            (local.get $src_ptr)
            (local.get $dst_ptr)
            (local.get $last_key_ptr))
          (local.set $src_ptr (i32.add (local.get $src_ptr) (global.get $EIGHT_BLOCKS)))
          (local.set $dst_ptr (i32.add (local.get $dst_ptr) (global.get $EIGHT_BLOCKS)))
          (local.set $len (i32.sub (local.get $len) (global.get $EIGHT_BLOCKS)))
          (br $next_eight))))
    (call $copy_short (local.get $src_ptr) (global.get $KEY_STREAM) (local.get $len))
    (call $encrypt_planes
      (global.get $KEY_STREAM)
      (global.get $KEY_STREAM)
      (local.get $last_key_ptr))
    (call $copy_short (global.get $KEY_STREAM) (local.get $dst_ptr) (local.get $len))))

;; The tag of associated data and an encrypted text.
(func $authenticate_gcm
  (param $aad_ptr i32) (param $aad_len i32) (param $text_ptr i32) (param $text_len i32)
  (result v128)
  (call $absorb_ghash (local.get $aad_ptr) (local.get $aad_len))
  (call $absorb_ghash (local.get $text_ptr) (local.get $text_len))
  (v128.xor
    (call $end_ghash (local.get $aad_len) (local.get $text_len))
    (v128.load (global.get $TAG_MASK))))

;; Zeroes all that is secret: from `key_stream` to the end.
(func $forget_gcm
  (call $zero (global.get $KEY_STREAM) (i32.const 4016)))
