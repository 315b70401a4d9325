;; ---- xxHash, 32 bits

(global $PRIME_1 i32 (i32.const 0x9e3779b1))
(global $PRIME_2 i32 (i32.const 0x85ebca77))
(global $PRIME_3 i32 (i32.const 0xc2b2ae3d))
(global $PRIME_4 i32 (i32.const 0x27d4eb2f))
(global $PRIME_5 i32 (i32.const 0x165667b1))

;; lane' = rotl(lane + word * PRIME_2, 13) * PRIME_1
(func $round! (param $lane i32) (param $word i32) (result i32)
  (i32.mul
    (i32.rotl
      (i32.add (local.get $lane) (i32.mul (local.get $word) (global.get $PRIME_2)))
      (i32.const 13))
    (global.get $PRIME_1)))

;; The four lanes before the first bytes.
(func $start_lanes! (param $seed i32) (result i32 i32 i32 i32)
  (i32.add
    (i32.add (local.get $seed) (global.get $PRIME_1))
    (global.get $PRIME_2))
  (i32.add (local.get $seed) (global.get $PRIME_2))
  (local.get $seed)
  (i32.sub (local.get $seed) (global.get $PRIME_1)))

;; The lanes after [$ptr, $ptr+16).
(func $stripe!
  (param $ptr i32)
  (param $lane_1 i32) (param $lane_2 i32) (param $lane_3 i32) (param $lane_4 i32)
  (result i32 i32 i32 i32)
  (call $round! (local.get $lane_1) (i32.load (local.get $ptr)))
  (call $round! (local.get $lane_2) (i32.load offset=4 (local.get $ptr)))
  (call $round! (local.get $lane_3) (i32.load offset=8 (local.get $ptr)))
  (call $round! (local.get $lane_4) (i32.load offset=12 (local.get $ptr))))

;; The lanes after [$ptr, $end), which is a multiple of 16 bytes, and not none.
;; Four chains of multiplications in scalar registers: a vector multiplication takes three times as
;; long as a scalar one, and they run at once anyway. Two stripes a step: V8 asks in each step of a
;; loop whether it is to stop (2026-11-24, AMD EPYC: 4,500 and 6,500 MB/s there; wasmtime, which
;; does not ask, 7,000 with either).
(func $stripes!
  (param $ptr i32) (param $end i32)
  (param $lane_1 i32) (param $lane_2 i32) (param $lane_3 i32) (param $lane_4 i32)
  (result i32 i32 i32 i32)
  (block $done
    (loop $next_32
      (call $stripe!
        (local.get $ptr)
        (local.get $lane_1) (local.get $lane_2) (local.get $lane_3) (local.get $lane_4))
      (local.set $lane_4)
      (local.set $lane_3)
      (local.set $lane_2)
      (local.set $lane_1)
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
      (br_if $done (i32.eq (local.get $ptr) (local.get $end)))
      (call $stripe!
        (local.get $ptr)
        (local.get $lane_1) (local.get $lane_2) (local.get $lane_3) (local.get $lane_4))
      (local.set $lane_4)
      (local.set $lane_3)
      (local.set $lane_2)
      (local.set $lane_1)
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
      (br_if $next_32 (i32.ne (local.get $ptr) (local.get $end)))))
  (local.get $lane_1)
  (local.get $lane_2)
  (local.get $lane_3)
  (local.get $lane_4))

;; rotl(lane_1, 1) + rotl(lane_2, 7) + rotl(lane_3, 12) + rotl(lane_4, 18)
(func $merge_lanes!
  (param $lane_1 i32) (param $lane_2 i32) (param $lane_3 i32) (param $lane_4 i32) (result i32)
  (i32.add
    (i32.add
      (i32.rotl (local.get $lane_1) (i32.const 1))
      (i32.rotl (local.get $lane_2) (i32.const 7)))
    (i32.add
      (i32.rotl (local.get $lane_3) (i32.const 12))
      (i32.rotl (local.get $lane_4) (i32.const 18)))))

