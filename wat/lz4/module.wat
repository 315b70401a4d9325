;;! summary   = "LZ4 compression of blocks, of frames and of frames in pieces, and their checksum"
;;! spec      = "LZ4 Block Format 2022-07-31, LZ4 Frame Format 1.6.4; xxHash 0.1.1"
;;! exports   = [
;;!   "lz4_bound", "lz4_compress", "lz4_decompress",
;;!   "lz4_frame_bound", "lz4_frame_compress", "lz4_frame_decompress", "lz4_frame_content_size",
;;!   "lz4_frame_encode", "lz4_frame_decode",
;;!   "xxh32", "xxh32_init", "xxh32_update", "xxh32_finish",
;;! ]
;;! fragments = ["frame"]

;; A block is a list of sequences: a token, literals, and a match, which is a copy of up to 64 KiB
;; back. Compression looks four-byte repetitions up in a hash table of the low halves of addresses:
;; a distance is then below 64 KiB by construction, and the table needs half the room. Decompression
;; takes a sequence in a few wide copies that overrun its end while there is room for that on both
;; sides; every sequence that is unusual, broken or near an end is read again, and exactly.

;; Memory map
;;   offset  length  name         meaning
;;        0     256  repeat_mask  16 lanes for each distance 0 to 15: lane number mod distance
;;      256      16  repeat_step  for each distance its largest multiple that is 16 at most
;;      272      68  whole_frame  the state of a frame that is made or read in one call
;;      512   16384  places       u16 a hash: the low half of the address where it was last seen
(memory (export "memory") 1)
;; No distance reaches back over address 0 from here on.
(global (export "heap_base") i32 (i32.const 65536))

(global $REPEAT_STEP i32 (i32.const 256))
(global $WHOLE_FRAME i32 (i32.const 272))
(global $PLACES      i32 (i32.const 512))
(global $PLACES_END  i32 (i32.const 16896))

(data (i32.const 0)
  "\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00"
  "\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00"
  "\00\01\00\01\00\01\00\01\00\01\00\01\00\01\00\01"
  "\00\01\02\00\01\02\00\01\02\00\01\02\00\01\02\00"
  "\00\01\02\03\00\01\02\03\00\01\02\03\00\01\02\03"
  "\00\01\02\03\04\00\01\02\03\04\00\01\02\03\04\00"
  "\00\01\02\03\04\05\00\01\02\03\04\05\00\01\02\03"
  "\00\01\02\03\04\05\06\00\01\02\03\04\05\06\00\01"
  "\00\01\02\03\04\05\06\07\00\01\02\03\04\05\06\07"
  "\00\01\02\03\04\05\06\07\08\00\01\02\03\04\05\06"
  "\00\01\02\03\04\05\06\07\08\09\00\01\02\03\04\05"
  "\00\01\02\03\04\05\06\07\08\09\0a\00\01\02\03\04"
  "\00\01\02\03\04\05\06\07\08\09\0a\0b\00\01\02\03"
  "\00\01\02\03\04\05\06\07\08\09\0a\0b\0c\00\01\02"
  "\00\01\02\03\04\05\06\07\08\09\0a\0b\0c\0d\00\01"
  "\00\01\02\03\04\05\06\07\08\09\0a\0b\0c\0d\0e\00")
(data (i32.const 256) "\00\10\10\0f\10\0f\0c\0e\10\09\0a\0b\0c\0d\0e\0f")

;; The longest input: one of the format's reference code, which fits into 31 bits with its bound.
(global $LONGEST i32 (i32.const 0x7e000000))

;; A match has four bytes at least; it begins 12 bytes before the end of the input at the latest,
;; and the last five bytes are literals.
(global $SHORTEST_MATCH i32 (i32.const 4))
(global $NO_MATCH_TAIL  i32 (i32.const 12))
(global $LITERAL_TAIL   i32 (i32.const 5))

;; A half of the token that says that a run of length bytes follows.
(global $RUN i32 (i32.const 15))

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

