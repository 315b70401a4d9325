;; ---- level 1: a hash table with two places a hash

;; A match of four bytes that is further away costs more than its literals.
(global $FOUR_NEAR i32 (i32.const 4096))

;; The next places of a match, so many, go into the table one after the other without a branch, and
;; of one that is no longer nothing else does: how long a match is, no one foresees.
(global $STRAIGHT i32 (i32.const 8))

;; Of what a match covers behind those, each second place goes into the table; of one of 16 bytes or
;; more, each third.
(global $HALF_KNOWN  i32 (i32.const 2))
(global $THIRD_KNOWN i32 (i32.const 3))

;; Where the pair of places of the low four bytes is: u16 where they stood before, u16 where they
;; stood last.
(func $pair! (param $pairs i32) (param $mask i32) (param $bytes i32) (result i32)
  (i32.add
    (local.get $pairs)
    (i32.and
      (i32.shr_u (i32.mul (local.get $bytes) (global.get $SPREAD_4)) (i32.const 15))
      (local.get $mask))))

;; Puts the place whose low bits are the high ones of $high in front of a pair that was $pair.
(func $set_pair! (param $place i32) (param $pair i32) (param $high i32)
  (i32.store
    (local.get $place)
    (i32.or (local.get $high) (i32.shr_u (local.get $pair) (i32.const 16)))))

;; How many of the 16 bytes that are $distance before $here are as in $bytes, from the first on;
;; none where that is beyond the window.
(func $alike! (param $here i32) (param $distance i32) (param $bytes v128) (result i32)
  (i32.ctz
    (i32.xor
      (i32.and
        (i8x16.bitmask
          (i8x16.eq
            (v128.load (i32.sub (local.get $here) (local.get $distance)))
            (local.get $bytes)))
        (i32.shr_s
          (i32.sub (i32.sub (local.get $distance) (global.get $WINDOW)) (i32.const 1))
          (i32.const 31)))
      (i32.const -1))))

;; Puts places of [$ptr, $end), which are $pace apart, into the table.
(func $know_pairs
  (param $pairs i32) (param $mask i32) (param $ptr i32) (param $end i32) (param $pace i32)
  (local $place i32)
  (block $done
    (loop $next_place
      (br_if $done (i32.ge_u (local.get $ptr) (local.get $end)))
      (local.set $place
        (call $pair! (local.get $pairs) (local.get $mask) (i32.load (local.get $ptr))))
      (call $set_pair!
        (local.get $place)
        (i32.load (local.get $place))
        (i32.shl (local.get $ptr) (i32.const 16)))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $pace)))
      (br $next_place))))

;; Parses from $here on, and takes each match of four bytes or more that the table has, until it is
;; at $stop, behind which 15 bytes follow at least. Where it is then, where the next token goes, and
;; where the literals of it begin.
(func $take_pairs
  (param $pairs i32) (param $mask i32) (param $here i32) (param $stop i32) (param $token i32)
  (param $literals i32)
  (result i32 i32 i32)
  (local $bytes v128)     ;; the 16 at $here
  (local $place i32)
  (local $pair i32)
  (local $high i32)       ;; $here as it goes into a pair
  (local $distance i32)
  (local $other i32)      ;; the other distance
  (local $len i32)
  (local $other_len i32)
  (local $next i32)
  (loop $next_place
    (local.set $bytes (v128.load (local.get $here)))
    (local.set $place
      (call $pair! (local.get $pairs) (local.get $mask) (i32.load (local.get $here))))
    (local.set $pair (i32.load (local.get $place)))
    (local.set $high (i32.shl (local.get $here) (i32.const 16)))
    (call $set_pair! (local.get $place) (local.get $pair) (local.get $high))
    (local.set $distance
      (i32.shr_u
        (i32.sub (i32.or (local.get $high) (i32.const 0xffff)) (local.get $pair))
        (i32.const 16)))
    (local.set $other
      (i32.and (i32.sub (local.get $here) (local.get $pair)) (i32.const 0xffff)))
    ;; Both are compared without a branch: which of them is longer, no one foresees.
    (local.set $len
      (call $alike! (local.get $here) (local.get $distance) (local.get $bytes)))
    (local.set $other_len
      (call $alike! (local.get $here) (local.get $other) (local.get $bytes)))
    (local.set $distance
      (select
        (local.get $other)
        (local.get $distance)
        (i32.gt_u (local.get $other_len) (local.get $len))))
    (local.set $len (call $greater! (local.get $len) (local.get $other_len)))
    (block $advanced
      ;; Four bytes that are far away cost more than their literals.
      (if
        (i32.lt_u
          (local.get $len)
          (i32.add
            (i32.const 4)
            (i32.gt_u (local.get $distance) (global.get $FOUR_NEAR))))
        (then
          (call $count_literal! (local.get $here))
          (local.set $here (i32.add (local.get $here) (i32.const 1)))
          (br $advanced)))
      (if (i32.eq (local.get $len) (i32.const 16))
        (then
          (local.set $len
            (call $match_len!
              (local.get $here)
              (i32.sub (local.get $here) (local.get $distance))
              (i32.const 16)
              (global.get $text_end)))
          (call $know_pairs
            (local.get $pairs)
            (local.get $mask)
            (i32.add (local.get $here) (i32.const 1))
            (call $lesser!
              (i32.add (local.get $here) (local.get $len))
              (i32.sub (global.get $text_end) (i32.const 15)))
            (global.get $THIRD_KNOWN)))
        (else
          (local.set $next (i32.const 1))
          (loop $straight!
            (local.set $place
              (call $pair!
                (local.get $pairs)
                (local.get $mask)
                (i32.load (call $at! (local.get $here) (local.get $next)))))
            ;; A match has four bytes at least.
            (if (i32.ge_u (local.get $next) (i32.const 4))
              (then
                (local.set $place
                  (select
                    (local.get $place)
                    ;; Nothing reads what goes there.
                    (call $word! (global.get $TALLIES) (local.get $next))
                    (i32.gt_u (local.get $len) (local.get $next))))))
            (call $set_pair!
              (local.get $place)
              (i32.load (local.get $place))
              (i32.add (local.get $high) (i32.shl (local.get $next) (i32.const 16))))
            (local.set $next (i32.add (local.get $next) (i32.const 1)))
            (br_if $straight! (i32.lt_u (local.get $next) (i32.const 8))))
          (if (i32.gt_u (local.get $len) (global.get $STRAIGHT))
            (then
              (call $know_pairs
                (local.get $pairs)
                (local.get $mask)
                (i32.add (local.get $here) (global.get $STRAIGHT))
                (call $lesser!
                  (i32.add (local.get $here) (local.get $len))
                  (i32.sub (global.get $text_end) (i32.const 15)))
                (global.get $HALF_KNOWN))))))
      (local.set $token
        (call $token!
          (local.get $token)
          (i32.sub (local.get $here) (local.get $literals))
          (call $count_match! (local.get $len) (local.get $distance))))
      (local.set $here (i32.add (local.get $here) (local.get $len)))
      (local.set $literals (local.get $here)))
    (br_if $next_place (i32.lt_u (local.get $here) (local.get $stop))))
  (local.get $here)
  (local.get $token)
  (local.get $literals))

