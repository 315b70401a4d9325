;; ---- PBKDF2 with HMAC-SHA-256 (RFC 8018, 5.2)

;; Each output is the xor of as many HMACs as there are iterations: the first is of the salt and of
;; the output's number, every other of the one before. All of them have the password as their key,
;; whose two chains are made once, so that an iteration is two blocks. A block is a digest, which
;; is not taken out of the registers, and an end that is always the same.
;;
;; Where several outputs are asked for, four of them are made side by side in the lanes of vectors.
;; That is as fast for two as one after the other, and no slower for one more.

(global $MOST_ITERATIONS i32 (i32.const 10000000))

;; From so many bytes on four outputs are made at a time.
(global $FROM_LANES i32 (i32.const 33))

;; i32 pbkdf2_sha256(const u8 *password_ptr, u32 password_len, const u8 *salt_ptr, u32 salt_len,
;;     u32 iterations, u8 *dst_ptr, u32 dst_len, fault *fault_ptr)
;;   Fills [dst_ptr, dst_ptr+dst_len) with what a password and a salt make in so many iterations,
;;   which are there to take long. Whoever asks for less gets the beginning of the same.
;;   secret: password
;;   Reads both spans, writes the output and the static region, which it zeroes. Returns dst_len; -3
;;   where there are no iterations, -6 where there are more than 10,000,000, or dst_len is more than
;;   2^31 - 1. These come with a fault without a place, of the enumeration `kdf_fault`.
;;   dst_len = 0 writes nothing, password_len = 0 is the empty password, salt_len = 0 no salt.
(func $pbkdf2_sha256 (export "pbkdf2_sha256")
  (param $password_ptr i32) (param $password_len i32) (param $salt_ptr i32) (param $salt_len i32)
  (param $iterations i32) (param $dst_ptr i32) (param $dst_len i32) (param $fault_ptr i32)
  (result i32)
  (local $number i32) ;; of the output that comes next
  (local $left i32)   ;; bytes that are still to be written
  (local $taken i32)  ;; those of them that come next
  (if (i32.eqz (local.get $iterations))
    (then
      (call $refuse!
        (local.get $fault_ptr)
        (i32.const 0)
        (i32.const 0)
        (global.get $KDF_FAULT_ITERATIONS))
      (return (global.get $MALFORMED))))
  (if (i32.gt_u (local.get $iterations) (global.get $MOST_ITERATIONS))
    (then
      (call $refuse!
        (local.get $fault_ptr)
        (i32.const 0)
        (i32.const 0)
        (global.get $KDF_FAULT_ITERATIONS))
      (return (global.get $TOO_LARGE))))
  (if (i32.lt_s (local.get $dst_len) (i32.const 0))
    (then
      (call $refuse!
        (local.get $fault_ptr)
        (i32.const 0)
        (i32.const 0)
        (global.get $KDF_FAULT_LONG))
      (return (global.get $TOO_LARGE))))
  (if (i32.eqz (local.get $dst_len)) (then (return (i32.const 0))))
  (call $begin_hmac
    (global.get $KEYED)
    (local.get $password_ptr)
    (local.get $password_len))
  (call $spread_keys)
  (local.set $left (local.get $dst_len))
  (local.set $number (i32.const 1))
  (loop $next_outputs
    (if (i32.lt_u (local.get $left) (global.get $FROM_LANES))
      (then
        (local.set $taken (local.get $left))
        (call $first_hmac (local.get $salt_ptr) (local.get $salt_len) (local.get $number))
        (call $iterate (i32.sub (local.get $iterations) (i32.const 1)))
        (call $copy_short (local.get $dst_ptr) (global.get $OUTPUT) (local.get $taken)))
      (else
        (local.set $taken (call $least! (local.get $left) (i32.const 128)))
        (call $first_hmacs (local.get $salt_ptr) (local.get $salt_len) (local.get $number))
        (call $iterate_lanes (i32.sub (local.get $iterations) (i32.const 1)))
        (call $write_lanes (local.get $dst_ptr) (local.get $taken))))
    (local.set $number (i32.add (local.get $number) (i32.const 4)))
    (local.set $dst_ptr (i32.add (local.get $dst_ptr) (local.get $taken)))
    (local.set $left (i32.sub (local.get $left) (local.get $taken)))
    (br_if $next_outputs (local.get $left)))
  (call $forget)
  (call $forget_lanes)
  (local.get $dst_len))

;; Writes the first HMAC of an output to `output`: that of the salt and of its number, big-endian.
(func $first_hmac (param $salt_ptr i32) (param $salt_len i32) (param $number i32)
  (call $begin_keyed)
  (call $absorb (global.get $HMAC) (local.get $salt_ptr) (local.get $salt_len))
  (i32.store (global.get $COUNTER) (call $swap_bytes! (local.get $number)))
  (call $absorb (global.get $HMAC) (global.get $COUNTER) (i32.const 4))
  (call $end_hmac (global.get $HMAC) (global.get $OUTPUT)))