;; ---- copies

;; Copies $len bytes, and up to 15 more, at least 16 in all.
(func $copy_over! (param $dst_ptr i32) (param $src_ptr i32) (param $len i32)
  (local $end i32)
  (local.set $end (i32.add (local.get $dst_ptr) (local.get $len)))
  (loop $next_16
    (v128.store (local.get $dst_ptr) (v128.load (local.get $src_ptr)))
    (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 16)))
    (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 16)))
    (br_if $next_16 (i32.lt_u (local.get $dst_ptr) (local.get $end)))))

;; Copies $len bytes between spans that have nothing in common: two overlapping pieces, where one is
;; not enough, and for long spans what the engine has.
(func $copy_exactly (param $dst_ptr i32) (param $src_ptr i32) (param $len i32)
  (local $last i32) ;; offset of the second piece
  (if (i32.gt_u (local.get $len) (i32.const 32))
    (then
      (memory.copy (local.get $dst_ptr) (local.get $src_ptr) (local.get $len))
      (return)))
  (if (i32.ge_u (local.get $len) (i32.const 16))
    (then
      (local.set $last (i32.sub (local.get $len) (i32.const 16)))
      (v128.store (local.get $dst_ptr) (v128.load (local.get $src_ptr)))
      (v128.store
        (i32.add (local.get $dst_ptr) (local.get $last))
        (v128.load (i32.add (local.get $src_ptr) (local.get $last))))
      (return)))
  (if (i32.ge_u (local.get $len) (i32.const 8))
    (then
      (local.set $last (i32.sub (local.get $len) (i32.const 8)))
      (i64.store (local.get $dst_ptr) (i64.load (local.get $src_ptr)))
      (i64.store
        (i32.add (local.get $dst_ptr) (local.get $last))
        (i64.load (i32.add (local.get $src_ptr) (local.get $last))))
      (return)))
  (call $copy_bytes (local.get $dst_ptr) (local.get $src_ptr) (local.get $len)))

;; Copies $len bytes one by one, so that they may be bytes that it has just written.
(func $copy_bytes (param $dst_ptr i32) (param $src_ptr i32) (param $len i32)
  (local $end i32)
  (local.set $end (i32.add (local.get $dst_ptr) (local.get $len)))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eq (local.get $dst_ptr) (local.get $end)))
      (i32.store8 (local.get $dst_ptr) (i32.load8_u (local.get $src_ptr)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 1)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 1)))
      (br $next_byte))))

;; The 16 bytes at $dst_ptr as a repetition of the $distance bytes before makes them; under 16.
(func $repetition! (param $dst_ptr i32) (param $distance i32) (result v128)
  (i8x16.swizzle
    (v128.load (i32.sub (local.get $dst_ptr) (local.get $distance)))
    (v128.load (i32.shl (local.get $distance) (i32.const 4)))))

;; The largest multiple of $distance that is 16 at most.
(func $repeat_step! (param $distance i32) (result i32)
  (i32.load8_u (i32.add (global.get $REPEAT_STEP) (local.get $distance))))

