;; ---- XXH64

;; lane' = rotl(lane + word * PRIME_2, 31) * PRIME_1
(func $round! (param $lane i64) (param $word i64) (result i64)
  (i64.mul
    (i64.rotl
      (i64.add (local.get $lane) (i64.mul (local.get $word) (global.get $PRIME_2)))
      (i64.const 31))
    (global.get $PRIME_1)))

;; The four lanes before the first bytes.
(func $start_lanes! (param $seed i64) (result i64 i64 i64 i64)
  (i64.add
    (i64.add (local.get $seed) (global.get $PRIME_1))
    (global.get $PRIME_2))
  (i64.add (local.get $seed) (global.get $PRIME_2))
  (local.get $seed)
  (i64.sub (local.get $seed) (global.get $PRIME_1)))

;; The lanes after [$ptr, $ptr+32).
(func $stripe!
  (param $ptr i32)
  (param $lane_1 i64) (param $lane_2 i64) (param $lane_3 i64) (param $lane_4 i64)
  (result i64 i64 i64 i64)
  (call $round! (local.get $lane_1) (i64.load (local.get $ptr)))
  (call $round! (local.get $lane_2) (i64.load offset=8 (local.get $ptr)))
  (call $round! (local.get $lane_3) (i64.load offset=16 (local.get $ptr)))
  (call $round! (local.get $lane_4) (i64.load offset=24 (local.get $ptr))))

;; The lanes after [$ptr, $end), which is a multiple of 32 bytes, and not none. Two stripes a step,
;; for V8's sake, as in xxh32.
(func $stripes!
  (param $ptr i32) (param $end i32)
  (param $lane_1 i64) (param $lane_2 i64) (param $lane_3 i64) (param $lane_4 i64)
  (result i64 i64 i64 i64)
  (block $done
    (loop $next_64
      (call $stripe!
        (local.get $ptr)
        (local.get $lane_1) (local.get $lane_2) (local.get $lane_3) (local.get $lane_4))
      (local.set $lane_4)
      (local.set $lane_3)
      (local.set $lane_2)
      (local.set $lane_1)
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 32)))
      (br_if $done (i32.eq (local.get $ptr) (local.get $end)))
      (call $stripe!
        (local.get $ptr)
        (local.get $lane_1) (local.get $lane_2) (local.get $lane_3) (local.get $lane_4))
      (local.set $lane_4)
      (local.set $lane_3)
      (local.set $lane_2)
      (local.set $lane_1)
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 32)))
      (br_if $next_64 (i32.ne (local.get $ptr) (local.get $end)))))
  (local.get $lane_1)
  (local.get $lane_2)
  (local.get $lane_3)
  (local.get $lane_4))

;; hash' = (hash ^ round(0, lane)) * PRIME_1 + PRIME_4
(func $merge_lane! (param $hash i64) (param $lane i64) (result i64)
  (i64.add
    (i64.mul
      (i64.xor (local.get $hash) (call $round! (i64.const 0) (local.get $lane)))
      (global.get $PRIME_1))
    (global.get $PRIME_4)))

;; rotl(lane_1, 1) + rotl(lane_2, 7) + rotl(lane_3, 12) + rotl(lane_4, 18), and then each once more
(func $merge_lanes!
  (param $lane_1 i64) (param $lane_2 i64) (param $lane_3 i64) (param $lane_4 i64) (result i64)
  (call $merge_lane!
    (call $merge_lane!
      (call $merge_lane!
        (call $merge_lane!
          (i64.add
            (i64.add
              (i64.rotl (local.get $lane_1) (i64.const 1))
              (i64.rotl (local.get $lane_2) (i64.const 7)))
            (i64.add
              (i64.rotl (local.get $lane_3) (i64.const 12))
              (i64.rotl (local.get $lane_4) (i64.const 18))))
          (local.get $lane_1))
        (local.get $lane_2))
      (local.get $lane_3))
    (local.get $lane_4)))

