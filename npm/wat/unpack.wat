;;! summary = "LZMA decompression, of what the npm package has packed"
;;! spec    = "LZMA specification of the LZMA SDK 23.01, with lc, lp and pb of 0 and no header"
;;! exports = ["unpack"]

;; The package embeds its kernels as LZMA, which for code is a fifth smaller than DEFLATE. Bits are
;; told apart one by one, each with a probability of its own: in JavaScript that has not been
;; compiled yet that takes ten times as long as here. What is here travels with each bundle:
;; it is written to be short.

;; Memory map
;;   offset  length  name             meaning
;;        0     144  kinds            u16 each, as all here: how probable a 0 is, of 2048. For each
;;                                    of 12 states, 24 bytes apart: whether a match follows;
;;                                    whether at an earlier distance; whether at one before the
;;                                    last, the last but one, the last but two; whether of more
;;                                    than a byte
;;      144     512  slots            of distances, a tree for each of four lengths
;;      656     230  low_bits         the lower bits of distances, by slots
;;      886      32  aligned          the lowest four bits of great ones
;;      918     548  match_lens       how long matches are
;;     1466     548  repeated_lens    the same of those at earlier distances
;;     2014     512  literals         a tree for bytes
;;     2526    1024  literals_behind  two for those behind a match, by what would go on with it
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 3552))

(global $SLOTS           i32 (i32.const 144))
(global $LOW_BITS        i32 (i32.const 656))
(global $ALIGNED         i32 (i32.const 886))
(global $MATCH_LENS      i32 (i32.const 918))
(global $REPEATED_LENS   i32 (i32.const 1466))
(global $LITERALS        i32 (i32.const 2014))
(global $LITERALS_BEHIND i32 (i32.const 2526))

(global $EVEN i32 (i32.const 0x04000400)) ;; two probabilities of a half

(global $src   (mut i32) (i32.const 0)) ;; the next byte of the stream
(global $range (mut i32) (i32.const 0)) ;; how wide the interval is that the stream stands in
(global $code  (mut i32) (i32.const 0)) ;; and where in it

;; void unpack(const u8 *src_ptr, u8 *dst_ptr, u32 dst_len)
;;   Decompresses the stream that begins at src_ptr to [dst_ptr, dst_ptr+dst_len), which it fills.
;;   The stream is one that fills it: others are not found out, and may trap. Reads the stream,
;;   writes the span and the static region. A length of 0 reads the first five bytes all the same.
(func $unpack (export "unpack") (param $src_ptr i32) (param $dst_ptr i32) (param $dst_len i32)
  (local $dst_end i32)
  (local $state i32)  ;; what came before, twice: literals, then matches from 14 on
  (local $since i32)  ;; how long ago the distance stood that is taken
  (local $last i32)   ;; the last distance
  (local $second i32) ;; that before it, which is another, or was one
  (local $third i32)
  (local $fourth i32)
  (local $distance i32)
  (local $len i32)
  (local.set $dst_end (i32.add (local.get $dst_ptr) (local.get $dst_len)))
  (loop $next_pair
    (i32.store (local.get $len) (global.get $EVEN))
    (local.set $len (i32.add (local.get $len) (i32.const 4)))
    (br_if $next_pair (i32.lt_u (local.get $len) (i32.const 3552))))
  ;; An interval of no width takes bytes: first one that is always 0, then the place.
  (global.set $src (local.get $src_ptr))
  (global.set $range (i32.const 0))
  (call $narrow)
  (call $narrow)
  (call $narrow)
  (call $narrow)
  (call $narrow)
  (global.set $range (i32.const -1))
  (local.set $last (i32.const 1))
  (local.set $second (i32.const 1))
  (local.set $third (i32.const 1))
  (local.set $fourth (i32.const 1))
  (block $done
    (loop $next_step
      (br_if $done (i32.ge_u (local.get $dst_ptr) (local.get $dst_end)))
      (if (i32.eqz (call $bit (local.get $state)))
        (then
          (i32.store8
            (local.get $dst_ptr)
            (call $literal
              (local.get $state)
              (i32.sub (local.get $dst_ptr) (local.get $last))))
          (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 1)))
          (local.set $state (call $behind_literal (local.get $state)))
          (br $next_step)))
      (if (call $bit (i32.add (local.get $state) (i32.const 24)))
        (then
          (local.set $since (i32.const 0))
          (block $found
            (loop $next_older
              (br_if $found
                (i32.eqz
                  (call $bit
                    (i32.add
                      (i32.add (local.get $state) (i32.const 48))
                      (i32.mul (local.get $since) (i32.const 24))))))
              (local.set $since (i32.add (local.get $since) (i32.const 1)))
              (br_if $next_older (i32.lt_u (local.get $since) (i32.const 3)))))
          (if (i32.eqz (local.get $since))
            (then
              (if (i32.eqz (call $bit (i32.add (local.get $state) (i32.const 120))))
                (then
                  (i32.store8
                    (local.get $dst_ptr)
                    (i32.load8_u (i32.sub (local.get $dst_ptr) (local.get $last))))
                  (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 1)))
                  (local.set $state
                    (select
                      (i32.const 18)
                      (i32.const 22)
                      (i32.lt_u (local.get $state) (i32.const 14))))
                  (br $next_step))))
            (else
              ;; What is taken goes in front, and those before it one further.
              (local.set $distance (local.get $second))
              (if (i32.gt_u (local.get $since) (i32.const 1))
                (then
                  (local.set $distance (local.get $third))
                  (if (i32.gt_u (local.get $since) (i32.const 2))
                    (then
                      (local.set $distance (local.get $fourth))
                      (local.set $fourth (local.get $third))))
                  (local.set $third (local.get $second))))
              (local.set $second (local.get $last))
              (local.set $last (local.get $distance))))
          (local.set $len (call $match_len (global.get $REPEATED_LENS)))
          (local.set $state
            (select
              (i32.const 16)
              (i32.const 22)
              (i32.lt_u (local.get $state) (i32.const 14)))))
        (else
          (local.set $fourth (local.get $third))
          (local.set $third (local.get $second))
          (local.set $second (local.get $last))
          (local.set $len (call $match_len (global.get $MATCH_LENS)))
          (local.set $last (i32.add (call $distance (local.get $len)) (i32.const 1)))
          (local.set $state
            (select
              (i32.const 14)
              (i32.const 20)
              (i32.lt_u (local.get $state) (i32.const 14))))))
      (local.set $len (i32.add (local.get $len) (i32.const 2)))
      (loop $next_byte
        (i32.store8
          (local.get $dst_ptr)
          (i32.load8_u (i32.sub (local.get $dst_ptr) (local.get $last))))
        (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 1)))
        (local.set $len (i32.sub (local.get $len) (i32.const 1)))
        (br_if $next_byte (local.get $len)))
      (br $next_step))))