;; Copies $len bytes from $distance before, byte after byte as far as anyone can see.
(func $copy_match (param $dst_ptr i32) (param $distance i32) (param $len i32)
  (local $step i32)
  (local $bytes v128)
  (block $short
    (br_if $short (i32.lt_u (local.get $len) (i32.const 16)))
    (if (i32.ge_u (local.get $distance) (i32.const 16))
      (then
        (loop $next_16
          (v128.store
            (local.get $dst_ptr)
            (v128.load (i32.sub (local.get $dst_ptr) (local.get $distance))))
          (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 16)))
          (local.set $len (i32.sub (local.get $len) (i32.const 16)))
          (br_if $next_16 (i32.ge_u (local.get $len) (i32.const 16)))))
      (else
        (local.set $step (call $repeat_step! (local.get $distance)))
        (local.set $bytes
          (call $repetition! (local.get $dst_ptr) (local.get $distance)))
        (loop $next_step
          (v128.store (local.get $dst_ptr) (local.get $bytes))
          (local.set $dst_ptr (i32.add (local.get $dst_ptr) (local.get $step)))
          (local.set $len (i32.sub (local.get $len) (local.get $step)))
          (br_if $next_step (i32.ge_u (local.get $len) (i32.const 16)))))))
  (if
    (i32.and
      (i32.ge_u (local.get $len) (i32.const 8))
      (i32.ge_u (local.get $distance) (i32.const 8)))
    (then
      (i64.store
        (local.get $dst_ptr)
        (i64.load (i32.sub (local.get $dst_ptr) (local.get $distance))))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 8)))
      (local.set $len (i32.sub (local.get $len) (i32.const 8)))))
  (call $copy_bytes
    (local.get $dst_ptr)
    (i32.sub (local.get $dst_ptr) (local.get $distance))
    (local.get $len)))

;; ---- decompression

;; A sequence is taken in wide copies where so much is left on both sides: seven literals and a
;; match of 18, or a token, 14 literals, a distance and a length.
(global $MARGIN i32 (i32.const 32))

;; A length that no memory holds beside the run of 0xff that says it.
(global $ENDLESS i32 (i32.const 0xff010000))

;; i32 lz4_decompress(const u8 *src_ptr, u32 src_len, u8 *dst_ptr, u32 dst_cap)
;;   Writes what the block [src_ptr, src_ptr+src_len) stands for and returns its length.
;;   -3 malformed where the block ends anywhere but after literals, or a distance is 0 or reaches
;;   before dst_ptr; -2 output_too_small where dst_cap ends first. Of several, the first counts.
;;   Reads the span, writes within dst_cap, also past what it returns. src_len = 0 gives -3.
(func $lz4_decompress (export "lz4_decompress")
  (param $src_ptr i32) (param $src_len i32) (param $dst_ptr i32) (param $dst_cap i32)
  (result i32)
  (if (i32.eqz (local.get $src_len)) (then (return (i32.const -3))))
  (call $decode
    (local.get $src_ptr)
    (i32.add (local.get $src_ptr) (local.get $src_len))
    (local.get $dst_ptr)
    (i32.add (local.get $dst_ptr) (local.get $dst_cap))
    (local.get $dst_ptr)))

;; Adds the bytes of a run to 15. The length and where the run ends; the length is -1 where the
;; input ends first, and $ENDLESS or more where it is out of all proportion.
(func $read_run (param $src i32) (param $src_end i32) (result i32 i32)
  (local $len i32)
  (local $byte i32)
  (local.set $len (global.get $RUN))
  (loop $next_byte
    (if (i32.eq (local.get $src) (local.get $src_end))
      (then (return (i32.const -1) (local.get $src))))
    (local.set $byte (i32.load8_u (local.get $src)))
    (local.set $src (i32.add (local.get $src) (i32.const 1)))
    (local.set $len (i32.add (local.get $len) (local.get $byte)))
    (if (i32.ge_u (local.get $len) (global.get $ENDLESS))
      (then (return (local.get $len) (local.get $src))))
    (br_if $next_byte (i32.eq (local.get $byte) (i32.const 255))))
  (local.get $len)
  (local.get $src))