;; u64 xxh64(const u8 *ptr, u32 len, u64 seed)
;;   The XXH64 of [ptr, ptr+len).
;;   Reads the span, writes nothing, cannot fail. len = 0 gives the hash of no bytes.
(func $xxh64 (export "xxh64") (param $ptr i32) (param $len i32) (param $seed i64) (result i64)
  (local $hash i64)
  (local $rest_ptr i32) ;; behind the last multiple of 32 bytes
  (local.set $rest_ptr (i32.add (local.get $ptr) (i32.and (local.get $len) (i32.const -32))))
  (local.set $hash (i64.add (local.get $seed) (global.get $PRIME_5)))
  (if (i32.ge_u (local.get $len) (i32.const 32))
    (then
      (call $stripes!
        (local.get $ptr)
        (local.get $rest_ptr)
        (call $start_lanes! (local.get $seed)))
      (local.set $hash (call $merge_lanes!))))
  (call $finish_hash
    (local.get $hash)
    (i64.extend_i32_u (local.get $len))
    (local.get $rest_ptr)))

;; Layout xxh64_state
;;   offset  size  field   meaning
;;        0     8  length  u64: how many bytes there were so far
;;        8    32  buffer  the last length mod 32 of them
;;       40    32  lanes   four u64: the hash of the others
(global $XXH64_STATE_SIZE (export "xxh64_state_size") i32 (i32.const 72))

;; void xxh64_init(u8 *state_ptr, u64 seed)
;;   Begins a byte string in pieces. The state has xxh64_state_size bytes: an xxh64_state.
;;   Writes the state, cannot fail.
(func $xxh64_init (export "xxh64_init") (param $state_ptr i32) (param $seed i64)
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $XXH64_STATE_SIZE))
  (call $set_lanes! (local.get $state_ptr) (call $start_lanes! (local.get $seed))))

;; void xxh64_update(u8 *state_ptr, const u8 *ptr, u32 len)
;;   Goes on with a byte string by [ptr, ptr+len).
;;   Reads the span, writes the state, cannot fail. len = 0 changes nothing.
(func $xxh64_update (export "xxh64_update")
  (param $state_ptr i32) (param $ptr i32) (param $len i32)
  (local $buffered i32) ;; bytes in the buffer
  (local $room i32)     ;; bytes that it has room for
  (local $end i32)      ;; of the whole stripes of the piece
  (local.set $buffered
    (i32.and (i32.load offset=0 (;XXH64_STATE.LENGTH;) (local.get $state_ptr)) (i32.const 31)))
  (i64.store offset=0 (;XXH64_STATE.LENGTH;) (local.get $state_ptr)
    (i64.add
      (i64.load offset=0 (;XXH64_STATE.LENGTH;) (local.get $state_ptr))
      (i64.extend_i32_u (local.get $len))))
  (if (local.get $buffered)
    (then
      (local.set $room (i32.sub (i32.const 32) (local.get $buffered)))
      (call $copy_short
        (i32.add
          (i32.add (local.get $state_ptr) (i32.const 8 (;XXH64_STATE.BUFFER;)))
          (local.get $buffered))
        (local.get $ptr)
        (select
          (local.get $room)
          (local.get $len)
          (i32.lt_u (local.get $room) (local.get $len))))
      (if (i32.lt_u (local.get $len) (local.get $room)) (then (return)))
      (call $add_stripes
        (local.get $state_ptr)
        (i32.add (local.get $state_ptr) (i32.const 8 (;XXH64_STATE.BUFFER;)))
        (i32.add (local.get $state_ptr) (i32.const 40 (;LANES;))))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $room)))
      (local.set $len (i32.sub (local.get $len) (local.get $room)))))
  (local.set $end (i32.add (local.get $ptr) (i32.and (local.get $len) (i32.const -32))))
  (call $add_stripes (local.get $state_ptr) (local.get $ptr) (local.get $end))
  (call $copy_short
    (i32.add (local.get $state_ptr) (i32.const 8 (;XXH64_STATE.BUFFER;)))
    (local.get $end)
    (i32.and (local.get $len) (i32.const 31))))