;; u32 xxh32(const u8 *ptr, u32 len, u32 seed)
;;   The 32-bit xxHash of [ptr, ptr+len).
;;   Reads the span, writes nothing, cannot fail. len = 0 gives the hash of no bytes.
(func $xxh32 (export "xxh32") (param $ptr i32) (param $len i32) (param $seed i32) (result i32)
  (local $hash i32)
  (local $rest_ptr i32) ;; behind the last multiple of 16 bytes
  (local.set $rest_ptr (i32.add (local.get $ptr) (i32.and (local.get $len) (i32.const -16))))
  (local.set $hash (i32.add (local.get $seed) (global.get $PRIME_5)))
  (if (i32.ge_u (local.get $len) (i32.const 16))
    (then
      (call $stripes!
        (local.get $ptr)
        (local.get $rest_ptr)
        (call $start_lanes! (local.get $seed)))
      (local.set $hash (call $merge_lanes!))))
  (call $finish_hash (local.get $hash) (local.get $len) (local.get $rest_ptr)))

;; Layout xxh32_state
;;   offset  size  field   meaning
;;        0     8  length  u64: how many bytes there were so far
;;        8    16  buffer  the last length mod 16 of them
;;       24    16  lanes   four u32: the hash of the others; states of frames have theirs there too
(global $XXH32_STATE_SIZE (export "xxh32_state_size") i32 (i32.const 40))

;; void xxh32_init(u8 *state_ptr, u32 seed)
;;   Begins a byte string in pieces. The state has xxh32_state_size bytes: an xxh32_state.
;;   Writes the state, cannot fail.
(func $xxh32_init (export "xxh32_init") (param $state_ptr i32) (param $seed i32)
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $XXH32_STATE_SIZE))
  (call $set_lanes! (local.get $state_ptr) (call $start_lanes! (local.get $seed))))

;; void xxh32_update(u8 *state_ptr, const u8 *ptr, u32 len)
;;   Goes on with a byte string by [ptr, ptr+len).
;;   Reads the span, writes the state, cannot fail. len = 0 changes nothing.
(func $xxh32_update (export "xxh32_update")
  (param $state_ptr i32) (param $ptr i32) (param $len i32)
  (local $buffered i32) ;; bytes in the buffer
  (local $taken i32)    ;; bytes that go there first
  (local $end i32)      ;; of the whole stripes of the piece
  (local.set $buffered
    (i32.and (i32.load offset=0 (;LENGTH;) (local.get $state_ptr)) (i32.const 15)))
  (i64.store offset=0 (;LENGTH;) (local.get $state_ptr)
    (i64.add
      (i64.load offset=0 (;LENGTH;) (local.get $state_ptr))
      (i64.extend_i32_u (local.get $len))))
  (if (local.get $buffered)
    (then
      (local.set $taken
        (call $min! (i32.sub (i32.const 16) (local.get $buffered)) (local.get $len)))
      (call $copy_exactly
        (i32.add
          (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
          (local.get $buffered))
        (local.get $ptr)
        (local.get $taken))
      (if (i32.lt_u (i32.add (local.get $buffered) (local.get $taken)) (i32.const 16))
        (then (return)))
      (call $add_stripes
        (local.get $state_ptr)
        (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
        (i32.add (local.get $state_ptr) (i32.const 24 (;LANES;))))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $taken)))
      (local.set $len (i32.sub (local.get $len) (local.get $taken)))))
  (local.set $end (i32.add (local.get $ptr) (i32.and (local.get $len) (i32.const -16))))
  (call $add_stripes (local.get $state_ptr) (local.get $ptr) (local.get $end))
  (call $copy_exactly
    (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
    (local.get $end)
    (i32.and (local.get $len) (i32.const 15))))

;; u32 xxh32_finish(u8 *state_ptr)
;;   Ends a byte string: returns its hash, and zeroes the state.
;;   Writes the state, cannot fail.
(func $xxh32_finish (export "xxh32_finish") (param $state_ptr i32) (result i32)
  (call $lanes_hash
    (local.get $state_ptr)
    (i64.load offset=0 (;LENGTH;) (local.get $state_ptr))
    (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;))))
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $XXH32_STATE_SIZE)))