;; Decompresses [$src, $src_end) to $dst_ptr, with matches that reach back to $window at most.
;; The length, or -3, or -2.
(func $decode
  (param $src i32) (param $src_end i32) (param $dst_ptr i32) (param $dst_end i32)
  (param $window i32) (result i32)
  (local $dst i32)
  (local $src_wide i32)     ;; the last place where there is a margin, 0 without one
  (local $dst_wide i32)
  (local $token i32)
  (local $literal_len i32)
  (local $match_len i32)
  (local $distance i32)
  (local.set $dst (local.get $dst_ptr))
  (if
    (i32.and
      (i32.ge_u (i32.sub (local.get $src_end) (local.get $src)) (global.get $MARGIN))
      (i32.ge_u (i32.sub (local.get $dst_end) (local.get $dst)) (global.get $MARGIN)))
    (then
      (local.set $src_wide (i32.sub (local.get $src_end) (global.get $MARGIN)))
      (local.set $dst_wide (i32.sub (local.get $dst_end) (global.get $MARGIN)))))
  (loop $next_sequence
    (if (i32.le_u (local.get $src) (local.get $src_wide))
      (then
        (call $decode_wide
          (local.get $src)
          (local.get $dst)
          (local.get $src_wide)
          (local.get $dst_wide)
          (local.get $window))
        (local.set $dst)
        (local.set $src)))
    ;; One sequence to the byte.
    (if (i32.eq (local.get $src) (local.get $src_end)) (then (return (i32.const -3))))
    (local.set $token (i32.load8_u (local.get $src)))
    (local.set $src (i32.add (local.get $src) (i32.const 1)))
    (local.set $literal_len (i32.shr_u (local.get $token) (i32.const 4)))
    (if (i32.eq (local.get $literal_len) (global.get $RUN))
      (then
        (call $read_run (local.get $src) (local.get $src_end))
        (local.set $src)
        (local.set $literal_len)))
    (if
      (i32.gt_u
        (local.get $literal_len)
        (i32.sub (local.get $src_end) (local.get $src)))
      (then (return (i32.const -3))))
    (if
      (i32.gt_u
        (local.get $literal_len)
        (i32.sub (local.get $dst_end) (local.get $dst)))
      (then (return (i32.const -2))))
    (call $copy_exactly (local.get $dst) (local.get $src) (local.get $literal_len))
    (local.set $src (i32.add (local.get $src) (local.get $literal_len)))
    (local.set $dst (i32.add (local.get $dst) (local.get $literal_len)))
    (if (i32.eq (local.get $src) (local.get $src_end))
      (then (return (i32.sub (local.get $dst) (local.get $dst_ptr)))))
    (if (i32.lt_u (i32.sub (local.get $src_end) (local.get $src)) (i32.const 2))
      (then (return (i32.const -3))))
    (local.set $distance (i32.load16_u (local.get $src)))
    (local.set $src (i32.add (local.get $src) (i32.const 2)))
    (if
      (i32.ge_u
        (i32.sub (local.get $distance) (i32.const 1))
        (i32.sub (local.get $dst) (local.get $window)))
      (then (return (i32.const -3))))
    (local.set $match_len (i32.and (local.get $token) (i32.const 15)))
    (if (i32.eq (local.get $match_len) (global.get $RUN))
      (then
        (call $read_run (local.get $src) (local.get $src_end))
        (local.set $src)
        (local.set $match_len)
        (if (i32.eq (local.get $match_len) (i32.const -1))
          (then (return (i32.const -3))))))
    (local.set $match_len (i32.add (local.get $match_len) (global.get $SHORTEST_MATCH)))
    (if
      (i32.gt_u
        (local.get $match_len)
        (i32.sub (local.get $dst_end) (local.get $dst)))
      (then (return (i32.const -2))))
    (call $copy_match (local.get $dst) (local.get $distance) (local.get $match_len))
    (local.set $dst (i32.add (local.get $dst) (local.get $match_len)))
    (br $next_sequence))
  (unreachable))

;; The input behind a match whose length is in the token: behind the token, literals and distance.
(func $behind! (param $src i32) (param $literal_len i32) (result i32)
  (i32.add (i32.add (local.get $src) (local.get $literal_len)) (i32.const 3)))

;; Byte number literal_len of $bytes, for the literals of $token, up to seven.
;; byte = bytes >> (8 * (token >> 4))
(func $byte_behind! (param $bytes i64) (param $token i32) (result i32)
  (i32.and
    (i32.wrap_i64
      (i64.shr_u
        (local.get $bytes)
        (i64.extend_i32_u
          (i32.and
            (i32.shr_u (local.get $token) (i32.const 1))
            (i32.const 0x78)))))
    (i32.const 0xff)))