;; The end of each block, behind a digest: the mark, zeros, and the length of a block and a digest,
;; in bits.
(func $end_mark! (result v128)
  (v128.const i32x4 0x80000000 0 0 0))
(func $end_length! (result v128)
  (v128.const i32x4 0 0 0 768))

;; Makes of the first HMAC in `output` the xor of it and of as many more.
(func $iterate (param $count i32)
  (local $low v128)  ;; words of the last digest
  (local $high v128)
  (local $low_sum v128) ;; the xor of the HMACs
  (local $high_sum v128)
  (local $chain_ptr i32)
  (local $a i32)
  (local $b i32)
  (local $c i32)
  (local $d i32)
  (local $e i32)
  (local $f i32)
  (local $g i32)
  (local $h i32)
  (local.set $low (call $load_words! (global.get $OUTPUT)))
  (local.set $high (call $load_words! (i32.add (global.get $OUTPUT) (i32.const 16))))
  (local.set $low_sum (local.get $low))
  (local.set $high_sum (local.get $high))
  ;; Nothing writes this part of the schedule again.
  (call $begin_schedule! (i32.const 32) (call $end_mark!))
  (call $begin_schedule! (i32.const 48) (call $end_length!))
  (block $done
    (br_if $done (i32.eqz (local.get $count)))
    (loop $next_hmac
      (local.set $chain_ptr (i32.add (global.get $KEYED) (i32.const 72 (;STATE.CHAIN;))))
      (loop $next_digest
        (call $begin_schedule! (i32.const 0) (local.get $low))
        (call $begin_schedule! (i32.const 16) (local.get $high))
        (call $rounds!
          (local.get $chain_ptr)
          (local.get $low) (local.get $high) (call $end_mark!) (call $end_length!))
        (local.set $h)
        (local.set $g)
        (local.set $f)
        (local.set $e)
        (local.set $d)
        (local.set $c)
        (local.set $b)
        (local.set $a)
        (local.set $low
          (i32x4.add
            (call $words!
              (local.get $a) (local.get $b) (local.get $c) (local.get $d))
            (v128.load (local.get $chain_ptr))))
        (local.set $high
          (i32x4.add
            (call $words!
              (local.get $e) (local.get $f) (local.get $g) (local.get $h))
            (v128.load offset=16 (local.get $chain_ptr))))
        (local.set $chain_ptr (i32.add (local.get $chain_ptr) (i32.const 32)))
        (br_if $next_digest
          (i32.ne
            (local.get $chain_ptr)
            (i32.add (global.get $KEYED) (i32.const 136)))))
      (local.set $low_sum (v128.xor (local.get $low_sum) (local.get $low)))
      (local.set $high_sum (v128.xor (local.get $high_sum) (local.get $high)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $next_hmac (local.get $count))))
  (v128.store (global.get $OUTPUT) (call $swap_bytes_x4! (local.get $low_sum)))
  (v128.store offset=16 (global.get $OUTPUT) (call $swap_bytes_x4! (local.get $high_sum))))

;; Four words as a vector.
(func $words! (param $a i32) (param $b i32) (param $c i32) (param $d i32) (result v128)
  (i32x4.replace_lane 3
    (i32x4.replace_lane 2
      (i32x4.replace_lane 1 (i32x4.splat (local.get $a)) (local.get $b))
      (local.get $c))
    (local.get $d)))

;; Writes the chains of `keyed` to `lane_keys`, each of their words to all lanes.
(func $spread_keys
  (local $offset i32) ;; of a word
  (local.set $offset (i32.const 0))
  (loop $next_word
    (v128.store
      (i32.add (global.get $LANE_KEYS) (i32.shl (local.get $offset) (i32.const 2)))
      (v128.load32_splat offset=72 (;STATE.CHAIN;)
        (i32.add (global.get $KEYED) (local.get $offset))))
    (local.set $offset (i32.add (local.get $offset) (i32.const 4)))
    (br_if $next_word (i32.lt_u (local.get $offset) (i32.const 64)))))

;; Writes the first HMACs of four outputs to `lane_digests`, and to `lane_sums`.
(func $first_hmacs (param $salt_ptr i32) (param $salt_len i32) (param $number i32)
  (local $lane i32)   ;; four times its number
  (local $offset i32) ;; of a word
  (local.set $lane (i32.const 0))
  (loop $next_lane
    (call $first_hmac (local.get $salt_ptr) (local.get $salt_len) (local.get $number))
    (local.set $offset (i32.const 0))
    (loop $next_word
      (i32.store
        (call $lane_word! (global.get $LANE_DIGESTS) (local.get $lane) (local.get $offset))
        (call $swap_bytes!
          (i32.load (i32.add (global.get $OUTPUT) (local.get $offset)))))
      (local.set $offset (i32.add (local.get $offset) (i32.const 4)))
      (br_if $next_word (i32.lt_u (local.get $offset) (i32.const 32))))
    (local.set $number (i32.add (local.get $number) (i32.const 1)))
    (local.set $lane (i32.add (local.get $lane) (i32.const 4)))
    (br_if $next_lane (i32.lt_u (local.get $lane) (i32.const 16))))
  (local.set $offset (i32.const 0))
  (loop $vector!
    (v128.store
      (call $at! (global.get $LANE_SUMS) (local.get $offset))
      (v128.load (call $at! (global.get $LANE_DIGESTS) (local.get $offset))))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $vector! (i32.lt_u (local.get $offset) (i32.const 128)))))

