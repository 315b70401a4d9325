;;! summary   = "MD5 of whole messages, of messages in pieces, and of many messages at a time"
;;! spec      = "RFC 1321"
;;! exports   = ["md5", "md5_init", "md5_update", "md5_finish", "md5_batch"]
;;! fragments = [
;;!   "lib/address", "lib/md5_constants", "lib/digest", "lib/digest_batch",
;;! ]

;; MD5 is broken: anyone can make two messages with the same digest. It is here for checksums that
;; others have written down, and for nothing that an adversary has a hand in.
;;
;; Each step waits for the one before, so the chain from step to step is kept short: what does not
;; depend on the last result is added up beside it. Four messages side by side in the lanes of
;; vectors fill the gaps that this leaves.

;; Memory map
;;   offset  length  name         meaning
;;        0     256  constants    u32 a step: T of RFC 1321, 3.4; for the lanes, as the
;;                                scalar steps have them as immediates
;;      256     256  words        a vector a word: the blocks of four messages, side by side
;;      512      16  chain        chaining words of a message that is alone
;;      528     512  tails        padded ends of four messages
;;     1040      64  lane_chains  chaining words of four messages, word by word
;;     1104     128  lanes        the four lanes of the batch
;;     1232      12  queue        messages that no lane has taken yet
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 1280))

(global $STATE_SIZE (export "md5_state_size") i32 (i32.const 88))
(global $CHAIN_SIZE i32 (i32.const 16))

(global $CHAIN       i32 (i32.const 512))
(global $TAILS       i32 (i32.const 528))
(global $LANE_CHAINS i32 (i32.const 1040))
(global $LANES       i32 (i32.const 1104))
(global $QUEUE       i32 (i32.const 1232))

;; ---- exports

;; void md5(const u8 *ptr, u32 len, u8 *dst_ptr)
;;   Writes the 16 bytes of the MD5 of [ptr, ptr+len) to dst_ptr.
;;   Reads the span, writes the digest and the static region, cannot fail. len = 0 gives the digest
;;   of the empty message.
(func $md5 (export "md5") (param $ptr i32) (param $len i32) (param $dst_ptr i32)
  (call $digest (local.get $ptr) (local.get $len) (local.get $dst_ptr)))

;; void md5_init(u8 *state_ptr)
;;   Begins a message in pieces. The state has md5_state_size bytes: the length so far (u64), a
;;   buffer of 64 bytes that holds the last length mod 64 of them, and the four chaining words.
;;   Writes the state, cannot fail.
(func $md5_init (export "md5_init") (param $state_ptr i32)
  (call $begin (local.get $state_ptr)))

;; void md5_update(u8 *state_ptr, const u8 *ptr, u32 len)
;;   Goes on with a message by [ptr, ptr+len).
;;   Reads the span, writes the state and the static region, cannot fail. len = 0 changes nothing.
(func $md5_update (export "md5_update")
  (param $state_ptr i32) (param $ptr i32) (param $len i32)
  (call $absorb (local.get $state_ptr) (local.get $ptr) (local.get $len)))

;; void md5_finish(u8 *state_ptr, u8 *dst_ptr)
;;   Ends a message: writes the 16 bytes of its digest to dst_ptr, and zeroes the state.
;;   Writes the static region too, cannot fail.
(func $md5_finish (export "md5_finish") (param $state_ptr i32) (param $dst_ptr i32)
  (call $end (local.get $state_ptr) (local.get $dst_ptr)))

;; void md5_batch(const u8 *spans_ptr, u32 count, u8 *dst_ptr)
;;   Writes the digests of `count` messages, 16 bytes each, in their order. The messages are given
;;   as pairs of little-endian u32, (ptr, len), and may be of any lengths.
;;   Reads the pairs and the spans, writes the digests and the static region, cannot fail. count = 0
;;   writes no digest.
(func $md5_batch (export "md5_batch")
  (param $spans_ptr i32) (param $count i32) (param $dst_ptr i32)
  (call $digests (local.get $spans_ptr) (local.get $count) (local.get $dst_ptr)))

;; ---- what lib/digest asks for