;; Decompresses sequences while that needs no exactness, and returns where the first one that does
;; begins, in the input and in the output. What is wrong is left to be found out there.
;;
;; What takes time is the way from token to token: where one stands, the one before says. So it is
;; not loaded from there. The eight bytes that it is among, after up to seven literals, are loaded
;; before that is known, and shifted: 4 cycles instead of 7 (2026-11-22: source text of 10 KiB and
;; of 1 MiB 1.12 times as fast). Near matches, mostly indentation, go on with the same bytes
;; (1 MiB 1.02 times as fast).
(func $decode_wide
  (param $src i32) (param $dst i32) (param $src_wide i32) (param $dst_wide i32)
  (param $window i32) (result i32 i32)
  (local $token i32)
  (local $ahead i64)        ;; the bytes behind the sequence, if it had no literals
  (local $literal_len i32)
  (local $match_len i32)    ;; less the shortest, as the token has it
  (local $at i32)           ;; behind the distance, in the input
  (local $out i32)          ;; behind the literals, in the output
  (local $distance i32)
  (local $from i32)         ;; where the match is copied from
  (local $step i32)
  (local $bytes v128)
  (block $exact
    (loop $next_token
      (br_if $exact (i32.gt_u (local.get $src) (local.get $src_wide)))
      (local.set $token (i32.load8_u (local.get $src)))
      (block $long_match
        (block $many_literals
          (block $run
            (loop $next_sequence
              (br_if $exact (i32.gt_u (local.get $dst) (local.get $dst_wide)))
              (br_if $many_literals (i32.ge_u (local.get $token) (i32.const 0x80)))
              (local.set $ahead (i64.load offset=3 (local.get $src)))
              (v128.store (local.get $dst) (v128.load offset=1 (local.get $src)))
              (local.set $literal_len (i32.shr_u (local.get $token) (i32.const 4)))
              (local.set $match_len (i32.and (local.get $token) (i32.const 15)))
              (local.set $distance
                (i32.load16_u offset=1 (i32.add (local.get $src) (local.get $literal_len))))
              (local.set $out (i32.add (local.get $dst) (local.get $literal_len)))
              (br_if $run (i32.eq (local.get $match_len) (global.get $RUN)))
              (block $near
                (br_if $near (i32.lt_u (local.get $distance) (i32.const 16)))
                ;; Does not wrap: no output is below heap_base.
                (local.set $from (i32.sub (local.get $out) (local.get $distance)))
                (br_if $exact (i32.lt_u (local.get $from) (local.get $window)))
                (v128.store (local.get $out) (v128.load (local.get $from)))
                (i32.store16 offset=16 (local.get $out)
                  (i32.load16_u offset=16 (local.get $from)))
                (local.set $src (call $behind! (local.get $src) (local.get $literal_len)))
                (local.set $dst
                  (i32.add
                    (i32.add (local.get $out) (local.get $match_len))
                    (global.get $SHORTEST_MATCH)))
                (local.set $token (call $byte_behind! (local.get $ahead) (local.get $token)))
                (br_if $next_sequence (i32.le_u (local.get $src) (local.get $src_wide)))
                (br $exact))
              ;; $near: a match of 18 bytes at most, two vectors of a repetition
              (br_if $exact (i32.gt_u (local.get $out) (local.get $dst_wide)))
              (br_if $exact
                (i32.ge_u
                  (i32.sub (local.get $distance) (i32.const 1))
                  (i32.sub (local.get $out) (local.get $window))))
              (local.set $bytes (call $repetition! (local.get $out) (local.get $distance)))
              (v128.store (local.get $out) (local.get $bytes))
              (v128.store
                (i32.add (local.get $out) (call $repeat_step! (local.get $distance)))
                (local.get $bytes))
              (local.set $src (call $behind! (local.get $src) (local.get $literal_len)))
              (local.set $dst
                (i32.add
                  (i32.add (local.get $out) (local.get $match_len))
                  (global.get $SHORTEST_MATCH)))
              (local.set $token (call $byte_behind! (local.get $ahead) (local.get $token)))
              (br_if $next_sequence (i32.le_u (local.get $src) (local.get $src_wide))))
            (br $exact))
          ;; $run
          (local.set $at (call $behind! (local.get $src) (local.get $literal_len)))
          (br $long_match))
        ;; $many_literals: their run is one byte, or it is left to others.
        (local.set $literal_len (i32.shr_u (local.get $token) (i32.const 4)))
        (local.set $match_len (i32.and (local.get $token) (i32.const 15)))
        (local.set $from (i32.add (local.get $src) (i32.const 1)))
        (if (i32.eq (local.get $literal_len) (global.get $RUN))
          (then
            (local.set $literal_len (i32.load8_u (local.get $from)))
            (br_if $exact (i32.eq (local.get $literal_len) (i32.const 255)))
            (local.set $literal_len (i32.add (local.get $literal_len) (global.get $RUN)))
            (local.set $from (i32.add (local.get $from) (i32.const 1)))))
        (br_if $exact
          (i32.gt_u (local.get $literal_len) (i32.sub (local.get $src_wide) (local.get $src))))
        (br_if $exact
          (i32.gt_u (local.get $literal_len) (i32.sub (local.get $dst_wide) (local.get $dst))))
        (call $copy_over! (local.get $dst) (local.get $from) (local.get $literal_len))
        (local.set $out (i32.add (local.get $dst) (local.get $literal_len)))
        (local.set $at (i32.add (local.get $from) (local.get $literal_len)))
        (local.set $distance (i32.load16_u (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 2)))
        (br_if $long_match (i32.eq (local.get $match_len) (global.get $RUN)))
        (br_if $exact (i32.lt_u (local.get $distance) (i32.const 16)))
        (local.set $from (i32.sub (local.get $out) (local.get $distance)))
        (br_if $exact (i32.lt_u (local.get $from) (local.get $window)))
        (v128.store (local.get $out) (v128.load (local.get $from)))
        (v128.store offset=16 (local.get $out) (v128.load offset=16 (local.get $from)))
        (local.set $src (local.get $at))
        (local.set $dst
          (i32.add
            (i32.add (local.get $out) (local.get $match_len))
            (global.get $SHORTEST_MATCH)))
        (br $next_token))
      ;; $long_match: its run is one byte, or it is left to others.
      (local.set $match_len (i32.load8_u (local.get $at)))
      (br_if $exact (i32.eq (local.get $match_len) (i32.const 255)))
      (local.set $match_len
        (i32.add (local.get $match_len) (i32.add (global.get $RUN) (global.get $SHORTEST_MATCH))))
      (br_if $exact (i32.gt_u (local.get $out) (local.get $dst_wide)))
      (br_if $exact
        (i32.gt_u (local.get $match_len) (i32.sub (local.get $dst_wide) (local.get $out))))
      (br_if $exact
        (i32.ge_u
          (i32.sub (local.get $distance) (i32.const 1))
          (i32.sub (local.get $out) (local.get $window))))
      (local.set $src (i32.add (local.get $at) (i32.const 1)))
      (local.set $dst (i32.add (local.get $out) (local.get $match_len)))
      (if (i32.ge_u (local.get $distance) (i32.const 16))
        (then
          (call $copy_over!
            (local.get $out)
            (i32.sub (local.get $out) (local.get $distance))
            (local.get $match_len)))
        (else
          (local.set $bytes (call $repetition! (local.get $out) (local.get $distance)))
          (local.set $step (call $repeat_step! (local.get $distance)))
          (loop $next_step
            (v128.store (local.get $out) (local.get $bytes))
            (local.set $out (i32.add (local.get $out) (local.get $step)))
            (br_if $next_step (i32.lt_u (local.get $out) (local.get $dst))))))
      (br $next_token)))
  (local.get $src)
  (local.get $dst))

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
