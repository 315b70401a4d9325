;; ---- compression

;; A prime that spreads the low five bytes of an i64, 24 bits up so that the other three fall out.
(global $SPREAD i64 (i64.const 0xcf1bbcdcbb000000))

;; Steps grow by a byte after so many (log2) places without a match. 5 is 1.02 times as fast as 6
;; on source text of 10 KiB, and as tight (2026-11-22).
(global $PATIENCE i32 (i32.const 5))

;; i32 lz4_bound(u32 len)
;;   How long the compressed block of `len` bytes may be: len + len / 255 + 16, or -6 too_large
;;   where len is over 0x7e000000.
;;   Reads and writes nothing. len = 0 gives 16.
(func $lz4_bound (export "lz4_bound") (param $len i32) (result i32)
  (if (i32.gt_u (local.get $len) (global.get $LONGEST)) (then (return (i32.const -6))))
  (i32.add
    (i32.add (local.get $len) (i32.div_u (local.get $len) (i32.const 255)))
    (i32.const 16)))

;; The address of the table's entry for the first five bytes of $bytes.
;; place = PLACES + 2 * ((bytes * SPREAD) >> 51)
(func $place! (param $bytes i64) (result i32)
  (i32.add
    (i32.shl
      (i32.wrap_i64
        (i64.shr_u (i64.mul (local.get $bytes) (global.get $SPREAD)) (i64.const 51)))
      (i32.const 1))
    (global.get $PLACES)))

;; How far before $here the entry at $place says that the same bytes stand: 0 to 65535.
(func $distance! (param $here i32) (param $place i32) (result i32)
  (i32.and
    (i32.sub (local.get $here) (i32.load16_u (local.get $place)))
    (i32.const 0xffff)))

(func $store_64! (param $ptr i32) (param $bytes v128)
  (v128.store (local.get $ptr) (local.get $bytes))
  (v128.store offset=16 (local.get $ptr) (local.get $bytes))
  (v128.store offset=32 (local.get $ptr) (local.get $bytes))
  (v128.store offset=48 (local.get $ptr) (local.get $bytes)))

;; How many bytes follow the token for a length of $len whose half of the token holds 15.
(func $run_len! (param $len i32) (result i32)
  (i32.add
    (i32.div_u (i32.sub (local.get $len) (global.get $RUN)) (i32.const 255))
    (i32.const 1)))

;; Writes those bytes, and returns where they end.
(func $write_run! (param $dst_ptr i32) (param $len i32) (result i32)
  (local.set $len (i32.sub (local.get $len) (global.get $RUN)))
  (block $last_byte
    (loop $next_byte
      (br_if $last_byte (i32.lt_u (local.get $len) (i32.const 255)))
      (i32.store8 (local.get $dst_ptr) (i32.const 255))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 1)))
      (local.set $len (i32.sub (local.get $len) (i32.const 255)))
      (br $next_byte)))
  (i32.store8 (local.get $dst_ptr) (local.get $len))
  (i32.add (local.get $dst_ptr) (i32.const 1)))