;; The state behind a literal: after three of them it is 0, whatever came before.
(func $behind_literal (param $state i32) (result i32)
  (if (i32.lt_u (local.get $state) (i32.const 8)) (then (return (i32.const 0))))
  (i32.sub
    (local.get $state)
    (select (i32.const 6) (i32.const 12) (i32.lt_u (local.get $state) (i32.const 20)))))

;; The next bit, by the probability at $odds, which learns from it.
(func $bit (param $odds i32) (result i32)
  (local $odd i32)
  (local $bound i32)
  (local $one i32)
  (local.set $odd (i32.load16_u (local.get $odds)))
  (local.set $bound
    (i32.mul (i32.shr_u (global.get $range) (i32.const 11)) (local.get $odd)))
  (local.set $one (i32.ge_u (global.get $code) (local.get $bound)))
  (if (local.get $one)
    (then
      (global.set $range (i32.sub (global.get $range) (local.get $bound)))
      (global.set $code (i32.sub (global.get $code) (local.get $bound)))
      (local.set $odd
        (i32.sub (local.get $odd) (i32.shr_u (local.get $odd) (i32.const 5)))))
    (else
      (global.set $range (local.get $bound))
      (local.set $odd
        (i32.add
          (local.get $odd)
          (i32.shr_u (i32.sub (i32.const 2048) (local.get $odd)) (i32.const 5))))))
  (i32.store16 (local.get $odds) (local.get $odd))
  (call $narrow)
  (local.get $one))

;; Takes a byte more, where the interval is too narrow to be told apart further.
(func $narrow
  (if (i32.lt_u (global.get $range) (i32.const 0x01000000))
    (then
      (global.set $range (i32.shl (global.get $range) (i32.const 8)))
      (global.set $code
        (i32.or
          (i32.shl (global.get $code) (i32.const 8))
          (i32.load8_u (global.get $src))))
      (global.set $src (i32.add (global.get $src) (i32.const 1))))))

;; The node of a tree below $node that the next bit leads to.
(func $below (param $tree i32) (param $node i32) (result i32)
  (i32.or
    (i32.shl (local.get $node) (i32.const 1))
    (call $bit
      (i32.add (local.get $tree) (i32.shl (local.get $node) (i32.const 1))))))

;; A number below $limit, a power of two, highest bit first.
(func $number (param $tree i32) (param $limit i32) (result i32)
  (local $node i32)
  (local.set $node (i32.const 1))
  (loop $next_bit
    (local.set $node (call $below (local.get $tree) (local.get $node)))
    (br_if $next_bit (i32.lt_u (local.get $node) (local.get $limit))))
  (i32.sub (local.get $node) (local.get $limit)))

