;; Where text that is made goes to: into the caller's span and, near its end, onto a stage.
;;
;; `guard` is the last address at which there is room for 96 bytes, whether all of them stay or not.
;; Who is past it asks for room before writing on, and then writes on the stage, which has as much.
;; What is on the stage is copied to the span at the end, if it fits. What does not fit is lost, but
;; the input is still read to its end: whatever the room is, what is wrong with an input is said.

(global $ROOM i32 (i32.const 96))

(global $STAGE_GUARD i32 (i32.const 15200))

;; Whether writing goes on on the stage, where in the span belongs what is written there, whether
;; more was written than fits, and where the span ends.
(global $is_staged (mut i32) (i32.const 0))
(global $staged (mut i32) (i32.const 0))
(global $is_full (mut i32) (i32.const 0))
(global $span_end (mut i32) (i32.const 0))

;; Where to write, and guard.
(func $begin (param $dst_ptr i32) (param $dst_cap i32) (result i32 i32)
  ;; What is returned is less than 2^31.
  (if (i32.lt_s (local.get $dst_cap) (i32.const 0))
    (then (local.set $dst_cap (i32.const 0x7fff_ffff))))
  (global.set $is_full (i32.const 0))
  (global.set $is_staged (i32.lt_u (local.get $dst_cap) (global.get $ROOM)))
  (global.set $staged (local.get $dst_ptr))
  (global.set $span_end (i32.add (local.get $dst_ptr) (local.get $dst_cap)))
  (if (global.get $is_staged)
    (then (return (global.get $STAGE) (global.get $STAGE_GUARD))))
  (local.get $dst_ptr)
  (i32.sub (global.get $span_end) (global.get $ROOM)))

;; Where to write on for who is at dst and past the guard; and guard.
(func $room (param $dst i32) (result i32 i32)
  (if (global.get $is_staged)
    (then
      (global.set $is_full (i32.const 1)))
    (else
      (global.set $is_staged (i32.const 1))
      (global.set $staged (local.get $dst))))
  (global.get $STAGE)
  (global.get $STAGE_GUARD))

;; How much was written up to dst, or -2.
(func $finish (param $dst i32) (param $dst_ptr i32) (result i32)
  (local $len i32) ;; of what is on the stage
  (local $from i32)
  (local $to i32)
  (if (i32.eqz (global.get $is_staged))
    (then (return (i32.sub (local.get $dst) (local.get $dst_ptr)))))
  (local.set $len (i32.sub (local.get $dst) (global.get $STAGE)))
  (local.set $to (global.get $staged))
  (if
    (i32.or
      (global.get $is_full)
      (i32.gt_u
        (local.get $len)
        (i32.sub (global.get $span_end) (local.get $to))))
    (then (return (global.get $OUTPUT_TOO_SMALL))))
  (local.set $from (global.get $STAGE))
  (if (i32.and (local.get $len) (i32.const 64))
    (then
      (v128.store (local.get $to) (v128.load (local.get $from)))
      (v128.store offset=16 (local.get $to) (v128.load offset=16 (local.get $from)))
      (v128.store offset=32 (local.get $to) (v128.load offset=32 (local.get $from)))
      (v128.store offset=48 (local.get $to) (v128.load offset=48 (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 64)))
      (local.set $to (i32.add (local.get $to) (i32.const 64)))))
  (call $copy_rest! (local.get $to) (local.get $from) (local.get $len))
  (i32.add (i32.sub (global.get $staged) (local.get $dst_ptr)) (local.get $len)))

;; Copies what of len is no multiple of 64. A call of memory.copy takes longer than this.
(func $copy_rest! (param $to i32) (param $from i32) (param $len i32)
  (if (i32.and (local.get $len) (i32.const 32))
    (then
      (v128.store (local.get $to) (v128.load (local.get $from)))
      (v128.store offset=16 (local.get $to) (v128.load offset=16 (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 32)))
      (local.set $to (i32.add (local.get $to) (i32.const 32)))))
  (if (i32.and (local.get $len) (i32.const 16))
    (then
      (v128.store (local.get $to) (v128.load (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))))
  (if (i32.and (local.get $len) (i32.const 8))
    (then
      (i64.store (local.get $to) (i64.load (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (local.set $to (i32.add (local.get $to) (i32.const 8)))))
  (if (i32.and (local.get $len) (i32.const 4))
    (then
      (i32.store (local.get $to) (i32.load (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 4)))
      (local.set $to (i32.add (local.get $to) (i32.const 4)))))
  (if (i32.and (local.get $len) (i32.const 2))
    (then
      (i32.store16 (local.get $to) (i32.load16_u (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 2)))
      (local.set $to (i32.add (local.get $to) (i32.const 2)))))
  (if (i32.and (local.get $len) (i32.const 1))
    (then (i32.store8 (local.get $to) (i32.load8_u (local.get $from))))))
