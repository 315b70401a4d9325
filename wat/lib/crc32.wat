;; ---- CRC-32

;; Long inputs go by Chorba (Russell 2024): a multiple of the polynomial with few terms says of each
;; bit that it may be dropped, if it is added to a few later ones. Squaring keeps a multiple one, so
;; what holds of bits at these distances holds of bytes at the same ones, and of sixteen at a time,
;; none of which comes within 64 of those that it is added to. The sums are kept in a window of
;; memory, each step taking from there what the earlier ones add to it: for CRC-32
;;   sum[i] = byte[i] ^ sum[i-145] ^ sum[i-183] ^ sum[i-211] ^ sum[i-300]
;; The last 300 sums, into which no more is dropped, are what the input comes down to. They go by
;; tables, sixteen bytes a step, as short inputs do.
;; x^300 + x^155 + x^117 + x^89 + 1 is the multiple of least degree with five terms; that for
;; CRC-32C has six, as its polynomial has an even number, and no distance under 150, for processors
;; that take long to load what has only just been stored.

;; A message of fewer bytes goes by tables alone.
(global $SHORTEST_FOLDED i32 (i32.const 640))

;; How much of the window there is before its first sum: no less than the greatest distance.
(global $REACH i32 (i32.const 304))

;; How much is dropped before the window is moved.
(global $FOLDED_AT_ONCE i32 (i32.const 8192))

;; Adds what the eight bytes of `word` come to, behind which `more` others follow:
;; state ^= table[7 - k + more][byte k] for each of them, the first four last, as a state may have
;; gone into them that is only just known
(func $crc_word!
  (param $state i32) (param $table i32) (param $word i64) (param $more i32) (result i32)
  (local $behind i32) ;; bytes of the word behind the one at hand
  (local.set $behind (i32.const 0))
  (loop $next_byte!
    (local.set $state
      (i32.xor
        (local.get $state)
        (i32.load
          (call $at!
            (i32.add
              (local.get $table)
              ;; The byte, times four.
              (i32.and
                (i32.wrap_i64
                  (i64.rotr
                    (local.get $word)
                    (i64.extend_i32_u
                      (i32.and
                        (i32.sub
                          (i32.const 54)
                          (i32.shl (local.get $behind) (i32.const 3)))
                        (i32.const 63)))))
                (i32.const 0x3fc)))
            (i32.shl
              (i32.add (local.get $behind) (local.get $more))
              (i32.const 10))))))
    (local.set $behind (i32.add (local.get $behind) (i32.const 1)))
    (br_if $next_byte! (i32.lt_u (local.get $behind) (i32.const 8))))
  (local.get $state))

;; The state after the bytes [ptr, end), by the tables of a polynomial.
(func $crc_by_tables
  (param $table i32) (param $state i32) (param $ptr i32) (param $end i32) (result i32)
  (block $bytes
    (block $words
      (br_if $words
        (i32.lt_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 16)))
      (loop $next_step
        (local.set $state
          (call $crc_word!
            (call $crc_word!
              (i32.const 0)
              (local.get $table)
              (i64.load offset=8 (local.get $ptr))
              (i32.const 0))
            (local.get $table)
            (i64.xor
              (i64.load (local.get $ptr))
              (i64.extend_i32_u (local.get $state)))
            (i32.const 8)))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
        (br_if $next_step
          (i32.ge_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 16)))))
    (if (i32.ge_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 8))
      (then
        (local.set $state
          (call $crc_word!
            (i32.const 0)
            (local.get $table)
            (i64.xor
              (i64.load (local.get $ptr))
              (i64.extend_i32_u (local.get $state)))
            (i32.const 0)))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))))
    (br_if $bytes (i32.eq (local.get $ptr) (local.get $end)))
    (loop $next_byte
      (local.set $state
        (i32.xor
          (i32.load
            (call $at!
              (i32.shl
                (i32.and
                  (i32.xor (local.get $state) (i32.load8_u (local.get $ptr)))
                  (i32.const 0xff))
                (i32.const 2))
              (local.get $table)))
          (i32.shr_u (local.get $state) (i32.const 8))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br_if $next_byte (i32.ne (local.get $ptr) (local.get $end)))))
  (local.get $state))

;; Where what is not dropped any more begins: in whole steps of 64, so that at least $REACH bytes
;; are left.
(func $not_dropped! (param $ptr i32) (param $len i32) (result i32)
  (i32.add
    (local.get $ptr)
    (i32.and
      (i32.sub (local.get $len) (global.get $REACH))
      (i32.const -64))))

;; Where the window is full, or nothing is left to be dropped.
(func $window_stop! (param $ptr i32) (param $last i32) (result i32)
  (i32.add
    (local.get $ptr)
    (call $least!
      (i32.sub (local.get $last) (local.get $ptr))
      (global.get $FOLDED_AT_ONCE))))

;; An empty window. The state belongs to the first four bytes: it goes where these look back to.
(func $begin_window! (param $state i32) (param $offset i32)
  (memory.fill (global.get $SUMS) (i32.const 0) (global.get $REACH))
  (i32.store (i32.add (global.get $SUMS) (local.get $offset)) (local.get $state)))