;; A number of so many bits, lowest first.
(func $reversed (param $tree i32) (param $bits i32) (result i32)
  (local $node i32)
  (local $place i32)
  (local $number i32)
  (local.set $node (i32.const 1))
  (loop $next_bit
    (local.set $node (call $below (local.get $tree) (local.get $node)))
    (local.set $number
      (i32.or
        (local.get $number)
        (i32.shl (i32.and (local.get $node) (i32.const 1)) (local.get $place))))
    (local.set $place (i32.add (local.get $place) (i32.const 1)))
    (br_if $next_bit (i32.lt_u (local.get $place) (local.get $bits))))
  (local.get $number))

;; How long a match is, less two.
(func $match_len (param $lens i32) (result i32)
  (if (i32.eqz (call $bit (local.get $lens)))
    (then
      (return (call $number (i32.add (local.get $lens) (i32.const 4)) (i32.const 8)))))
  (if (i32.eqz (call $bit (i32.add (local.get $lens) (i32.const 2))))
    (then
      (return
        (i32.add
          (call $number (i32.add (local.get $lens) (i32.const 20)) (i32.const 8))
          (i32.const 8)))))
  (i32.add
    (call $number (i32.add (local.get $lens) (i32.const 36)) (i32.const 256))
    (i32.const 16)))

;; The distance of a match, less one. A slot says how many bits it has and what the two highest are; the
;; others are told apart by trees, or, where there are many, those in the middle as they are.
(func $distance (param $len i32) (result i32)
  (local $slot i32)
  (local $bits i32)  ;; how many are still to come
  (local $least i32) ;; what the slot begins with
  (local $middle i32)
  (local.set $slot
    (call $number
      (i32.add
        (global.get $SLOTS)
        (i32.shl
          (select
            (local.get $len)
            (i32.const 3)
            (i32.lt_u (local.get $len) (i32.const 3)))
          (i32.const 7)))
      (i32.const 64)))
  (if (i32.lt_u (local.get $slot) (i32.const 4))
    (then (return (local.get $slot))))
  (local.set $bits
    (i32.sub (i32.shr_u (local.get $slot) (i32.const 1)) (i32.const 1)))
  (local.set $least
    (i32.shl
      (i32.or (i32.and (local.get $slot) (i32.const 1)) (i32.const 2))
      (local.get $bits)))
  (if (i32.lt_u (local.get $slot) (i32.const 14))
    (then
      (return
        (i32.add
          (local.get $least)
          (call $reversed
            (i32.add
              (global.get $LOW_BITS)
              (i32.shl
                (i32.sub (local.get $least) (local.get $slot))
                (i32.const 1)))
            (local.get $bits))))))
  (loop $next_bit
    (global.set $range (i32.shr_u (global.get $range) (i32.const 1)))
    (local.set $middle (i32.shl (local.get $middle) (i32.const 1)))
    (if (i32.ge_u (global.get $code) (global.get $range))
      (then
        (global.set $code (i32.sub (global.get $code) (global.get $range)))
        (local.set $middle (i32.or (local.get $middle) (i32.const 1)))))
    (call $narrow)
    (local.set $bits (i32.sub (local.get $bits) (i32.const 1)))
    (br_if $next_bit (i32.gt_u (local.get $bits) (i32.const 4))))
  (i32.add
    (i32.add (local.get $least) (i32.shl (local.get $middle) (i32.const 4)))
    (call $reversed (global.get $ALIGNED) (i32.const 4))))

;; A byte, with a bit above it. Behind a match, what would have gone on with it says something of
;; what stands there instead, up to the first bit in which they differ.
(func $literal (param $state i32) (param $other_ptr i32) (result i32)
  (local $node i32)
  (local $other i32)
  (local.set $node (i32.const 1))
  (if (i32.ge_u (local.get $state) (i32.const 14))
    (then
      (local.set $other (i32.load8_u (local.get $other_ptr)))
      (block $different
        (loop $next_bit
          (local.set $other (i32.shl (local.get $other) (i32.const 1)))
          (local.set $node
            (call $below
              (i32.add
                (global.get $LITERALS_BEHIND)
                (i32.shl (i32.and (local.get $other) (i32.const 256)) (i32.const 1)))
              (local.get $node)))
          (br_if $different
            (i32.ne
              (i32.and (local.get $node) (i32.const 1))
              (i32.and (i32.shr_u (local.get $other) (i32.const 8)) (i32.const 1))))
          (br_if $next_bit (i32.lt_u (local.get $node) (i32.const 256)))))))
  (block $whole
    (loop $next_bit
      (br_if $whole (i32.ge_u (local.get $node) (i32.const 256)))
      (local.set $node (call $below (global.get $LITERALS) (local.get $node)))
      (br $next_bit)))
  (local.get $node))
