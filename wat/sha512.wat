;;! summary   = "SHA-512 of whole messages, and of messages in pieces"
;;! spec      = "FIPS 180-4"
;;! exports   = ["sha512", "sha512_init", "sha512_update", "sha512_finish"]
;;! fragments = ["lib/address", "lib/copy", "lib/sha512_constants"]
;;! constant_time = true
;;! secret    = true

;; The schedule is made two words at a time in vectors, between the rounds, and stored with its
;; constants added, so that each round finds its word where it needs it.
;;
;; No branch and no address depends on what is in a message, only on its length.
;;
;; The order of the operands matters: wasmtime computes them from left to right, each as far back as
;; it goes.

;; Memory map
;;   offset  length  name       meaning
;;        0     640  constants  u64 a round: K of FIPS 180-4, 4.2.3
;;      640     640  schedule   u64 a round: W + K of that round, right behind the constants
;;     1280      16  unread     what nothing reads
;;     1296      64  chain      chaining words of a message that is whole
;;     1360     256  tail       the padded end of a message
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 1616))

(global $SHA512_STATE_SIZE (export "sha512_state_size") i32 (i32.const 200))

(global $UNREAD   i32 (i32.const 1280))
(global $CHAIN    i32 (i32.const 1296))
(global $TAIL     i32 (i32.const 1360))

;; The state of a message in pieces, which the caller owns.
;;
;; Layout sha512_state
;;   offset  size  field   meaning
;;        0     8  length  u64: how many bytes the message has so far
;;        8   128  buffer  its last length mod 128 bytes
;;      136    64  chain   chaining words over the blocks before them

;; ---- exports

;; void sha512(const u8 *message_ptr, u32 message_len, u8 *dst_ptr)
;;   Writes the 64 bytes of the SHA-512 of [message_ptr, message_ptr+message_len) to dst_ptr.
;;   secret: message
;;   Reads the span, writes the digest and the static region, cannot fail. message_len = 0 gives the
;;   digest of the empty message.
(func $sha512 (export "sha512")
  (param $message_ptr i32) (param $message_len i32) (param $dst_ptr i32)
  (local $blocks i32)
  (call $start! (global.get $CHAIN))
  (local.set $blocks (i32.shr_u (local.get $message_len) (i32.const 7)))
  (if (local.get $blocks)
    (then (call $compress (global.get $CHAIN) (local.get $message_ptr) (local.get $blocks))))
  (call $compress
    (global.get $CHAIN)
    (global.get $TAIL)
    (call $pad
      (i32.add (local.get $message_ptr) (i32.and (local.get $message_len) (i32.const -128)))
      (i32.and (local.get $message_len) (i32.const 127))
      (i64.extend_i32_u (local.get $message_len))))
  (call $write_digest (local.get $dst_ptr) (global.get $CHAIN)))

;; void sha512_init(sha512_state *state_ptr)
;;   Begins a message in pieces. The state has sha512_state_size bytes.
;;   secret: none
;;   Writes the state, cannot fail.
(func $sha512_init (export "sha512_init") (param $state_ptr i32)
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $SHA512_STATE_SIZE))
  (call $start! (i32.add (local.get $state_ptr) (i32.const 136 (;SHA512_STATE.CHAIN;)))))