(func $start! (param $chain_ptr i32)
  (i32.store (local.get $chain_ptr) (i32.const 0x67452301))
  (i32.store offset=4 (local.get $chain_ptr) (i32.const 0xefcdab89))
  (i32.store offset=8 (local.get $chain_ptr) (i32.const 0x98badcfe))
  (i32.store offset=12 (local.get $chain_ptr) (i32.const 0x10325476)))

;; Digests are little-endian, as the memory is.
(func $digest_word! (param $word i32) (result i32)
  (local.get $word))

;; So are lengths.
(func $write_length! (param $ptr i32) (param $bits i64)
  (i64.store (local.get $ptr) (local.get $bits)))

;; ---- the steps of one message

;; a' = b + rotl(a + word + constant + function(b,c,d), shift)
;; Of b only the function depends on the step before; the sum to the left of it is ready earlier.

;; f = d ^ (b & (c ^ d))
(func $step_f!
  (param $a i32) (param $b i32) (param $c i32) (param $d i32)
  (param $word i32) (param $shift i32) (param $constant i32) (result i32)
  (i32.add
    (i32.rotl
      (i32.add
        (i32.add (i32.add (local.get $a) (local.get $constant)) (local.get $word))
        (i32.xor
          (local.get $d)
          (i32.and (local.get $b) (i32.xor (local.get $c) (local.get $d)))))
      (local.get $shift))
    (local.get $b)))

;; g = (b & d) + (c & ~d): the halves share no bit, so their sum is their or, and the second, which
;; does not depend on b, is added early.
(func $step_g!
  (param $a i32) (param $b i32) (param $c i32) (param $d i32)
  (param $word i32) (param $shift i32) (param $constant i32) (result i32)
  (i32.add
    (i32.rotl
      (i32.add
        (i32.add
          (i32.add (i32.add (local.get $a) (local.get $constant)) (local.get $word))
          (i32.and (local.get $c) (i32.xor (local.get $d) (i32.const -1))))
        (i32.and (local.get $b) (local.get $d)))
      (local.get $shift))
    (local.get $b)))

;; h = b ^ (c ^ d)
(func $step_h!
  (param $a i32) (param $b i32) (param $c i32) (param $d i32)
  (param $word i32) (param $shift i32) (param $constant i32) (result i32)
  (i32.add
    (i32.rotl
      (i32.add
        (i32.add (i32.add (local.get $a) (local.get $constant)) (local.get $word))
        (i32.xor (local.get $b) (i32.xor (local.get $c) (local.get $d))))
      (local.get $shift))
    (local.get $b)))

;; i = c ^ (b | ~d)
(func $step_i!
  (param $a i32) (param $b i32) (param $c i32) (param $d i32)
  (param $word i32) (param $shift i32) (param $constant i32) (result i32)
  (i32.add
    (i32.rotl
      (i32.add
        (i32.add (i32.add (local.get $a) (local.get $constant)) (local.get $word))
        (i32.xor
          (local.get $c)
          (i32.or (local.get $b) (i32.xor (local.get $d) (i32.const -1)))))
      (local.get $shift))
    (local.get $b)))