;; The last sums, those of [ptr, stop), to the front of the window.
(func $move_window! (param $ptr i32) (param $stop i32)
  (memory.copy
    (global.get $SUMS)
    (i32.add
      (global.get $SUMS)
      (i32.sub (local.get $stop) (local.get $ptr)))
    (global.get $REACH)))

;; Into the bytes that follow, earlier ones are dropped, but none of themselves.
(func $end_window!
  (memory.fill
    (i32.add (global.get $SUMS) (global.get $REACH))
    (i32.const 0)
    (global.get $REACH)))

;; The state after the sums of the last $REACH bytes, which stand at the front of the window, and
;; after the bytes [ptr, end) behind them.
(func $state_of_window!
  (param $table i32) (param $ptr i32) (param $end i32) (result i32)
  (call $crc_by_tables
    (local.get $table)
    (call $crc_by_tables
      (local.get $table)
      (i32.const 0)
      (global.get $SUMS)
      (i32.add (global.get $SUMS) (global.get $REACH)))
    (local.get $ptr)
    (local.get $end)))

;; The sums of the sixteen bytes at ptr + offset; `sum` is the place of those at ptr, less $REACH.
(func $crc32_sums! (param $ptr i32) (param $sum i32) (param $offset i32) (result v128)
  (v128.xor
    (v128.xor
      (v128.load (call $at! (local.get $ptr) (local.get $offset)))
      (v128.load ;; 300 before
        (call $at! (local.get $sum) (i32.add (local.get $offset) (i32.const 4)))))
    (v128.xor
      (v128.xor
        (v128.load ;; 211 before
          (call $at! (local.get $sum) (i32.add (local.get $offset) (i32.const 93))))
        (v128.load ;; 183 before
          (call $at! (local.get $sum) (i32.add (local.get $offset) (i32.const 121)))))
      (v128.load ;; 145 before
        (call $at! (local.get $sum) (i32.add (local.get $offset) (i32.const 159)))))))

;; The sums of [ptr, stop), whole steps of 64 bytes and one at least; the first of them are $REACH
;; behind `sum`.
(func $crc32_fold (param $ptr i32) (param $stop i32) (param $sum i32)
  (local $offset i32)
  (loop $next_step
    (local.set $offset (i32.const 0))
    (loop $next_sums!
      (v128.store
        (call $at! (local.get $sum) (i32.add (local.get $offset) (i32.const 304)))
        (call $crc32_sums! (local.get $ptr) (local.get $sum) (local.get $offset)))
      (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
      (br_if $next_sums! (i32.lt_u (local.get $offset) (i32.const 64))))
    (local.set $sum (i32.add (local.get $sum) (i32.const 64)))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
    (br_if $next_step (i32.ne (local.get $ptr) (local.get $stop)))))

;; The CRC-32 state after [ptr, ptr+len), by tables where that is short, else by sums.
(func $crc32_state (param $state i32) (param $ptr i32) (param $len i32) (result i32)
  (local $end i32)  ;; one past the last byte
  (local $last i32) ;; where what is not dropped any more begins
  (local $stop i32) ;; where the window is full
  (local $sum i32)  ;; the place of the next sum, less $REACH
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (if (i32.lt_u (local.get $len) (global.get $SHORTEST_FOLDED))
    (then
      (return
        (call $crc_by_tables
          (global.get $CRC32_TABLES)
          (local.get $state)
          (local.get $ptr)
          (local.get $end)))))
  (local.set $last (call $not_dropped! (local.get $ptr) (local.get $len)))
  (call $begin_window! (local.get $state) (i32.const 4))
  (loop $next_window
    (local.set $stop (call $window_stop! (local.get $ptr) (local.get $last)))
    (call $crc32_fold (local.get $ptr) (local.get $stop) (global.get $SUMS))
    (call $move_window! (local.get $ptr) (local.get $stop))
    (local.set $ptr (local.get $stop))
    (br_if $next_window (i32.ne (local.get $ptr) (local.get $last))))
  (call $end_window!)
  ;; Their sums stand where none is looked for any more, at the front.
  (local.set $sum (global.get $SUMS))
  (local.set $stop (i32.add (local.get $ptr) (global.get $REACH)))
  (loop $next_rest
    (v128.store
      (local.get $sum)
      (call $crc32_sums! (local.get $ptr) (local.get $sum) (i32.const 0)))
    (local.set $sum (i32.add (local.get $sum) (i32.const 16)))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
    (br_if $next_rest (i32.ne (local.get $ptr) (local.get $stop))))
  (call $state_of_window! (global.get $CRC32_TABLES) (local.get $ptr) (local.get $end)))

;; The CRC-32 of what `crc` is that of, followed by [ptr, ptr+len).
(func $crc32_behind (param $crc i32) (param $ptr i32) (param $len i32) (result i32)
  (if (i32.eqz (local.get $len)) (then (return (local.get $crc))))
  (i32.xor
    (call $crc32_state
      (i32.xor (local.get $crc) (i32.const -1))
      (local.get $ptr)
      (local.get $len))
    (i32.const -1)))