;; u64 xxh64_finish(u8 *state_ptr)
;;   Ends a byte string: returns its hash, and zeroes the state.
;;   Writes the state, cannot fail.
(func $xxh64_finish (export "xxh64_finish") (param $state_ptr i32) (result i64)
  (local $length i64)
  (local.set $length (i64.load offset=0 (;XXH64_STATE.LENGTH;) (local.get $state_ptr)))
  (call $finish_hash
    ;; Where there was no stripe, the third lane is the seed still.
    (if (result i64) (i64.ge_u (local.get $length) (i64.const 32))
      (then
        (call $merge_lanes!
          (i64.load offset=40 (;LANES;) (local.get $state_ptr))
          (i64.load offset=48 (;LANES+8;) (local.get $state_ptr))
          (i64.load offset=56 (;LANES+16;) (local.get $state_ptr))
          (i64.load offset=64 (;LANES+24;) (local.get $state_ptr))))
      (else
        (i64.add
          (i64.load offset=56 (;LANES+16;) (local.get $state_ptr))
          (global.get $PRIME_5))))
    (local.get $length)
    (i32.add (local.get $state_ptr) (i32.const 8 (;XXH64_STATE.BUFFER;))))
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $XXH64_STATE_SIZE)))

(func $set_lanes!
  (param $state i32)
  (param $lane_1 i64) (param $lane_2 i64) (param $lane_3 i64) (param $lane_4 i64)
  (i64.store offset=40 (;LANES;) (local.get $state) (local.get $lane_1))
  (i64.store offset=48 (;LANES+8;) (local.get $state) (local.get $lane_2))
  (i64.store offset=56 (;LANES+16;) (local.get $state) (local.get $lane_3))
  (i64.store offset=64 (;LANES+24;) (local.get $state) (local.get $lane_4)))

;; Puts [$ptr, $end), a multiple of 32 bytes, into the lanes of a state.
(func $add_stripes (param $state i32) (param $ptr i32) (param $end i32)
  (if (i32.ne (local.get $ptr) (local.get $end))
    (then
      (call $set_lanes!
        (local.get $state)
        (call $stripes!
          (local.get $ptr)
          (local.get $end)
          (i64.load offset=40 (;LANES;) (local.get $state))
          (i64.load offset=48 (;LANES+8;) (local.get $state))
          (i64.load offset=56 (;LANES+16;) (local.get $state))
          (i64.load offset=64 (;LANES+24;) (local.get $state)))))))

;; The hash of $length bytes, of which the last $length mod 32 stand at $rest_ptr, and the others
;; make $hash.
(func $finish_hash (param $hash i64) (param $length i64) (param $rest_ptr i32) (result i64)
  (local $left i32) ;; bytes from $rest_ptr on
  (local.set $left (i32.and (i32.wrap_i64 (local.get $length)) (i32.const 31)))
  (local.set $hash (i64.add (local.get $hash) (local.get $length)))
  (block $half_word
    (loop $next_8
      (br_if $half_word (i32.lt_u (local.get $left) (i32.const 8)))
      ;; hash' = rotl(hash ^ round(0, word), 27) * PRIME_1 + PRIME_4
      (local.set $hash
        (i64.add
          (i64.mul
            (i64.rotl
              (i64.xor
                (local.get $hash)
                (call $round! (i64.const 0) (i64.load (local.get $rest_ptr))))
              (i64.const 27))
            (global.get $PRIME_1))
          (global.get $PRIME_4)))
      (local.set $rest_ptr (i32.add (local.get $rest_ptr) (i32.const 8)))
      (local.set $left (i32.sub (local.get $left) (i32.const 8)))
      (br $next_8)))
  (if (i32.ge_u (local.get $left) (i32.const 4))
    (then
      ;; hash' = rotl(hash ^ word * PRIME_1, 23) * PRIME_2 + PRIME_3
      (local.set $hash
        (i64.add
          (i64.mul
            (i64.rotl
              (i64.xor
                (local.get $hash)
                (i64.mul (i64.load32_u (local.get $rest_ptr)) (global.get $PRIME_1)))
              (i64.const 23))
            (global.get $PRIME_2))
          (global.get $PRIME_3)))
      (local.set $rest_ptr (i32.add (local.get $rest_ptr) (i32.const 4)))
      (local.set $left (i32.sub (local.get $left) (i32.const 4)))))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eqz (local.get $left)))
      ;; hash' = rotl(hash ^ byte * PRIME_5, 11) * PRIME_1
      (local.set $hash
        (i64.mul
          (i64.rotl
            (i64.xor
              (local.get $hash)
              (i64.mul (i64.load8_u (local.get $rest_ptr)) (global.get $PRIME_5)))
            (i64.const 11))
          (global.get $PRIME_1)))
      (local.set $rest_ptr (i32.add (local.get $rest_ptr) (i32.const 1)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next_byte)))
  (call $avalanche! (local.get $hash)))