;; Puts `count` blocks, at least one, from `ptr` on into a chain.
(func $compress (param $chain_ptr i32) (param $ptr i32) (param $count i32)
  (local $a i32)
  (local $b i32)
  (local $c i32)
  (local $d i32)
  (local $a_before i32)
  (local $b_before i32)
  (local $c_before i32)
  (local $d_before i32)
  (local.set $a (i32.load (local.get $chain_ptr)))
  (local.set $b (i32.load offset=4 (local.get $chain_ptr)))
  (local.set $c (i32.load offset=8 (local.get $chain_ptr)))
  (local.set $d (i32.load offset=12 (local.get $chain_ptr)))
  (loop $next_block
    (local.set $a_before (local.get $a))
    (local.set $b_before (local.get $b))
    (local.set $c_before (local.get $c))
    (local.set $d_before (local.get $d))

    (local.set $a
      (call $step_f! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load (local.get $ptr)) (i32.const 7) (i32.const 0xd76aa478)))
    (local.set $d
      (call $step_f! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=4 (local.get $ptr)) (i32.const 12) (i32.const 0xe8c7b756)))
    (local.set $c
      (call $step_f! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=8 (local.get $ptr)) (i32.const 17) (i32.const 0x242070db)))
    (local.set $b
      (call $step_f! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=12 (local.get $ptr)) (i32.const 22) (i32.const 0xc1bdceee)))
    (local.set $a
      (call $step_f! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=16 (local.get $ptr)) (i32.const 7) (i32.const 0xf57c0faf)))
    (local.set $d
      (call $step_f! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=20 (local.get $ptr)) (i32.const 12) (i32.const 0x4787c62a)))
    (local.set $c
      (call $step_f! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=24 (local.get $ptr)) (i32.const 17) (i32.const 0xa8304613)))
    (local.set $b
      (call $step_f! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=28 (local.get $ptr)) (i32.const 22) (i32.const 0xfd469501)))
    (local.set $a
      (call $step_f! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=32 (local.get $ptr)) (i32.const 7) (i32.const 0x698098d8)))
    (local.set $d
      (call $step_f! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=36 (local.get $ptr)) (i32.const 12) (i32.const 0x8b44f7af)))
    (local.set $c
      (call $step_f! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=40 (local.get $ptr)) (i32.const 17) (i32.const 0xffff5bb1)))
    (local.set $b
      (call $step_f! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=44 (local.get $ptr)) (i32.const 22) (i32.const 0x895cd7be)))
    (local.set $a
      (call $step_f! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=48 (local.get $ptr)) (i32.const 7) (i32.const 0x6b901122)))
    (local.set $d
      (call $step_f! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=52 (local.get $ptr)) (i32.const 12) (i32.const 0xfd987193)))
    (local.set $c
      (call $step_f! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=56 (local.get $ptr)) (i32.const 17) (i32.const 0xa679438e)))
    (local.set $b
      (call $step_f! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=60 (local.get $ptr)) (i32.const 22) (i32.const 0x49b40821)))

    (local.set $a
      (call $step_g! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=4 (local.get $ptr)) (i32.const 5) (i32.const 0xf61e2562)))
    (local.set $d
      (call $step_g! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=24 (local.get $ptr)) (i32.const 9) (i32.const 0xc040b340)))
    (local.set $c
      (call $step_g! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=44 (local.get $ptr)) (i32.const 14) (i32.const 0x265e5a51)))
    (local.set $b
      (call $step_g! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load (local.get $ptr)) (i32.const 20) (i32.const 0xe9b6c7aa)))
    (local.set $a
      (call $step_g! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=20 (local.get $ptr)) (i32.const 5) (i32.const 0xd62f105d)))
    (local.set $d
      (call $step_g! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=40 (local.get $ptr)) (i32.const 9) (i32.const 0x02441453)))
    (local.set $c
      (call $step_g! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=60 (local.get $ptr)) (i32.const 14) (i32.const 0xd8a1e681)))
    (local.set $b
      (call $step_g! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=16 (local.get $ptr)) (i32.const 20) (i32.const 0xe7d3fbc8)))
    (local.set $a
      (call $step_g! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=36 (local.get $ptr)) (i32.const 5) (i32.const 0x21e1cde6)))
    (local.set $d
      (call $step_g! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=56 (local.get $ptr)) (i32.const 9) (i32.const 0xc33707d6)))
    (local.set $c
      (call $step_g! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=12 (local.get $ptr)) (i32.const 14) (i32.const 0xf4d50d87)))
    (local.set $b
      (call $step_g! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=32 (local.get $ptr)) (i32.const 20) (i32.const 0x455a14ed)))
    (local.set $a
      (call $step_g! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=52 (local.get $ptr)) (i32.const 5) (i32.const 0xa9e3e905)))
    (local.set $d
      (call $step_g! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=8 (local.get $ptr)) (i32.const 9) (i32.const 0xfcefa3f8)))
    (local.set $c
      (call $step_g! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=28 (local.get $ptr)) (i32.const 14) (i32.const 0x676f02d9)))
    (local.set $b
      (call $step_g! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=48 (local.get $ptr)) (i32.const 20) (i32.const 0x8d2a4c8a)))

    (local.set $a
      (call $step_h! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=20 (local.get $ptr)) (i32.const 4) (i32.const 0xfffa3942)))
    (local.set $d
      (call $step_h! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=32 (local.get $ptr)) (i32.const 11) (i32.const 0x8771f681)))
    (local.set $c
      (call $step_h! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=44 (local.get $ptr)) (i32.const 16) (i32.const 0x6d9d6122)))
    (local.set $b
      (call $step_h! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=56 (local.get $ptr)) (i32.const 23) (i32.const 0xfde5380c)))
    (local.set $a
      (call $step_h! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=4 (local.get $ptr)) (i32.const 4) (i32.const 0xa4beea44)))
    (local.set $d
      (call $step_h! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=16 (local.get $ptr)) (i32.const 11) (i32.const 0x4bdecfa9)))
    (local.set $c
      (call $step_h! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=28 (local.get $ptr)) (i32.const 16) (i32.const 0xf6bb4b60)))
    (local.set $b
      (call $step_h! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=40 (local.get $ptr)) (i32.const 23) (i32.const 0xbebfbc70)))
    (local.set $a
      (call $step_h! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=52 (local.get $ptr)) (i32.const 4) (i32.const 0x289b7ec6)))
    (local.set $d
      (call $step_h! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load (local.get $ptr)) (i32.const 11) (i32.const 0xeaa127fa)))
    (local.set $c
      (call $step_h! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=12 (local.get $ptr)) (i32.const 16) (i32.const 0xd4ef3085)))
    (local.set $b
      (call $step_h! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=24 (local.get $ptr)) (i32.const 23) (i32.const 0x04881d05)))
    (local.set $a
      (call $step_h! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=36 (local.get $ptr)) (i32.const 4) (i32.const 0xd9d4d039)))
    (local.set $d
      (call $step_h! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=48 (local.get $ptr)) (i32.const 11) (i32.const 0xe6db99e5)))
    (local.set $c
      (call $step_h! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=60 (local.get $ptr)) (i32.const 16) (i32.const 0x1fa27cf8)))
    (local.set $b
      (call $step_h! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=8 (local.get $ptr)) (i32.const 23) (i32.const 0xc4ac5665)))

    (local.set $a
      (call $step_i! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load (local.get $ptr)) (i32.const 6) (i32.const 0xf4292244)))
    (local.set $d
      (call $step_i! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=28 (local.get $ptr)) (i32.const 10) (i32.const 0x432aff97)))
    (local.set $c
      (call $step_i! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=56 (local.get $ptr)) (i32.const 15) (i32.const 0xab9423a7)))
    (local.set $b
      (call $step_i! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=20 (local.get $ptr)) (i32.const 21) (i32.const 0xfc93a039)))
    (local.set $a
      (call $step_i! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=48 (local.get $ptr)) (i32.const 6) (i32.const 0x655b59c3)))
    (local.set $d
      (call $step_i! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=12 (local.get $ptr)) (i32.const 10) (i32.const 0x8f0ccc92)))
    (local.set $c
      (call $step_i! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=40 (local.get $ptr)) (i32.const 15) (i32.const 0xffeff47d)))
    (local.set $b
      (call $step_i! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=4 (local.get $ptr)) (i32.const 21) (i32.const 0x85845dd1)))
    (local.set $a
      (call $step_i! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=32 (local.get $ptr)) (i32.const 6) (i32.const 0x6fa87e4f)))
    (local.set $d
      (call $step_i! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=60 (local.get $ptr)) (i32.const 10) (i32.const 0xfe2ce6e0)))
    (local.set $c
      (call $step_i! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=24 (local.get $ptr)) (i32.const 15) (i32.const 0xa3014314)))
    (local.set $b
      (call $step_i! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=52 (local.get $ptr)) (i32.const 21) (i32.const 0x4e0811a1)))
    (local.set $a
      (call $step_i! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=16 (local.get $ptr)) (i32.const 6) (i32.const 0xf7537e82)))
    (local.set $d
      (call $step_i! (local.get $d) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=44 (local.get $ptr)) (i32.const 10) (i32.const 0xbd3af235)))
    (local.set $c
      (call $step_i! (local.get $c) (local.get $d) (local.get $a) (local.get $b)
        (i32.load offset=8 (local.get $ptr)) (i32.const 15) (i32.const 0x2ad7d2bb)))
    (local.set $b
      (call $step_i! (local.get $b) (local.get $c) (local.get $d) (local.get $a)
        (i32.load offset=36 (local.get $ptr)) (i32.const 21) (i32.const 0xeb86d391)))

    (local.set $a (i32.add (local.get $a) (local.get $a_before)))
    (local.set $b (i32.add (local.get $b) (local.get $b_before)))
    (local.set $c (i32.add (local.get $c) (local.get $c_before)))
    (local.set $d (i32.add (local.get $d) (local.get $d_before)))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
    (br_if $next_block (local.get $count)))
  (i32.store (local.get $chain_ptr) (local.get $a))
  (i32.store offset=4 (local.get $chain_ptr) (local.get $b))
  (i32.store offset=8 (local.get $chain_ptr) (local.get $c))
  (i32.store offset=12 (local.get $chain_ptr) (local.get $d)))

