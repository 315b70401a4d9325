;;! summary   = "SHA-256 of whole messages, of messages in pieces, and of many messages at a time"
;;! spec      = "FIPS 180-4"
;;! exports   = [
;;!   "sha256", "sha256_init", "sha256_update", "sha256_finish", "sha256_batch",
;;!   "sha256_serial", "sha256_update_serial", "sha256_finish_serial", "sha256_batch_serial",
;;! ]
;;! fragments = [
;;!   "lib/address", "lib/sha256_constants", "lib/sha256", "lib/sha256_lanes",
;;!   "lib/digest", "lib/digest_batch",
;;! ]
;;! secret    = true

;; The rounds are in lib/sha256: by vectors, and for engines that do not compile, which pay for each
;; instruction, in scalar code. These have entries of their own.

;; Memory map
;;   offset  length  name         meaning
;;        0     256  constants    u32 a round: K of FIPS 180-4, 4.2.2
;;      256    1024  schedule     a vector a round: W + K of that round, four blocks in its lanes;
;;                                for one message a u32 a round, right behind the constants, and
;;                                the last u32 of all is one that nothing reads
;;     1280      32  chain        chaining words of a message that is alone
;;     1312     512  tails        padded ends of four messages
;;     1824     128  lane_chains  chaining words of four messages, word by word
;;     1952     128  lanes        the four lanes of the batch
;;     2080      12  queue        messages that no lane has taken yet
;;     2092       4  serial       u32: 1 if blocks go through the scalar rounds, else 0; each export
;;                                says so for its call
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 2112))

(global $STATE_SIZE (export "sha256_state_size") i32 (i32.const 104))
(global $CHAIN_SIZE i32 (i32.const 32))

(global $SCHEDULE    i32 (i32.const 256))
(global $UNREAD      i32 (i32.const 1276))
(global $CHAIN       i32 (i32.const 1280))
(global $TAILS       i32 (i32.const 1312))
(global $LANE_CHAINS i32 (i32.const 1824))
(global $LANES       i32 (i32.const 1952))
(global $QUEUE       i32 (i32.const 2080))
(global $SERIAL      i32 (i32.const 2092))

;; ---- exports

;; void sha256(const u8 *ptr, u32 len, u8 *dst_ptr)
;;   Writes the 32 bytes of the SHA-256 of [ptr, ptr+len) to dst_ptr.
;;   Reads the span, writes the digest and the static region, cannot fail. len = 0 gives the digest
;;   of the empty message.
(func $sha256 (export "sha256") (param $ptr i32) (param $len i32) (param $dst_ptr i32)
  (i32.store (global.get $SERIAL) (i32.const 0))
  (call $digest (local.get $ptr) (local.get $len) (local.get $dst_ptr)))

;; void sha256_init(u8 *state_ptr)
;;   Begins a message in pieces. The state has sha256_state_size bytes: the length so far (u64), a
;;   buffer of 64 bytes that holds the last length mod 64 of them, and the eight chaining words.
;;   Writes the state, cannot fail.
(func $sha256_init (export "sha256_init") (param $state_ptr i32)
  (call $begin (local.get $state_ptr)))

;; void sha256_update(u8 *state_ptr, const u8 *ptr, u32 len)
;;   Goes on with a message by [ptr, ptr+len).
;;   Reads the span, writes the state and the static region, cannot fail. len = 0 changes nothing.
(func $sha256_update (export "sha256_update")
  (param $state_ptr i32) (param $ptr i32) (param $len i32)
  (i32.store (global.get $SERIAL) (i32.const 0))
  (call $absorb (local.get $state_ptr) (local.get $ptr) (local.get $len)))

;; void sha256_finish(u8 *state_ptr, u8 *dst_ptr)
;;   Ends a message: writes the 32 bytes of its digest to dst_ptr, and zeroes the state.
;;   Writes the static region too, cannot fail.
(func $sha256_finish (export "sha256_finish") (param $state_ptr i32) (param $dst_ptr i32)
  (i32.store (global.get $SERIAL) (i32.const 0))
  (call $end (local.get $state_ptr) (local.get $dst_ptr)))