;; Where the bytes from $ptr on stop being those $distance before, $limit at the latest. Reads
;; nothing from $src_end on.
(func $match_end!
  (param $ptr i32) (param $distance i32) (param $limit i32) (param $src_end i32) (result i32)
  (local $lanes i32) ;; bits of the lanes that differ
  (block $near_end
    (loop $next_16
      (br_if $near_end
        (i32.lt_u (i32.sub (local.get $src_end) (local.get $ptr)) (i32.const 16)))
      (local.set $lanes
        (i8x16.bitmask
          (i8x16.ne
            (v128.load (local.get $ptr))
            (v128.load (i32.sub (local.get $ptr) (local.get $distance))))))
      (if (local.get $lanes)
        (then
          (return (i32.add (local.get $ptr) (i32.ctz (local.get $lanes))))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
      (br $next_16)))
  (block $done
    (loop $next_byte
      (br_if $done (i32.ge_u (local.get $ptr) (local.get $limit)))
      (br_if $done
        (i32.ne
          (i32.load8_u (local.get $ptr))
          (i32.load8_u (i32.sub (local.get $ptr) (local.get $distance)))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br $next_byte)))
  (local.get $ptr))

;; Says of every hash that its bytes were last seen at $ptr, where the input starts.
(func $forget (param $ptr i32)
  (local $at i32)
  (local $same v128)        ;; the low half of $ptr in every entry
  (local.set $same (i16x8.splat (local.get $ptr)))
  (local.set $at (global.get $PLACES))
  (loop $next_128
    (call $store_64! (local.get $at) (local.get $same))
    (call $store_64! (i32.add (local.get $at) (i32.const 64)) (local.get $same))
    (local.set $at (i32.add (local.get $at) (i32.const 128)))
    (br_if $next_128 (i32.lt_u (local.get $at) (global.get $PLACES_END)))))

;; i32 lz4_compress(const u8 *src_ptr, u32 src_len, u8 *dst_ptr, u32 dst_cap)
;;   Writes [src_ptr, src_ptr+src_len) as one block and returns its length. The same input gives the
;;   same block whatever dst_cap is.
;;   -2 output_too_small where the block is longer than dst_cap; never where dst_cap is
;;   lz4_bound(src_len). -6 too_large where src_len is over 0x7e000000.
;;   Reads the span, writes within dst_cap, also past what it returns, and the static region.
;;   src_len = 0 gives a block of one byte.
(func $lz4_compress (export "lz4_compress")
  (param $src_ptr i32) (param $src_len i32) (param $dst_ptr i32) (param $dst_cap i32)
  (result i32)
  (if (i32.gt_u (local.get $src_len) (global.get $LONGEST)) (then (return (i32.const -6))))
  (if (i32.gt_u (local.get $src_len) (global.get $NO_MATCH_TAIL))
    (then (call $forget (local.get $src_ptr))))
  (call $compress
    (local.get $src_ptr)
    (local.get $src_len)
    (local.get $src_ptr)
    (local.get $dst_ptr)
    (local.get $dst_cap)))

;; Writes a block of [$src_ptr, $src_ptr+$src_len), with matches that reach back to $window at most,
;; and returns its length, or -2. Every entry of the table is the low half of an address from
;; $window on, or of one more than 64 KiB before $src_ptr.
(func $compress
  (param $src_ptr i32) (param $src_len i32) (param $window i32)
  (param $dst_ptr i32) (param $dst_cap i32)
  (result i32)
  (local $src_end i32)      ;; one past the last byte
  (local $dst i32)          ;; where the next sequence goes
  (local $dst_end i32)      ;; one past the capacity
  (local $anchor i32)       ;; the first byte that is not written yet
  (local $here i32)         ;; where a match is looked for
  (local $last_start i32)   ;; the last place where one may begin
  (local $limit i32)        ;; where one ends at the latest
  (local $bytes i64)        ;; the eight bytes there; then what differs
  (local $place i32)        ;; entry of the table
  (local $distance i32)
  (local $tries i32)        ;; places that were looked at since the last match
  (local $back i32)         ;; how far a match reaches back over literals
  (local $end i32)          ;; where the match ends
  (local $literal_len i32)
  (local $match_len i32)    ;; less the shortest
  (local $token i32)        ;; its upper half
  (local $room i32)         ;; for what comes after the literals
  (local $at i32)           ;; where something is copied to
  ;; No block is longer than the bound; differences of ends then are below 2^31.
  (local.set $dst_end
    (i32.add
      (local.get $dst_ptr)
      (select
        (local.get $dst_cap)
        (call $lz4_bound (local.get $src_len))
        (i32.lt_u (local.get $dst_cap) (call $lz4_bound (local.get $src_len))))))
  (local.set $dst (local.get $dst_ptr))
  (local.set $anchor (local.get $src_ptr))
  (local.set $src_end (i32.add (local.get $src_ptr) (local.get $src_len)))
  (block $no_match_left
    (br_if $no_match_left (i32.le_u (local.get $src_len) (global.get $NO_MATCH_TAIL)))
    (local.set $last_start (i32.sub (local.get $src_end) (global.get $NO_MATCH_TAIL)))
    (local.set $limit (i32.sub (local.get $src_end) (global.get $LITERAL_TAIL)))
    ;; Nothing stands before the first byte of all.
    (local.set $here
      (i32.add (local.get $src_ptr) (i32.eq (local.get $src_ptr) (local.get $window))))
    (local.set $tries (i32.shl (i32.const 1) (global.get $PATIENCE)))
    (loop $next_literals
      (block $found
        (loop $next_place
          (br_if $no_match_left (i32.gt_u (local.get $here) (local.get $last_start)))
          (local.set $bytes (i64.load (local.get $here)))
          (local.set $place (call $place! (local.get $bytes)))
          (local.set $distance (call $distance! (local.get $here) (local.get $place)))
          (i32.store16 (local.get $place) (local.get $here))
          (if
            (i32.eq
              (i32.load (i32.sub (local.get $here) (local.get $distance)))
              (i32.wrap_i64 (local.get $bytes)))
            ;; An entry of 64 KiB ago says that its bytes stand here.
            (then (br_if $found (local.get $distance))))
          (local.set $here
            (i32.add
              (local.get $here)
              (i32.shr_u (local.get $tries) (global.get $PATIENCE))))
          (local.set $tries (i32.add (local.get $tries) (i32.const 1)))
          (br $next_place)))
      (local.set $end (i32.add (local.get $here) (global.get $SHORTEST_MATCH)))
      ;; back = min(equal bytes before, 8, here - anchor), where eight bytes are there to look at
      (local.set $literal_len (i32.sub (local.get $here) (local.get $anchor)))
      (if
        (i32.ge_u
          (i32.sub (i32.sub (local.get $here) (local.get $distance)) (local.get $window))
          (i32.const 8))
        (then
          (local.set $at (i32.sub (local.get $here) (i32.const 8)))
          (local.set $back
            (i32.shr_u
              (i32.wrap_i64
                (i64.clz
                  (i64.xor
                    (i64.load (local.get $at))
                    (i64.load (i32.sub (local.get $at) (local.get $distance))))))
              (i32.const 3)))
          (local.set $back
            (select
              (local.get $back)
              (local.get $literal_len)
              (i32.lt_u (local.get $back) (local.get $literal_len))))
          (local.set $here (i32.sub (local.get $here) (local.get $back)))
          (local.set $literal_len (i32.sub (local.get $literal_len) (local.get $back)))))
      (local.set $at (i32.add (local.get $dst) (i32.const 1)))
      (block $copied
        (block $tight
          ;; Wide copies read 15 bytes past the literals at most.
          (br_if $tight
            (i32.lt_u (i32.sub (local.get $src_end) (local.get $here)) (i32.const 16)))
          ;; The token, the run, the literals and 15 bytes past them are to have room.
          (br_if $tight
            (i32.lt_u
              (i32.sub (local.get $dst_end) (local.get $dst))
              (i32.add (i32.shl (local.get $literal_len) (i32.const 1)) (i32.const 32))))
          (if (i32.lt_u (local.get $literal_len) (global.get $RUN))
            (then
              (v128.store (local.get $at) (v128.load (local.get $anchor)))
              (local.set $at (i32.add (local.get $at) (local.get $literal_len)))
              (local.set $token (i32.shl (local.get $literal_len) (i32.const 4)))
              (br $copied)))
          (local.set $at (call $write_run! (local.get $at) (local.get $literal_len)))
          (call $copy_over! (local.get $at) (local.get $anchor) (local.get $literal_len))
          (local.set $at (i32.add (local.get $at) (local.get $literal_len)))
          (local.set $token (i32.const 0xf0))
          (br $copied))
        (local.set $at
          (call $write_literals
            (local.get $dst) (local.get $dst_end) (local.get $anchor) (local.get $literal_len)))
        (if (i32.eqz (local.get $at)) (then (return (i32.const -2))))
        (local.set $token (i32.load8_u (local.get $dst))))
      (loop $next_match
        ;; The first eight bytes past the four are all there: the match begins 12 before the end.
        (local.set $bytes
          (i64.xor
            (i64.load (local.get $end))
            (i64.load (i32.sub (local.get $end) (local.get $distance)))))
        (if (i64.ne (local.get $bytes) (i64.const 0))
          (then
            (local.set $end
              (i32.add
                (local.get $end)
                (i32.shr_u (i32.wrap_i64 (i64.ctz (local.get $bytes))) (i32.const 3)))))
          (else
            (local.set $end
              (call $match_end!
                (i32.add (local.get $end) (i32.const 8))
                (local.get $distance)
                (local.get $limit)
                (local.get $src_end)))))
        (if (i32.gt_u (local.get $end) (local.get $limit))
          (then (local.set $end (local.get $limit))))
        (local.set $match_len
          (i32.sub
            (i32.sub (local.get $end) (local.get $here))
            (global.get $SHORTEST_MATCH)))
        ;; Signed: without room for a token, $at is one past the end already.
        (local.set $room (i32.sub (local.get $dst_end) (local.get $at)))
        (if (i32.lt_s (local.get $room) (i32.const 2)) (then (return (i32.const -2))))
        (i32.store16 (local.get $at) (local.get $distance))
        (local.set $at (i32.add (local.get $at) (i32.const 2)))
        (if (i32.ge_u (local.get $match_len) (global.get $RUN))
          (then
            (if
              (i32.lt_s
                (local.get $room)
                (i32.add (call $run_len! (local.get $match_len)) (i32.const 2)))
              (then (return (i32.const -2))))
            (local.set $at (call $write_run! (local.get $at) (local.get $match_len)))
            (local.set $match_len (global.get $RUN))))
        (i32.store8 (local.get $dst) (i32.or (local.get $token) (local.get $match_len)))
        (local.set $dst (local.get $at))
        (local.set $here (local.get $end))
        (local.set $anchor (local.get $end))
        (br_if $no_match_left (i32.gt_u (local.get $here) (local.get $last_start)))
        ;; Most matches in text are followed by another at once, which has no literals: looked for
        ;; here, that is a branch that predicts well. Places within the match are not remembered
        ;; (10 KiB of source text in 0.92 of the time for 1 % more length, 2026-11-22).
        (local.set $bytes (i64.load (local.get $here)))
        (local.set $place (call $place! (local.get $bytes)))
        (local.set $distance (call $distance! (local.get $here) (local.get $place)))
        (i32.store16 (local.get $place) (local.get $here))
        (if
          (i32.eq
            (i32.load (i32.sub (local.get $here) (local.get $distance)))
            (i32.wrap_i64 (local.get $bytes)))
          (then
            (local.set $end (i32.add (local.get $here) (global.get $SHORTEST_MATCH)))
            (local.set $at (i32.add (local.get $dst) (i32.const 1)))
            (local.set $token (i32.const 0))
            (br_if $next_match (local.get $distance)))))
      (local.set $here (i32.add (local.get $here) (i32.const 1)))
      (local.set $tries
        (i32.add (i32.shl (i32.const 1) (global.get $PATIENCE)) (i32.const 1)))
      (br $next_literals)))
  ;; What is left are literals.
  (local.set $at
    (call $write_literals
      (local.get $dst)
      (local.get $dst_end)
      (local.get $anchor)
      (i32.sub (local.get $src_end) (local.get $anchor))))
  (if (i32.eqz (local.get $at)) (then (return (i32.const -2))))
  (i32.sub (local.get $at) (local.get $dst_ptr)))

;; Writes a token without a match, the run and the literals, to the byte. Where that ends, or 0
;; where there is no room for it.
(func $write_literals
  (param $dst i32) (param $dst_end i32) (param $literals_ptr i32) (param $len i32) (result i32)
  (local $at i32)
  (local $needed i32)
  (local.set $at (i32.add (local.get $dst) (i32.const 1)))
  (local.set $needed (i32.add (local.get $len) (i32.const 1)))
  (if (i32.ge_u (local.get $len) (global.get $RUN))
    (then
      (local.set $needed
        (i32.add (local.get $needed) (call $run_len! (local.get $len))))))
  (if (i32.lt_u (i32.sub (local.get $dst_end) (local.get $dst)) (local.get $needed))
    (then (return (i32.const 0))))
  (if (i32.ge_u (local.get $len) (global.get $RUN))
    (then
      (local.set $at (call $write_run! (local.get $at) (local.get $len)))
      (i32.store8 (local.get $dst) (i32.const 0xf0)))
    (else
      (i32.store8 (local.get $dst) (i32.shl (local.get $len) (i32.const 4)))))
  (call $copy_exactly (local.get $at) (local.get $literals_ptr) (local.get $len))
  (i32.add (local.get $at) (local.get $len)))