;; ---- the steps of four messages

;; rotl(x, shift) in each lane
(func $rotl_x4! (param $x v128) (param $shift i32) (param $back i32) (result v128)
  (v128.or
    (i32x4.shl (local.get $x) (local.get $shift))
    (i32x4.shr_u (local.get $x) (local.get $back))))

;; a' = b + rotl(sum + function, shift)   where sum = a + word + constant

;; f = d ^ (b & (c ^ d))
(func $step_f_x4!
  (param $sum v128) (param $b v128) (param $c v128) (param $d v128)
  (param $shift i32) (param $back i32) (result v128)
  (i32x4.add
    (call $rotl_x4!
      (i32x4.add
        (local.get $sum)
        (v128.xor
          (local.get $d)
          (v128.and (local.get $b) (v128.xor (local.get $c) (local.get $d)))))
      (local.get $shift)
      (local.get $back))
    (local.get $b)))

;; g = (b & d) + (c & ~d)
(func $step_g_x4!
  (param $sum v128) (param $b v128) (param $c v128) (param $d v128)
  (param $shift i32) (param $back i32) (result v128)
  (i32x4.add
    (call $rotl_x4!
      (i32x4.add
        (local.get $sum)
        (v128.or
          (v128.and (local.get $b) (local.get $d))
          (v128.andnot (local.get $c) (local.get $d))))
      (local.get $shift)
      (local.get $back))
    (local.get $b)))

