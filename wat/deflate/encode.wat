;; ---- compression

;; The longest input, its history included: its bound then fits into 31 bits.
(global $LONGEST_INPUT i32 (i32.const 0x7e000000))

;; How far back a match may reach, and how long it may be.
(global $WINDOW          i32 (i32.const 32768))
(global $LONGEST_MATCH   i32 (i32.const 258))

;; Heads of chains and places of the table are the low 16 bits of addresses. What is further back
;; than the window is moved to just beyond it after so many bytes, before it could be taken for
;; near.
(global $SWEEP i32 (i32.const 32000))

;; The bits by which the largest table of each kind is indexed.
(global $HEAD_BITS  i32 (i32.const 16))
(global $SHORT_BITS i32 (i32.const 15))
(global $PAIR_BITS  i32 (i32.const 15))

;; i32 deflate_bound(u32 len)
;;   How long the stream of `len` bytes may be, history not counted: len + 5 (len / 4096) + 32, or
;;   -6 too_large where len is over 0x7e000000.
;;   Reads and writes nothing. len = 0 gives 32.
(func $deflate_bound (export "deflate_bound") (param $len i32) (result i32)
  (if (i32.gt_u (local.get $len) (global.get $LONGEST_INPUT)) (then (return (i32.const -6))))
  (i32.add
    (i32.add
      (local.get $len)
      (i32.mul (i32.shr_u (local.get $len) (i32.const 12)) (i32.const 5)))
    (i32.const 32)))

;; By how many bits a table for $len bytes is indexed: one place a byte or a few more, between 2^8
;; and 2^$most places.
(func $table_bits! (param $len i32) (param $most i32) (result i32)
  (local.set $len
    (i32.sub
      (i32.const 32)
      (i32.clz (i32.or (i32.shr_u (local.get $len) (i32.const 1)) (i32.const 0x80)))))
  (call $lesser! (local.get $len) (local.get $most)))

;; How many bytes the tokens of $len bytes take: one for each three, two a chunk.
(func $tokens_size! (param $len i32) (result i32)
  (i32.shl
    (call $lesser!
      (i32.add
        (i32.add
          (i32.div_u (local.get $len) (i32.const 3))
          (i32.shr_u (local.get $len) (i32.const 11)))
        (i32.const 8))
      (global.get $TOKENS))
    (i32.const 3)))

;; i32 deflate_work_size(u32 len, u32 level)
;;   How many bytes of work memory deflate needs for a span of `len` bytes, history included, at a
;;   level, one over 12 being taken for 12; or -6 too_large where len is over 0x7e000000. A pure
;;   function.
(func $deflate_work_size (export "deflate_work_size")
  (param $len i32) (param $level i32) (result i32)
  (if (i32.gt_u (local.get $len) (global.get $LONGEST_INPUT)) (then (return (i32.const -6))))
  (if (i32.eqz (local.get $level)) (then (return (i32.const 0))))
  (if (i32.eq (local.get $level) (i32.const 1))
    (then
      (return
        (i32.add
          (i32.shl (i32.const 4) (call $table_bits! (local.get $len) (global.get $PAIR_BITS)))
          (call $tokens_size! (local.get $len))))))
  (if (i32.ge_u (local.get $level) (i32.const 10))
    (then (return (call $optimal_size! (local.get $len)))))
  (i32.add
    (i32.add
      (i32.shl (i32.const 2) (call $table_bits! (local.get $len) (global.get $HEAD_BITS)))
      (i32.shl (i32.const 2) (call $table_bits! (local.get $len) (global.get $SHORT_BITS))))
    (call $tokens_size! (local.get $len))))