;; void sha256_batch(const u8 *spans_ptr, u32 count, u8 *dst_ptr)
;;   Writes the digests of `count` messages, 32 bytes each, in their order. The messages are given
;;   as pairs of little-endian u32, (ptr, len), and may be of any lengths.
;;   Reads the pairs and the spans, writes the digests and the static region, cannot fail. count = 0
;;   writes no digest.
(func $sha256_batch (export "sha256_batch")
  (param $spans_ptr i32) (param $count i32) (param $dst_ptr i32)
  (i32.store (global.get $SERIAL) (i32.const 0))
  (call $digests (local.get $spans_ptr) (local.get $count) (local.get $dst_ptr)))

;; void sha256_serial(const u8 *ptr, u32 len, u8 *dst_ptr)
;;   As sha256, without vectors: for engines that do not compile, where fewer instructions are all
;;   that counts.
;;   Reads the span, writes the digest and the static region, cannot fail. len = 0 gives the digest
;;   of the empty message.
(func $sha256_serial (export "sha256_serial")
  (param $ptr i32) (param $len i32) (param $dst_ptr i32)
  (i32.store (global.get $SERIAL) (i32.const 1))
  (call $digest (local.get $ptr) (local.get $len) (local.get $dst_ptr)))

;; void sha256_update_serial(u8 *state_ptr, const u8 *ptr, u32 len)
;;   As sha256_update, for engines that do not compile. Each can go on where the other stopped.
;;   Reads the span, writes the state and the static region, cannot fail. len = 0 changes nothing.
(func $sha256_update_serial (export "sha256_update_serial")
  (param $state_ptr i32) (param $ptr i32) (param $len i32)
  (i32.store (global.get $SERIAL) (i32.const 1))
  (call $absorb (local.get $state_ptr) (local.get $ptr) (local.get $len)))

;; void sha256_finish_serial(u8 *state_ptr, u8 *dst_ptr)
;;   As sha256_finish, for engines that do not compile.
;;   Writes the digest, the state and the static region, cannot fail.
(func $sha256_finish_serial (export "sha256_finish_serial")
  (param $state_ptr i32) (param $dst_ptr i32)
  (i32.store (global.get $SERIAL) (i32.const 1))
  (call $end (local.get $state_ptr) (local.get $dst_ptr)))

;; void sha256_batch_serial(const u8 *spans_ptr, u32 count, u8 *dst_ptr)
;;   As sha256_batch, for engines that do not compile: messages that are alone, as the last one is,
;;   go through the scalar rounds.
;;   Reads the pairs and the spans, writes the digests and the static region, cannot fail. count = 0
;;   writes no digest.
(func $sha256_batch_serial (export "sha256_batch_serial")
  (param $spans_ptr i32) (param $count i32) (param $dst_ptr i32)
  (i32.store (global.get $SERIAL) (i32.const 1))
  (call $digests (local.get $spans_ptr) (local.get $count) (local.get $dst_ptr)))

;; ---- the rounds of one message

;; Puts `count` blocks, at least one, from `ptr` on into a chain.
(func $compress (param $chain_ptr i32) (param $ptr i32) (param $count i32)
  (if (i32.load (global.get $SERIAL))
    (then
      (call $compress_serial (local.get $chain_ptr) (local.get $ptr) (local.get $count)))
    (else
      (call $compress_fast (local.get $chain_ptr) (local.get $ptr) (local.get $count)))))

;; ---- the rounds of four messages

;; Puts `count` blocks, at least one, from each pointer on into the chains of the four lanes.
(func $compress_lanes
  (param $ptr_0 i32) (param $ptr_1 i32) (param $ptr_2 i32) (param $ptr_3 i32) (param $count i32)
  (loop $next_block
    (call $schedule_4
      (local.get $ptr_0) (local.get $ptr_1) (local.get $ptr_2) (local.get $ptr_3))
    (call $rounds_x4! (global.get $LANE_CHAINS) (global.get $LANE_CHAINS))
    (local.set $ptr_0 (i32.add (local.get $ptr_0) (i32.const 64)))
    (local.set $ptr_1 (i32.add (local.get $ptr_1) (i32.const 64)))
    (local.set $ptr_2 (i32.add (local.get $ptr_2) (i32.const 64)))
    (local.set $ptr_3 (i32.add (local.get $ptr_3) (i32.const 64)))
    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
    (br_if $next_block (local.get $count))))