;; h = b ^ (c ^ d)
(func $step_h_x4!
  (param $sum v128) (param $b v128) (param $c v128) (param $d v128)
  (param $shift i32) (param $back i32) (result v128)
  (i32x4.add
    (call $rotl_x4!
      (i32x4.add
        (local.get $sum)
        (v128.xor (local.get $b) (v128.xor (local.get $c) (local.get $d))))
      (local.get $shift)
      (local.get $back))
    (local.get $b)))

;; i = c ^ (b | ~d)
(func $step_i_x4!
  (param $sum v128) (param $b v128) (param $c v128) (param $d v128)
  (param $shift i32) (param $back i32) (result v128)
  (i32x4.add
    (call $rotl_x4!
      (i32x4.add
        (local.get $sum)
        (v128.xor
          (local.get $c)
          (v128.or (local.get $b) (v128.not (local.get $d)))))
      (local.get $shift)
      (local.get $back))
    (local.get $b)))

;; The low, or high, halves of two vectors, word by word: a0 b0 a1 b1, or a2 b2 a3 b3
(func $zip_low! (param $a v128) (param $b v128) (result v128)
  (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b)))
(func $zip_high! (param $a v128) (param $b v128) (result v128)
  (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b)))

;; Writes sixteen bytes of each of four blocks as four vectors of one word each.
(func $transpose! (param $dst_ptr i32)
  (param $a v128) (param $b v128) (param $c v128) (param $d v128)
  (local $ac v128) ;; words of a and c in turns
  (local $bd v128)
  (local.set $ac (call $zip_low! (local.get $a) (local.get $c)))
  (local.set $bd (call $zip_low! (local.get $b) (local.get $d)))
  (v128.store offset=256 (;WORDS;) (local.get $dst_ptr)
    (call $zip_low! (local.get $ac) (local.get $bd)))
  (v128.store offset=272 (;WORDS+16;) (local.get $dst_ptr)
    (call $zip_high! (local.get $ac) (local.get $bd)))
  (local.set $ac (call $zip_high! (local.get $a) (local.get $c)))
  (local.set $bd (call $zip_high! (local.get $b) (local.get $d)))
  (v128.store offset=288 (;WORDS+32;) (local.get $dst_ptr)
    (call $zip_low! (local.get $ac) (local.get $bd)))
  (v128.store offset=304 (;WORDS+48;) (local.get $dst_ptr)
    (call $zip_high! (local.get $ac) (local.get $bd))))