;; i32 deflate(const u8 *src_ptr, u32 src_len, u32 history, u32 level, u32 flush,
;;             u8 *work_ptr, u32 work_cap, u8 *dst_ptr, u32 dst_cap)
;;   Writes what follows the first `history` bytes of [src_ptr, src_ptr+src_len) as deflate blocks,
;;   and returns their length. Matches reach back into the history, of which the last 32 KiB count;
;;   where it is longer than the span, all of it is history. level is 0 (stored) to 12 (smallest).
;;   Where flush is 0, the last block ends the stream; else an empty stored block follows, after
;;   which the stream goes on at a byte. The same arguments give the same blocks whatever dst_cap
;;   is. -2 output_too_small where they are longer than dst_cap; never where dst_cap is
;;   deflate_bound(src_len - history). -5 unsupported where level is over 12. -6 too_large where
;;   src_len is over 0x7e000000, or work_cap less than deflate_work_size(src_len, level). Reads the
;;   span, writes within work_cap, within dst_cap, also past what it returns, and the static region.
;;   No text gives an empty block.
(func $deflate (export "deflate")
  (param $src_ptr i32) (param $src_len i32) (param $history i32) (param $level i32)
  (param $flush i32) (param $work_ptr i32) (param $work_cap i32) (param $dst_ptr i32)
  (param $dst_cap i32)
  (result i32)
  (local $needed i32) ;; of work memory
  (local $here i32)   ;; where the text begins
  (local $end i32)
  (if (i32.gt_u (local.get $level) (i32.const 12)) (then (return (i32.const -5))))
  (local.set $needed (call $deflate_work_size (local.get $src_len) (local.get $level)))
  (if (i32.lt_s (local.get $needed) (i32.const 0)) (then (return (local.get $needed))))
  (if (i32.lt_u (local.get $work_cap) (local.get $needed)) (then (return (i32.const -6))))
  (local.set $history (call $lesser! (local.get $history) (local.get $src_len)))
  (local.set $here (i32.add (local.get $src_ptr) (local.get $history)))
  (local.set $end (i32.add (local.get $src_ptr) (local.get $src_len)))
  (local.set $history (call $lesser! (local.get $history) (global.get $WINDOW)))
  (global.set $out (local.get $dst_ptr))
  (global.set $out_end (i32.add (local.get $dst_ptr) (local.get $dst_cap)))
  (global.set $bits (i64.const 0))
  (global.set $bit_count (i32.const 0))
  (if
    (i32.eqz
      (call $write_text
        (i32.sub (local.get $here) (local.get $history))
        (local.get $here)
        (local.get $end)
        (local.get $level)
        (i32.eqz (local.get $flush))
        (local.get $work_ptr)))
    (then (return (i32.const -2))))
  (if (local.get $flush)
    (then
      (if
        (i32.eqz
          (call $write_stored (local.get $end) (local.get $end) (i32.const 0)))
        (then (return (i32.const -2))))))
  (call $put_to_byte)
  (i32.sub (global.get $out) (local.get $dst_ptr)))

;; Writes [$here, $end), with matches that reach back to $window. 1, or 0 where it has no room.
(func $write_text
  (param $window i32) (param $here i32) (param $end i32) (param $level i32) (param $last i32)
  (param $work_ptr i32)
  (result i32)
  (local $token i32)
  (if (i32.eqz (local.get $level))
    (then
      ;; What is to go on needs no block where there is no text.
      (if (i32.eq (local.get $here) (local.get $end))
        (then (if (i32.eqz (local.get $last)) (then (return (i32.const 1))))))
      (return (call $write_stored (local.get $here) (local.get $end) (local.get $last)))))
  (if (i32.eq (local.get $here) (local.get $end))
    (then
      (if (i32.eqz (local.get $last)) (then (return (i32.const 1))))
      (if (i32.eqz (call $has_room! (i32.const 10))) (then (return (i32.const 0))))
      ;; A static block that only ends.
      (call $put (i32.const 3) (i32.const 10))
      (return (i32.const 1))))
  (if (i32.eq (local.get $level) (i32.const 1))
    (then
      (local.set $token
        (call $parse_pairs
          (local.get $window) (local.get $here) (local.get $end) (local.get $work_ptr))))
    (else
      (call $effort (local.get $level))
      (if (global.get $passes)
        (then
          (local.set $token
            (call $parse_optimal
              (local.get $window) (local.get $here) (local.get $end) (local.get $work_ptr))))
        (else
          (local.set $token
            (call $parse_chains
              (local.get $window) (local.get $here) (local.get $end) (local.get $work_ptr)))))))
  (if (i32.eqz (local.get $token)) (then (return (i32.const 0))))
  (if (i32.ne (global.get $chunk_ptr) (local.get $end))
    (then
      (local.set $token (call $end_chunk (local.get $end) (local.get $token)))
      (if (i32.eqz (local.get $token)) (then (return (i32.const 0))))))
  ;; The last chunk may have filled a block, which is written then.
  (if (i32.eq (global.get $chunk_tokens) (global.get $tokens))
    (then
      (if (i32.eqz (local.get $last)) (then (return (i32.const 1))))
      (if (i32.eqz (call $has_room! (i32.const 10))) (then (return (i32.const 0))))
      (call $put (i32.const 3) (i32.const 10))
      (return (i32.const 1))))
  (call $write_block (local.get $last)))

;; The first place that a match for $here may begin at.
(func $window_start! (param $here i32) (param $window i32) (result i32)
  (call $greater!
    (i32.sub (local.get $here) (global.get $WINDOW))
    (local.get $window)))

