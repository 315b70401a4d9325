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