;; Puts `count` blocks, at least one, from each pointer on into the chains of the four lanes.
(func $compress_lanes
  (param $ptr_0 i32) (param $ptr_1 i32) (param $ptr_2 i32) (param $ptr_3 i32) (param $count i32)
  (local $i i32) ;; a byte of a block, then a step
  (local $a v128)
  (local $b v128)
  (local $c v128)
  (local $d v128)
  (local $a_before v128)
  (local $b_before v128)
  (local $c_before v128)
  (local $d_before v128)
  (local.set $a (v128.load (global.get $LANE_CHAINS)))
  (local.set $b (v128.load offset=16 (global.get $LANE_CHAINS)))
  (local.set $c (v128.load offset=32 (global.get $LANE_CHAINS)))
  (local.set $d (v128.load offset=48 (global.get $LANE_CHAINS)))
  (loop $next_block
    (local.set $i (i32.const 0))
    (loop $quarter!
      (call $transpose! (i32.shl (local.get $i) (i32.const 2))
        (v128.load (call $at! (local.get $ptr_0) (local.get $i)))
        (v128.load (call $at! (local.get $ptr_1) (local.get $i)))
        (v128.load (call $at! (local.get $ptr_2) (local.get $i)))
        (v128.load (call $at! (local.get $ptr_3) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br_if $quarter! (i32.lt_u (local.get $i) (i32.const 64))))
    (local.set $a_before (local.get $a))
    (local.set $b_before (local.get $b))
    (local.set $c_before (local.get $c))
    (local.set $d_before (local.get $d))

    (local.set $i (i32.const 0))
    (loop $steps_f!
      (local.set $a
        (call $step_f_x4!
          (call $sum_f! (local.get $a) (local.get $i))
          (local.get $b) (local.get $c) (local.get $d)
          (i32.const 7) (i32.const 25)))
      (local.set $d
        (call $step_f_x4!
          (call $sum_f! (local.get $d) (i32.add (local.get $i) (i32.const 1)))
          (local.get $a) (local.get $b) (local.get $c)
          (i32.const 12) (i32.const 20)))
      (local.set $c
        (call $step_f_x4!
          (call $sum_f! (local.get $c) (i32.add (local.get $i) (i32.const 2)))
          (local.get $d) (local.get $a) (local.get $b)
          (i32.const 17) (i32.const 15)))
      (local.set $b
        (call $step_f_x4!
          (call $sum_f! (local.get $b) (i32.add (local.get $i) (i32.const 3)))
          (local.get $c) (local.get $d) (local.get $a)
          (i32.const 22) (i32.const 10)))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $steps_f! (i32.lt_u (local.get $i) (i32.const 16))))

    (local.set $i (i32.const 16))
    (loop $steps_g!
      (local.set $a
        (call $step_g_x4!
          (call $sum_g! (local.get $a) (local.get $i))
          (local.get $b) (local.get $c) (local.get $d)
          (i32.const 5) (i32.const 27)))
      (local.set $d
        (call $step_g_x4!
          (call $sum_g! (local.get $d) (i32.add (local.get $i) (i32.const 1)))
          (local.get $a) (local.get $b) (local.get $c)
          (i32.const 9) (i32.const 23)))
      (local.set $c
        (call $step_g_x4!
          (call $sum_g! (local.get $c) (i32.add (local.get $i) (i32.const 2)))
          (local.get $d) (local.get $a) (local.get $b)
          (i32.const 14) (i32.const 18)))
      (local.set $b
        (call $step_g_x4!
          (call $sum_g! (local.get $b) (i32.add (local.get $i) (i32.const 3)))
          (local.get $c) (local.get $d) (local.get $a)
          (i32.const 20) (i32.const 12)))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $steps_g! (i32.lt_u (local.get $i) (i32.const 32))))

    (local.set $i (i32.const 32))
    (loop $steps_h!
      (local.set $a
        (call $step_h_x4!
          (call $sum_h! (local.get $a) (local.get $i))
          (local.get $b) (local.get $c) (local.get $d)
          (i32.const 4) (i32.const 28)))
      (local.set $d
        (call $step_h_x4!
          (call $sum_h! (local.get $d) (i32.add (local.get $i) (i32.const 1)))
          (local.get $a) (local.get $b) (local.get $c)
          (i32.const 11) (i32.const 21)))
      (local.set $c
        (call $step_h_x4!
          (call $sum_h! (local.get $c) (i32.add (local.get $i) (i32.const 2)))
          (local.get $d) (local.get $a) (local.get $b)
          (i32.const 16) (i32.const 16)))
      (local.set $b
        (call $step_h_x4!
          (call $sum_h! (local.get $b) (i32.add (local.get $i) (i32.const 3)))
          (local.get $c) (local.get $d) (local.get $a)
          (i32.const 23) (i32.const 9)))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $steps_h! (i32.lt_u (local.get $i) (i32.const 48))))

    (local.set $i (i32.const 48))
    (loop $steps_i!
      (local.set $a
        (call $step_i_x4!
          (call $sum_i! (local.get $a) (local.get $i))
          (local.get $b) (local.get $c) (local.get $d)
          (i32.const 6) (i32.const 26)))
      (local.set $d
        (call $step_i_x4!
          (call $sum_i! (local.get $d) (i32.add (local.get $i) (i32.const 1)))
          (local.get $a) (local.get $b) (local.get $c)
          (i32.const 10) (i32.const 22)))
      (local.set $c
        (call $step_i_x4!
          (call $sum_i! (local.get $c) (i32.add (local.get $i) (i32.const 2)))
          (local.get $d) (local.get $a) (local.get $b)
          (i32.const 15) (i32.const 17)))
      (local.set $b
        (call $step_i_x4!
          (call $sum_i! (local.get $b) (i32.add (local.get $i) (i32.const 3)))
          (local.get $c) (local.get $d) (local.get $a)
          (i32.const 21) (i32.const 11)))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $steps_i! (i32.lt_u (local.get $i) (i32.const 64))))

    (local.set $a (i32x4.add (local.get $a) (local.get $a_before)))
    (local.set $b (i32x4.add (local.get $b) (local.get $b_before)))
    (local.set $c (i32x4.add (local.get $c) (local.get $c_before)))
    (local.set $d (i32x4.add (local.get $d) (local.get $d_before)))
    (local.set $ptr_0 (i32.add (local.get $ptr_0) (i32.const 64)))
    (local.set $ptr_1 (i32.add (local.get $ptr_1) (i32.const 64)))
    (local.set $ptr_2 (i32.add (local.get $ptr_2) (i32.const 64)))
    (local.set $ptr_3 (i32.add (local.get $ptr_3) (i32.const 64)))
    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
    (br_if $next_block (local.get $count)))
  (v128.store (global.get $LANE_CHAINS) (local.get $a))
  (v128.store offset=16 (global.get $LANE_CHAINS) (local.get $b))
  (v128.store offset=32 (global.get $LANE_CHAINS) (local.get $c))
  (v128.store offset=48 (global.get $LANE_CHAINS) (local.get $d)))