;; States have their lanes in the same place, those of frames too.
(func $set_lanes!
  (param $state i32)
  (param $lane_1 i32) (param $lane_2 i32) (param $lane_3 i32) (param $lane_4 i32)
  (i32.store offset=24 (;LANES;) (local.get $state) (local.get $lane_1))
  (i32.store offset=28 (;LANES+4;) (local.get $state) (local.get $lane_2))
  (i32.store offset=32 (;LANES+8;) (local.get $state) (local.get $lane_3))
  (i32.store offset=36 (;LANES+12;) (local.get $state) (local.get $lane_4)))

;; Puts [$ptr, $end), a multiple of 16 bytes, into the lanes of a state.
(func $add_stripes (param $state i32) (param $ptr i32) (param $end i32)
  (if (i32.ne (local.get $ptr) (local.get $end))
    (then
      (call $set_lanes!
        (local.get $state)
        (call $stripes!
          (local.get $ptr)
          (local.get $end)
          (i32.load offset=24 (;LANES;) (local.get $state))
          (i32.load offset=28 (;LANES+4;) (local.get $state))
          (i32.load offset=32 (;LANES+8;) (local.get $state))
          (i32.load offset=36 (;LANES+12;) (local.get $state)))))))

;; The hash of $length bytes, of which the last $length mod 16 stand at $rest_ptr, and the others
;; are in the lanes of a state. Where there are no others, the third lane is the seed still.
(func $lanes_hash
  (param $state i32) (param $length i64) (param $rest_ptr i32) (result i32)
  (call $finish_hash
    (if (result i32) (i64.ge_u (local.get $length) (i64.const 16))
      (then
        (call $merge_lanes!
          (i32.load offset=24 (;LANES;) (local.get $state))
          (i32.load offset=28 (;LANES+4;) (local.get $state))
          (i32.load offset=32 (;LANES+8;) (local.get $state))
          (i32.load offset=36 (;LANES+12;) (local.get $state))))
      (else
        (i32.add
          (i32.load offset=32 (;LANES+8;) (local.get $state))
          (global.get $PRIME_5))))
    (i32.wrap_i64 (local.get $length))
    (local.get $rest_ptr)))

;; The hash of $len bytes, of which the last $len mod 16 stand at $rest_ptr, and the others make
;; $hash.
(func $finish_hash (param $hash i32) (param $len i32) (param $rest_ptr i32) (result i32)
  (local $left i32) ;; bytes from $rest_ptr on
  (local.set $left (i32.and (local.get $len) (i32.const 15)))
  (local.set $hash (i32.add (local.get $hash) (local.get $len)))
  (block $tail
    (loop $next_4
      (br_if $tail (i32.lt_u (local.get $left) (i32.const 4)))
      ;; hash' = rotl(hash + word * PRIME_3, 17) * PRIME_4
      (local.set $hash
        (i32.mul
          (i32.rotl
            (i32.add
              (local.get $hash)
              (i32.mul (i32.load (local.get $rest_ptr)) (global.get $PRIME_3)))
            (i32.const 17))
          (global.get $PRIME_4)))
      (local.set $rest_ptr (i32.add (local.get $rest_ptr) (i32.const 4)))
      (local.set $left (i32.sub (local.get $left) (i32.const 4)))
      (br $next_4)))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eqz (local.get $left)))
      ;; hash' = rotl(hash + byte * PRIME_5, 11) * PRIME_1
      (local.set $hash
        (i32.mul
          (i32.rotl
            (i32.add
              (local.get $hash)
              (i32.mul (i32.load8_u (local.get $rest_ptr)) (global.get $PRIME_5)))
            (i32.const 11))
          (global.get $PRIME_1)))
      (local.set $rest_ptr (i32.add (local.get $rest_ptr) (i32.const 1)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next_byte)))
  ;; Every bit of the hash depends on every bit of the input.
  (local.set $hash
    (i32.mul
      (i32.xor (local.get $hash) (i32.shr_u (local.get $hash) (i32.const 15)))
      (global.get $PRIME_2)))
  (local.set $hash
    (i32.mul
      (i32.xor (local.get $hash) (i32.shr_u (local.get $hash) (i32.const 13)))
      (global.get $PRIME_3)))
  (i32.xor (local.get $hash) (i32.shr_u (local.get $hash) (i32.const 16))))