;; The address of a word in a lane; both are counted in bytes of words.
(func $lane_word! (param $lanes_ptr i32) (param $lane i32) (param $offset i32) (result i32)
  (i32.add
    (i32.add (local.get $lanes_ptr) (local.get $lane))
    (i32.shl (local.get $offset) (i32.const 2))))

;; Makes of the first HMACs in `lane_sums` the xors of them and of as many more.
(func $iterate_lanes (param $count i32)
  (local $offset i32)
  (block $done
    (br_if $done (i32.eqz (local.get $count)))
    (loop $next_hmac
      (call $compress_digests (global.get $LANE_KEYS))
      (call $compress_digests (i32.add (global.get $LANE_KEYS) (i32.const 128)))
      (local.set $offset (i32.const 0))
      (loop $vector!
        (v128.store
          (call $at! (global.get $LANE_SUMS) (local.get $offset))
          (v128.xor
            (v128.load (call $at! (global.get $LANE_SUMS) (local.get $offset)))
            (v128.load (call $at! (global.get $LANE_DIGESTS) (local.get $offset)))))
        (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
        (br_if $vector! (i32.lt_u (local.get $offset) (i32.const 128))))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $next_hmac (local.get $count)))))

;; Makes of the digests in `lane_digests` the next ones, on top of four chains over the key.
(func $compress_digests (param $chains_ptr i32)
  (call $write_schedule!
    (v128.load (global.get $LANE_DIGESTS))
    (v128.load offset=16 (global.get $LANE_DIGESTS))
    (v128.load offset=32 (global.get $LANE_DIGESTS))
    (v128.load offset=48 (global.get $LANE_DIGESTS))
    (v128.load offset=64 (global.get $LANE_DIGESTS))
    (v128.load offset=80 (global.get $LANE_DIGESTS))
    (v128.load offset=96 (global.get $LANE_DIGESTS))
    (v128.load offset=112 (global.get $LANE_DIGESTS))
    (v128.const i32x4 0x80000000 0x80000000 0x80000000 0x80000000)
    (v128.const i64x2 0 0)
    (v128.const i64x2 0 0)
    (v128.const i64x2 0 0)
    (v128.const i64x2 0 0)
    (v128.const i64x2 0 0)
    (v128.const i64x2 0 0)
    (v128.const i32x4 768 768 768 768))
  (call $rounds_x4! (local.get $chains_ptr) (global.get $LANE_DIGESTS)))

;; Writes the outputs in `lane_sums`, one after the other, as many bytes as there is room for.
(func $write_lanes (param $dst_ptr i32) (param $left i32)
  (local $lane i32)   ;; four times its number
  (local $offset i32) ;; of a word
  (local $taken i32)
  (loop $next_lane
    (local.set $offset (i32.const 0))
    (loop $next_word
      (i32.store
        (i32.add (global.get $OUTPUT) (local.get $offset))
        (call $swap_bytes!
          (i32.load
            (call $lane_word! (global.get $LANE_SUMS) (local.get $lane) (local.get $offset)))))
      (local.set $offset (i32.add (local.get $offset) (i32.const 4)))
      (br_if $next_word (i32.lt_u (local.get $offset) (i32.const 32))))
    (local.set $taken (call $least! (local.get $left) (i32.const 32)))
    (call $copy_short (local.get $dst_ptr) (global.get $OUTPUT) (local.get $taken))
    (local.set $dst_ptr (i32.add (local.get $dst_ptr) (local.get $taken)))
    (local.set $left (i32.sub (local.get $left) (local.get $taken)))
    (local.set $lane (i32.add (local.get $lane) (i32.const 4)))
    (br_if $next_lane (local.get $left))))

;; Zeroes all that is secret where four outputs are made: the schedule behind that of one message,
;; and from `lane_keys` to `lane_sums`.
(func $forget_lanes
  (local $offset i32)
  (local.set $offset (i32.const 0))
  (loop $vector!
    (v128.store
      (call $at! (i32.add (global.get $SCHEDULE) (i32.const 256)) (local.get $offset))
      (v128.const i64x2 0 0))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $vector! (i32.lt_u (local.get $offset) (i32.const 768))))
  (local.set $offset (i32.const 0))
  (loop $vector!
    (v128.store
      (call $at! (global.get $LANE_KEYS) (local.get $offset))
      (v128.const i64x2 0 0))
    (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
    (br_if $vector! (i32.lt_u (local.get $offset) (i32.const 512)))))