;; Sets all $len bytes of a table, of which there are a multiple of 512, to just beyond the window
;; of $here.
(func $forget (param $ptr i32) (param $len i32) (param $here i32)
  (local $end i32)
  (local $far v128)
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (local.set $far (i16x8.splat (i32.sub (local.get $here) (i32.const 32769))))
  (loop $next_64
    (v128.store (local.get $ptr) (local.get $far))
    (v128.store offset=16 (local.get $ptr) (local.get $far))
    (v128.store offset=32 (local.get $ptr) (local.get $far))
    (v128.store offset=48 (local.get $ptr) (local.get $far))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
    (br_if $next_64 (i32.ne (local.get $ptr) (local.get $end)))))

;; Moves what is beyond the window of $here in a table to just beyond it. The table has a multiple
;; of 64 bytes.
(func $sweep (param $ptr i32) (param $len i32) (param $here i32)
  (local $end i32)
  (local $at i32)
  (local $places v128)
  (local $far v128)
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (local.set $places (i16x8.splat (local.get $here)))
  (local.set $far (i16x8.splat (i32.const 32769)))
  (loop $next_64
    (local.set $at (i32.const 0))
    (loop $vector!
      (v128.store
        (call $at! (local.get $ptr) (local.get $at))
        (i16x8.sub
          (local.get $places)
          (i16x8.min_u
            (i16x8.sub
              (local.get $places)
              (v128.load (call $at! (local.get $ptr) (local.get $at))))
            (local.get $far))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $vector! (i32.lt_u (local.get $at) (i32.const 64))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
    (br_if $next_64 (i32.ne (local.get $ptr) (local.get $end)))))

;; Where the bytes from $here + $len on stop being those from $before + $len on, at 258 or $end: how
;; long the match is. Reads nothing from $end on.
(func $match_len!
  (param $here i32) (param $before i32) (param $len i32) (param $end i32) (result i32)
  (local $there i32)   ;; of $here + len, and at first the last place for 8 bytes
  (local $differ i64)
  (local $most i32)    ;; how long it may be
  (local.set $there (i32.sub (local.get $end) (local.get $here)))
  (local.set $most (call $lesser! (local.get $there) (global.get $LONGEST_MATCH)))
  (block $done
    (block $near_end
      (loop $next_8
        (br_if $near_end
          (i32.gt_u (i32.add (local.get $len) (i32.const 8)) (local.get $there)))
        (local.set $differ
          (i64.xor
            (i64.load (i32.add (local.get $here) (local.get $len)))
            (i64.load (i32.add (local.get $before) (local.get $len)))))
        (if (i64.ne (local.get $differ) (i64.const 0))
          (then
            (local.set $len
              (i32.add
                (local.get $len)
                (i32.shr_u (i32.wrap_i64 (i64.ctz (local.get $differ))) (i32.const 3))))
            (br $done)))
        (local.set $len (i32.add (local.get $len) (i32.const 8)))
        (br_if $next_8 (i32.lt_u (local.get $len) (global.get $LONGEST_MATCH))))
      (br $done))
    (loop $next_byte
      (br_if $done (i32.ge_u (local.get $len) (local.get $most)))
      (br_if $done
        (i32.ne
          (i32.load8_u (i32.add (local.get $here) (local.get $len)))
          (i32.load8_u (i32.add (local.get $before) (local.get $len)))))
      (local.set $len (i32.add (local.get $len) (i32.const 1)))
      (br $next_byte)))
  (call $lesser! (local.get $len) (local.get $most)))

;; u32 deflate_crc32(u32 crc, const u8 *ptr, u32 len)
;;   The CRC-32 of what `crc` is the CRC-32 of, followed by [ptr, ptr+len): what a gzip file ends
;;   with. Reads the span, writes the static region, cannot fail. len = 0 gives `crc`.
(func $deflate_crc32 (export "deflate_crc32")
  (param $crc i32) (param $ptr i32) (param $len i32) (result i32)
  (call $crc32_behind (local.get $crc) (local.get $ptr) (local.get $len)))

;; u32 deflate_adler32(u32 adler, const u8 *ptr, u32 len)
;;   The Adler-32 of what `adler` is the Adler-32 of, followed by [ptr, ptr+len): what a zlib stream
;;   ends with. Reads the span, writes nothing, cannot fail. len = 0 gives `adler`.
(func $deflate_adler32 (export "deflate_adler32")
  (param $adler i32) (param $ptr i32) (param $len i32) (result i32)
  (call $adler32_behind (local.get $adler) (local.get $ptr) (local.get $len)))