;; a + word + constant of step i: word i, 5i + 1, 3i + 5 or 7i mod 16, by RFC 1321, 3.4
(func $sum_f! (param $a v128) (param $i i32) (result v128)
  (call $sum_x4! (local.get $a) (local.get $i) (local.get $i)))
(func $sum_g! (param $a v128) (param $i i32) (result v128)
  (call $sum_x4! (local.get $a) (local.get $i)
    (i32.add (i32.mul (local.get $i) (i32.const 5)) (i32.const 1))))
(func $sum_h! (param $a v128) (param $i i32) (result v128)
  (call $sum_x4! (local.get $a) (local.get $i)
    (i32.add (i32.mul (local.get $i) (i32.const 3)) (i32.const 5))))
(func $sum_i! (param $a v128) (param $i i32) (result v128)
  (call $sum_x4! (local.get $a) (local.get $i)
    (i32.mul (local.get $i) (i32.const 7))))

(func $sum_x4! (param $a v128) (param $i i32) (param $word i32) (result v128)
  (i32x4.add
    (i32x4.add
      (local.get $a)
      (v128.load32_splat (i32.shl (local.get $i) (i32.const 2))))
    (v128.load offset=256 (;WORDS;)
      (i32.shl (i32.and (local.get $word) (i32.const 15)) (i32.const 4)))))