;; void sha512_update(sha512_state *state_ptr, const u8 *message_ptr, u32 message_len)
;;   Goes on with a message by [message_ptr, message_ptr+message_len).
;;   secret: state.buffer, state.chain, message
;;   Reads the span, writes the state and the static region, cannot fail. message_len = 0 changes
;;   nothing.
(func $sha512_update (export "sha512_update")
  (param $state_ptr i32) (param $message_ptr i32) (param $message_len i32)
  (local $buffered i32) ;; bytes in the buffer
  (local $taken i32)    ;; bytes that go there first
  (local $blocks i32)
  (if (i32.eqz (local.get $message_len)) (then (return)))
  (local.set $buffered
    (i32.and (i32.load offset=0 (;LENGTH;) (local.get $state_ptr)) (i32.const 127)))
  (i64.store offset=0 (;LENGTH;) (local.get $state_ptr)
    (i64.add
      (i64.load offset=0 (;LENGTH;) (local.get $state_ptr))
      (i64.extend_i32_u (local.get $message_len))))
  (if (local.get $buffered)
    (then
      (local.set $taken (i32.sub (i32.const 128) (local.get $buffered)))
      (if (i32.gt_u (local.get $taken) (local.get $message_len))
        (then (local.set $taken (local.get $message_len))))
      (call $copy
        (i32.add
          (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
          (local.get $buffered))
        (local.get $message_ptr)
        (local.get $taken))
      (if (i32.lt_u (i32.add (local.get $buffered) (local.get $taken)) (i32.const 128))
        (then (return)))
      (call $compress
        (i32.add (local.get $state_ptr) (i32.const 136 (;SHA512_STATE.CHAIN;)))
        (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
        (i32.const 1))
      (local.set $message_ptr (i32.add (local.get $message_ptr) (local.get $taken)))
      (local.set $message_len (i32.sub (local.get $message_len) (local.get $taken)))))
  (local.set $blocks (i32.shr_u (local.get $message_len) (i32.const 7)))
  (if (local.get $blocks)
    (then
      (call $compress
        (i32.add (local.get $state_ptr) (i32.const 136 (;SHA512_STATE.CHAIN;)))
        (local.get $message_ptr)
        (local.get $blocks))))
  (call $copy
    (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
    (i32.add (local.get $message_ptr) (i32.and (local.get $message_len) (i32.const -128)))
    (i32.and (local.get $message_len) (i32.const 127))))

;; void sha512_finish(sha512_state *state_ptr, u8 *dst_ptr)
;;   Ends a message: writes the 64 bytes of its digest to dst_ptr, and zeroes the state.
;;   secret: state.buffer, state.chain
;;   Writes the static region too, cannot fail.
(func $sha512_finish (export "sha512_finish") (param $state_ptr i32) (param $dst_ptr i32)
  (local $chain_ptr i32)
  (local $length i64)
  (local.set $chain_ptr
    (i32.add (local.get $state_ptr) (i32.const 136 (;SHA512_STATE.CHAIN;))))
  (local.set $length (i64.load offset=0 (;LENGTH;) (local.get $state_ptr)))
  (call $compress
    (local.get $chain_ptr)
    (global.get $TAIL)
    (call $pad
      (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
      (i32.and (i32.wrap_i64 (local.get $length)) (i32.const 127))
      (local.get $length)))
  (call $write_digest (local.get $dst_ptr) (local.get $chain_ptr))
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $SHA512_STATE_SIZE)))

;; ---- the ends of a message

;; The first 64 bits of the fractional parts of the square roots of the first eight primes.
(func $start! (param $chain_ptr i32)
  (i64.store (local.get $chain_ptr) (i64.const 0x6a09e667f3bcc908))
  (i64.store offset=8 (local.get $chain_ptr) (i64.const 0xbb67ae8584caa73b))
  (i64.store offset=16 (local.get $chain_ptr) (i64.const 0x3c6ef372fe94f82b))
  (i64.store offset=24 (local.get $chain_ptr) (i64.const 0xa54ff53a5f1d36f1))
  (i64.store offset=32 (local.get $chain_ptr) (i64.const 0x510e527fade682d1))
  (i64.store offset=40 (local.get $chain_ptr) (i64.const 0x9b05688c2b3e6c1f))
  (i64.store offset=48 (local.get $chain_ptr) (i64.const 0x1f83d9abfb41bd6b))
  (i64.store offset=56 (local.get $chain_ptr) (i64.const 0x5be0cd19137e2179)))

;; Two words in the other byte order
(func $swap_bytes_x2! (param $x v128) (result v128)
  (i8x16.shuffle 7 6 5 4 3 2 1 0 15 14 13 12 11 10 9 8 (local.get $x) (local.get $x)))

;; Writes the padded end of a message of `total` bytes, whose last rest_len bytes, fewer than 128,
;; fill no block, to `tail`. Returns how many blocks that makes: 1 or 2.
(func $pad (param $rest_ptr i32) (param $rest_len i32) (param $total i64) (result i32)
  (local $blocks i32)
  (local $i i32)
  (local.set $i (i32.const 0))
  (loop $next_32!
    (v128.store (call $at! (global.get $TAIL) (local.get $i)) (v128.const i64x2 0 0))
    (v128.store offset=16 (call $at! (global.get $TAIL) (local.get $i)) (v128.const i64x2 0 0))
    (local.set $i (i32.add (local.get $i) (i32.const 32)))
    (br_if $next_32! (i32.lt_u (local.get $i) (i32.const 256))))
  (call $copy (global.get $TAIL) (local.get $rest_ptr) (local.get $rest_len))
  (i32.store8 (i32.add (global.get $TAIL) (local.get $rest_len)) (i32.const 0x80))
  ;; The mark and the length, which has sixteen bytes, need seventeen behind the rest.
  (local.set $blocks (i32.add (i32.gt_u (local.get $rest_len) (i32.const 111)) (i32.const 1)))
  (v128.store
    (i32.sub
      (i32.add (global.get $TAIL) (i32.shl (local.get $blocks) (i32.const 7)))
      (i32.const 16))
    (call $swap_bytes_x2!
      (i64x2.replace_lane 1
        (i64x2.splat (i64.shr_u (local.get $total) (i64.const 61)))
        (i64.shl (local.get $total) (i64.const 3)))))
  (local.get $blocks))

;; Writes chaining words as a digest, which is big-endian.
(func $write_digest (param $dst_ptr i32) (param $chain_ptr i32)
  (local $i i32)
  (local.set $i (i32.const 0))
  (loop $next_16!
    (v128.store (call $at! (local.get $dst_ptr) (local.get $i))
      (call $swap_bytes_x2! (v128.load (call $at! (local.get $chain_ptr) (local.get $i)))))
    (local.set $i (i32.add (local.get $i) (i32.const 16)))
    (br_if $next_16! (i32.lt_u (local.get $i) (i32.const 64)))))

;; ---- the message schedule

;; The second word of a vector, and the first of the next
(func $last_and_next! (param $words v128) (param $next v128) (result v128)
  (i8x16.shuffle 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23
    (local.get $words) (local.get $next)))

;; Two words of the schedule from the sixteen before them, in vectors of two:
;; W[t] = sigma1(W[t-2]) + W[t-7] + sigma0(W[t-15]) + W[t-16]
;; sigma0 = rotr(x,1) ^ rotr(x,8) ^ (x >> 7)   sigma1 = rotr(x,19) ^ rotr(x,61) ^ (x >> 6)
(func $extend_2!
  (param $w_16 v128) (param $w_14 v128) (param $w_8 v128) (param $w_6 v128) (param $w_2 v128)
  (result v128)
  (local $w_15 v128)
  (local.set $w_15 (call $last_and_next! (local.get $w_16) (local.get $w_14)))
  (i64x2.add
    (i64x2.add
      (i64x2.add
        (local.get $w_16)
        (call $last_and_next! (local.get $w_8) (local.get $w_6)))
      (v128.xor
        (v128.xor
          (v128.xor
            (i64x2.shr_u (local.get $w_15) (i32.const 1))
            (i64x2.shl (local.get $w_15) (i32.const 63)))
          (i8x16.shuffle 1 2 3 4 5 6 7 0 9 10 11 12 13 14 15 8
            (local.get $w_15) (local.get $w_15)))
        (i64x2.shr_u (local.get $w_15) (i32.const 7))))
    (v128.xor
      (v128.xor
        (v128.xor
          (i64x2.shr_u (local.get $w_2) (i32.const 19))
          (i64x2.shl (local.get $w_2) (i32.const 45)))
        (v128.xor
          (i64x2.shr_u (local.get $w_2) (i32.const 61))
          (i64x2.shl (local.get $w_2) (i32.const 3))))
      (i64x2.shr_u (local.get $w_2) (i32.const 6)))))

;; Stores two words with their constants, of the sixteen rounds from constant_ptr on.
(func $store_words! (param $constant_ptr i32) (param $offset i32) (param $words v128)
  (v128.store offset=640 (call $at! (local.get $constant_ptr) (local.get $offset))
    (i64x2.add
      (local.get $words)
      (v128.load (call $at! (local.get $constant_ptr) (local.get $offset))))))

;; ---- the rounds

;; e' = d + h + Sigma1(e) + Ch(e,f,g) + K + W
;; Sigma1 = rotr(e,14) ^ rotr(e,18) ^ rotr(e,41)   Ch = g ^ (e & (f ^ g))
(func $next_e!
  (param $d i64) (param $e i64) (param $f i64) (param $g i64) (param $h i64)
  (param $word i64) (result i64)
  (i64.add
    (i64.add
      (i64.add (local.get $d) (i64.add (local.get $h) (local.get $word)))
      (i64.xor
        (i64.and (i64.xor (local.get $f) (local.get $g)) (local.get $e))
        (local.get $g)))
    (i64.xor
      (i64.xor
        (i64.rotr (local.get $e) (i64.const 14))
        (i64.rotr (local.get $e) (i64.const 18)))
      (i64.rotr (local.get $e) (i64.const 41)))))

;; a' = e' - d + Sigma0(a) + Maj(a,b,c)
;; Sigma0 = rotr(a,28) ^ rotr(a,34) ^ rotr(a,39)   Maj = b ^ ((a ^ b) & (b ^ c))
;; a_b is a ^ b, which is the next round's b_c.
(func $next_a!
  (param $next_e i64) (param $d i64) (param $a i64) (param $b i64)
  (param $a_b i64) (param $b_c i64) (result i64)
  (i64.add
    (i64.add
      (i64.sub (local.get $next_e) (local.get $d))
      (i64.xor
        (i64.and (local.get $b_c) (local.get $a_b))
        (local.get $b)))
    (i64.xor
      (i64.xor
        (i64.rotr (local.get $a) (i64.const 28))
        (i64.rotr (local.get $a) (i64.const 34)))
      (i64.rotr (local.get $a) (i64.const 39)))))

;; One round: e' and a', of which one becomes the next e and the other the next a. It writes a',
;; which nothing reads, to keep it where it is, as in sha256.
(func $round!
  (param $a i64) (param $b i64) (param $c i64) (param $d i64)
  (param $e i64) (param $f i64) (param $g i64) (param $h i64)
  (param $word i64) ;; W + K
  (result i64 i64)
  (local $next_e i64)
  (local $next_a i64)
  (local.set $next_e
    (call $next_e!
      (local.get $d) (local.get $e) (local.get $f) (local.get $g) (local.get $h)
      (local.get $word)))
  (local.set $next_a
    (call $next_a! (local.get $next_e) (local.get $d) (local.get $a) (local.get $b)
      (i64.xor (local.get $a) (local.get $b))
      (i64.xor (local.get $b) (local.get $c))))
  (i64.store (global.get $UNREAD) (local.get $next_a))
  (local.get $next_e)
  (local.get $next_a))

;; Two rounds, whose words are at constant_ptr + offset in the schedule: h, d, g and c after them.
(func $two_rounds!
  (param $a i64) (param $b i64) (param $c i64) (param $d i64)
  (param $e i64) (param $f i64) (param $g i64) (param $h i64)
  (param $constant_ptr i32) (param $offset i32)
  (result i64 i64 i64 i64)
  (call $round!
    (local.get $a) (local.get $b) (local.get $c) (local.get $d)
    (local.get $e) (local.get $f) (local.get $g) (local.get $h)
    (i64.load offset=640 (call $at! (local.get $constant_ptr) (local.get $offset))))
  (local.set $h)
  (local.set $d)
  (call $round!
    (local.get $h) (local.get $a) (local.get $b) (local.get $c)
    (local.get $d) (local.get $e) (local.get $f) (local.get $g)
    (i64.load offset=648 (call $at! (local.get $constant_ptr) (local.get $offset))))
  (local.set $g)
  (local.set $c)
  (local.get $h)
  (local.get $d)
  (local.get $g)
  (local.get $c))

;; Puts `count` blocks, at least one, from `ptr` on into a chain. The schedule is sixteen words
;; ahead of the rounds. The names of the words come round after eight rounds, those of the schedule
;; after sixteen.
(func $compress (param $chain_ptr i32) (param $ptr i32) (param $count i32)
  (local $a i64)
  (local $b i64)
  (local $c i64)
  (local $d i64)
  (local $e i64)
  (local $f i64)
  (local $g i64)
  (local $h i64)
  (local $constant_ptr i32) ;; of the next sixteen rounds; W + K of them stand behind all constants
  (local $half i32)         ;; the bytes of the first eight of them, when they are done
  (local $w0 v128) ;; the last sixteen words of the schedule
  (local $w1 v128)
  (local $w2 v128)
  (local $w3 v128)
  (local $w4 v128)
  (local $w5 v128)
  (local $w6 v128)
  (local $w7 v128)
  (loop $next_block
    (local.set $w0 (call $swap_bytes_x2! (v128.load (local.get $ptr))))
    (call $store_words! (i32.const 0) (i32.const 0) (local.get $w0))
    (local.set $w1 (call $swap_bytes_x2! (v128.load offset=16 (local.get $ptr))))
    (call $store_words! (i32.const 0) (i32.const 16) (local.get $w1))
    (local.set $w2 (call $swap_bytes_x2! (v128.load offset=32 (local.get $ptr))))
    (call $store_words! (i32.const 0) (i32.const 32) (local.get $w2))
    (local.set $w3 (call $swap_bytes_x2! (v128.load offset=48 (local.get $ptr))))
    (call $store_words! (i32.const 0) (i32.const 48) (local.get $w3))
    (local.set $w4 (call $swap_bytes_x2! (v128.load offset=64 (local.get $ptr))))
    (call $store_words! (i32.const 0) (i32.const 64) (local.get $w4))
    (local.set $w5 (call $swap_bytes_x2! (v128.load offset=80 (local.get $ptr))))
    (call $store_words! (i32.const 0) (i32.const 80) (local.get $w5))
    (local.set $w6 (call $swap_bytes_x2! (v128.load offset=96 (local.get $ptr))))
    (call $store_words! (i32.const 0) (i32.const 96) (local.get $w6))
    (local.set $w7 (call $swap_bytes_x2! (v128.load offset=112 (local.get $ptr))))
    (call $store_words! (i32.const 0) (i32.const 112) (local.get $w7))
    (local.set $a (i64.load (local.get $chain_ptr)))
    (local.set $b (i64.load offset=8 (local.get $chain_ptr)))
    (local.set $c (i64.load offset=16 (local.get $chain_ptr)))
    (local.set $d (i64.load offset=24 (local.get $chain_ptr)))
    (local.set $e (i64.load offset=32 (local.get $chain_ptr)))
    (local.set $f (i64.load offset=40 (local.get $chain_ptr)))
    (local.set $g (i64.load offset=48 (local.get $chain_ptr)))
    (local.set $h (i64.load offset=56 (local.get $chain_ptr)))
    (local.set $constant_ptr (i32.const 0))
    (loop $next_16
      (local.set $w0
        (call $extend_2!
          (local.get $w0) (local.get $w1) (local.get $w4) (local.get $w5) (local.get $w7)))
      (call $store_words!
        (local.get $constant_ptr) (i32.const 128) (local.get $w0))
      (call $two_rounds!
        (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (local.get $e) (local.get $f) (local.get $g) (local.get $h)
        (local.get $constant_ptr) (i32.const 0))
      (local.set $c)
      (local.set $g)
      (local.set $d)
      (local.set $h)
      (local.set $w1
        (call $extend_2!
          (local.get $w1) (local.get $w2) (local.get $w5) (local.get $w6) (local.get $w0)))
      (call $store_words!
        (local.get $constant_ptr) (i32.const 144) (local.get $w1))
      (call $two_rounds!
        (local.get $g) (local.get $h) (local.get $a) (local.get $b)
        (local.get $c) (local.get $d) (local.get $e) (local.get $f)
        (local.get $constant_ptr) (i32.const 16))
      (local.set $a)
      (local.set $e)
      (local.set $b)
      (local.set $f)
      (local.set $w2
        (call $extend_2!
          (local.get $w2) (local.get $w3) (local.get $w6) (local.get $w7) (local.get $w1)))
      (call $store_words!
        (local.get $constant_ptr) (i32.const 160) (local.get $w2))
      (call $two_rounds!
        (local.get $e) (local.get $f) (local.get $g) (local.get $h)
        (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (local.get $constant_ptr) (i32.const 32))
      (local.set $g)
      (local.set $c)
      (local.set $h)
      (local.set $d)
      (local.set $w3
        (call $extend_2!
          (local.get $w3) (local.get $w4) (local.get $w7) (local.get $w0) (local.get $w2)))
      (call $store_words!
        (local.get $constant_ptr) (i32.const 176) (local.get $w3))
      (call $two_rounds!
        (local.get $c) (local.get $d) (local.get $e) (local.get $f)
        (local.get $g) (local.get $h) (local.get $a) (local.get $b)
        (local.get $constant_ptr) (i32.const 48))
      (local.set $e)
      (local.set $a)
      (local.set $f)
      (local.set $b)
      (local.set $w4
        (call $extend_2!
          (local.get $w4) (local.get $w5) (local.get $w0) (local.get $w1) (local.get $w3)))
      (call $store_words!
        (local.get $constant_ptr) (i32.const 192) (local.get $w4))
      (call $two_rounds!
        (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (local.get $e) (local.get $f) (local.get $g) (local.get $h)
        (local.get $constant_ptr) (i32.const 64))
      (local.set $c)
      (local.set $g)
      (local.set $d)
      (local.set $h)
      (local.set $w5
        (call $extend_2!
          (local.get $w5) (local.get $w6) (local.get $w1) (local.get $w2) (local.get $w4)))
      (call $store_words!
        (local.get $constant_ptr) (i32.const 208) (local.get $w5))
      (call $two_rounds!
        (local.get $g) (local.get $h) (local.get $a) (local.get $b)
        (local.get $c) (local.get $d) (local.get $e) (local.get $f)
        (local.get $constant_ptr) (i32.const 80))
      (local.set $a)
      (local.set $e)
      (local.set $b)
      (local.set $f)
      (local.set $w6
        (call $extend_2!
          (local.get $w6) (local.get $w7) (local.get $w2) (local.get $w3) (local.get $w5)))
      (call $store_words!
        (local.get $constant_ptr) (i32.const 224) (local.get $w6))
      (call $two_rounds!
        (local.get $e) (local.get $f) (local.get $g) (local.get $h)
        (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (local.get $constant_ptr) (i32.const 96))
      (local.set $g)
      (local.set $c)
      (local.set $h)
      (local.set $d)
      (local.set $w7
        (call $extend_2!
          (local.get $w7) (local.get $w0) (local.get $w3) (local.get $w4) (local.get $w6)))
      (call $store_words!
        (local.get $constant_ptr) (i32.const 240) (local.get $w7))
      (call $two_rounds!
        (local.get $c) (local.get $d) (local.get $e) (local.get $f)
        (local.get $g) (local.get $h) (local.get $a) (local.get $b)
        (local.get $constant_ptr) (i32.const 112))
      (local.set $e)
      (local.set $a)
      (local.set $f)
      (local.set $b)
      (local.set $constant_ptr (i32.add (local.get $constant_ptr) (i32.const 128)))
      (br_if $next_16 (i32.ne (local.get $constant_ptr) (i32.const 512))))
    (local.set $half (i32.const 0))
    (loop $half!
      (call $two_rounds!
        (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (local.get $e) (local.get $f) (local.get $g) (local.get $h)
        (local.get $constant_ptr) (local.get $half))
      (local.set $c)
      (local.set $g)
      (local.set $d)
      (local.set $h)
      (call $two_rounds!
        (local.get $g) (local.get $h) (local.get $a) (local.get $b)
        (local.get $c) (local.get $d) (local.get $e) (local.get $f)
        (local.get $constant_ptr) (i32.add (local.get $half) (i32.const 16)))
      (local.set $a)
      (local.set $e)
      (local.set $b)
      (local.set $f)
      (call $two_rounds!
        (local.get $e) (local.get $f) (local.get $g) (local.get $h)
        (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (local.get $constant_ptr) (i32.add (local.get $half) (i32.const 32)))
      (local.set $g)
      (local.set $c)
      (local.set $h)
      (local.set $d)
      (call $two_rounds!
        (local.get $c) (local.get $d) (local.get $e) (local.get $f)
        (local.get $g) (local.get $h) (local.get $a) (local.get $b)
        (local.get $constant_ptr) (i32.add (local.get $half) (i32.const 48)))
      (local.set $e)
      (local.set $a)
      (local.set $f)
      (local.set $b)
      (local.set $half (i32.add (local.get $half) (i32.const 64)))
      (br_if $half! (i32.lt_u (local.get $half) (i32.const 128))))
    (i64.store (local.get $chain_ptr)
      (i64.add (local.get $a) (i64.load (local.get $chain_ptr))))
    (i64.store offset=8 (local.get $chain_ptr)
      (i64.add (local.get $b) (i64.load offset=8 (local.get $chain_ptr))))
    (i64.store offset=16 (local.get $chain_ptr)
      (i64.add (local.get $c) (i64.load offset=16 (local.get $chain_ptr))))
    (i64.store offset=24 (local.get $chain_ptr)
      (i64.add (local.get $d) (i64.load offset=24 (local.get $chain_ptr))))
    (i64.store offset=32 (local.get $chain_ptr)
      (i64.add (local.get $e) (i64.load offset=32 (local.get $chain_ptr))))
    (i64.store offset=40 (local.get $chain_ptr)
      (i64.add (local.get $f) (i64.load offset=40 (local.get $chain_ptr))))
    (i64.store offset=48 (local.get $chain_ptr)
      (i64.add (local.get $g) (i64.load offset=48 (local.get $chain_ptr))))
    (i64.store offset=56 (local.get $chain_ptr)
      (i64.add (local.get $h) (i64.load offset=56 (local.get $chain_ptr))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 128)))
    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
    (br_if $next_block (local.get $count))))