;; Parses [$here, $end), with matches that reach back to $window. Where the next token goes, or 0
;; where a block had no room.
(func $parse_pairs
  (param $window i32) (param $here i32) (param $end i32) (param $work_ptr i32) (result i32)
  (local $pairs i32)
  (local $mask i32)       ;; of offsets into them
  (local $stop i32)       ;; from where on less than 16 bytes follow
  (local $chunk_end i32)
  (local $sweep_at i32)
  (local $token i32)      ;; where the next goes
  (local $literals i32)   ;; where the literals of it begin
  (local.set $pairs (local.get $work_ptr))
  (local.set $mask
    (i32.sub
      (i32.shl
        (i32.const 4)
        (call $table_bits! (i32.sub (local.get $end) (local.get $window)) (global.get $PAIR_BITS)))
      (i32.const 4)))
  (local.set $token
    (i32.add (local.get $pairs) (i32.add (local.get $mask) (i32.const 4))))
  (global.set $text_end (local.get $end))
  (call $begin_blocks (local.get $here) (local.get $token))
  (call $forget
    (local.get $pairs)
    (i32.add (local.get $mask) (i32.const 4))
    (local.get $here))
  (local.set $sweep_at (i32.add (local.get $here) (global.get $SWEEP)))
  (local.set $literals (local.get $here))
  (local.set $chunk_end (i32.add (local.get $here) (global.get $CHUNK)))
  (if (i32.ge_u (i32.sub (local.get $end) (local.get $window)) (i32.const 16))
    (then
      (local.set $stop (i32.sub (local.get $end) (i32.const 15)))
      ;; The history is in the table from the start.
      (call $know_pairs
        (local.get $pairs)
        (local.get $mask)
        (local.get $window)
        (call $lesser! (local.get $here) (local.get $stop))
        (i32.const 1))
      (block $done
        (loop $next_stretch
          (br_if $done (i32.ge_u (local.get $here) (local.get $stop)))
          (if (i32.ge_u (local.get $here) (local.get $chunk_end))
            (then
              (if (i32.ne (local.get $here) (local.get $literals))
                (then
                  (local.set $token
                    (call $token!
                      (local.get $token)
                      (i32.sub (local.get $here) (local.get $literals))
                      (i32.const 0)))))
              (local.set $literals (local.get $here))
              (local.set $token (call $end_chunk (local.get $here) (local.get $token)))
              (if (i32.eqz (local.get $token)) (then (return (i32.const 0))))
              (local.set $chunk_end (i32.add (local.get $here) (global.get $CHUNK)))))
          (if (i32.ge_u (local.get $here) (local.get $sweep_at))
            (then
              (call $sweep
                (local.get $pairs)
                (i32.add (local.get $mask) (i32.const 4))
                (local.get $here))
              (local.set $sweep_at (i32.add (local.get $here) (global.get $SWEEP)))))
          (call $take_pairs
            (local.get $pairs)
            (local.get $mask)
            (local.get $here)
            (call $lesser!
              (call $lesser! (local.get $chunk_end) (local.get $sweep_at))
              (local.get $stop))
            (local.get $token)
            (local.get $literals))
          (local.set $literals)
          (local.set $token)
          (local.set $here)
          (br $next_stretch)))))
  (if (i32.ne (local.get $literals) (local.get $end))
    (then
      (call $count_literals (local.get $here) (local.get $end))
      (local.set $token
        (call $token!
          (local.get $token)
          (i32.sub (local.get $end) (local.get $literals))
          (i32.const 0)))))
  (local.get $token))
