;; ---- Poly1305 (RFC 8439, 2.5)

;; Numbers modulo p = 2^130 - 5 are four limbs of 32 bits and what is over. The bits that are
;; cleared in r make room: its limbs have 28 bits, so that the sum of four products with limbs of up
;; to 33 bits stays below 2^64; and all but the first are multiples of 4, so that what is over 2^128
;; comes back as 5/4 of a limb.
;;
;; No vectors: where there is AVX-512, wasmtime makes `vpmullq` of extended multiplications, and
;; limbs of 26 bits in two lanes took 1.3 times as long (wasmtime 50, Xeon, 2026-11-30).
;;
;; All blocks are whole, as the AEAD fills up what it gives with zeros.

;; Layout poly1305_state
;;   offset  size  field  meaning
;;        0    40  sum    five u64: the limbs of the sum so far
;;       40    32  r      four u64: the limbs of r
;;       72    24  r_5    three u64: 5/4 of its upper three
;;       96    16  pad    what is added to the sum at the end

(func $low_32! (param $x i64) (result i64)
  (i64.extend_i32_u (i32.wrap_i64 (local.get $x))))

(func $high_32! (param $x i64) (result i64)
  (i64.shr_u (local.get $x) (i64.const 32)))

;; 5/4 of a multiple of 4
(func $five_fourths! (param $x i64) (result i64)
  (i64.add (local.get $x) (i64.shr_u (local.get $x) (i64.const 2))))

;; Begins with the one-time key of 32 bytes at key_ptr, of which some bits are cleared.
(func $begin_poly1305 (param $key_ptr i32)
  (local $low i64)
  (local $high i64)
  (local $r1 i64)
  (local $r2 i64)
  (local $r3 i64)
  (local.set $low (i64.and (i64.load (local.get $key_ptr)) (i64.const 0x0ffffffc0fffffff)))
  (local.set $high
    (i64.and (i64.load offset=8 (local.get $key_ptr)) (i64.const 0x0ffffffc0ffffffc)))
  (local.set $r1 (call $high_32! (local.get $low)))
  (local.set $r2 (call $low_32! (local.get $high)))
  (local.set $r3 (call $high_32! (local.get $high)))
  (call $write_sum! (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0))
  (i64.store offset=40 (;R;) (global.get $POLY1305) (call $low_32! (local.get $low)))
  (i64.store offset=48 (;R+8;) (global.get $POLY1305) (local.get $r1))
  (i64.store offset=56 (;R+16;) (global.get $POLY1305) (local.get $r2))
  (i64.store offset=64 (;R+24;) (global.get $POLY1305) (local.get $r3))
  (i64.store offset=72 (;R_5;) (global.get $POLY1305) (call $five_fourths! (local.get $r1)))
  (i64.store offset=80 (;R_5+8;) (global.get $POLY1305) (call $five_fourths! (local.get $r2)))
  (i64.store offset=88 (;R_5+16;) (global.get $POLY1305) (call $five_fourths! (local.get $r3)))
  (v128.store offset=96 (;PAD;) (global.get $POLY1305)
    (v128.load offset=16 (local.get $key_ptr))))

(func $write_sum! (param $h0 i64) (param $h1 i64) (param $h2 i64) (param $h3 i64) (param $h4 i64)
  (i64.store offset=0 (;POLY1305_STATE.SUM;) (global.get $POLY1305) (local.get $h0))
  (i64.store offset=8 (;POLY1305_STATE.SUM+8;) (global.get $POLY1305) (local.get $h1))
  (i64.store offset=16 (;POLY1305_STATE.SUM+16;) (global.get $POLY1305) (local.get $h2))
  (i64.store offset=24 (;POLY1305_STATE.SUM+24;) (global.get $POLY1305) (local.get $h3))
  (i64.store offset=32 (;POLY1305_STATE.SUM+32;) (global.get $POLY1305) (local.get $h4)))

;; Takes in [ptr, ptr+len), filled up with zeros to whole blocks; len may be 0.
(func $absorb_poly1305 (param $ptr i32) (param $len i32)
  (local $whole i32) ;; bytes in whole blocks
  (local.set $whole (i32.and (local.get $len) (i32.const -16)))
  (if (local.get $whole)
    (then
      (call $absorb_blocks (local.get $ptr) (i32.shr_u (local.get $len) (i32.const 4)))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $whole)))
      (local.set $len (i32.and (local.get $len) (i32.const 15)))))
  (if (local.get $len)
    (then
      (call $pad_block (local.get $ptr) (local.get $len))
      (call $absorb_blocks (global.get $BLOCK) (i32.const 1)))))

;; a b + c d + e f + g h
(func $sum_of_products!
  (param $a i64) (param $b i64) (param $c i64) (param $d i64)
  (param $e i64) (param $f i64) (param $g i64) (param $h i64) (result i64)
  (i64.add
    (i64.add
      (i64.mul (local.get $a) (local.get $b))
      (i64.mul (local.get $c) (local.get $d)))
    (i64.add
      (i64.mul (local.get $e) (local.get $f))
      (i64.mul (local.get $g) (local.get $h)))))

;; A limb of r, and 5/4 of one.
(func $r! (param $i i32) (result i64)
  (i64.load offset=40 (;R;)
    (call $at! (global.get $POLY1305) (i32.shl (local.get $i) (i32.const 3)))))
(func $s! (param $i i32) (result i64)
  (i64.load offset=64 (;R+24;)
    (call $at! (global.get $POLY1305) (i32.shl (local.get $i) (i32.const 3)))))

;; Adds the block at ptr to a sum, and multiplies that by r:
;;   d0 = h0 r0 + h1 s3 + h2 s2 + h3 s1              where si is 5/4 of ri
;;   d1 = h0 r1 + h1 r0 + h2 s3 + h3 s2 + h4 s1
;;   d2 = h0 r2 + h1 r1 + h2 r0 + h3 s3 + h4 s2
;;   d3 = h0 r3 + h1 r2 + h2 r1 + h3 r0 + h4 s3
;;   d4 =                                 h4 r0
(func $absorb_block!
  (param $ptr i32)
  (param $h0 i64) (param $h1 i64) (param $h2 i64) (param $h3 i64) (param $h4 i64)
  (result i64 i64 i64 i64 i64)
  (local $d0 i64)
  (local $d1 i64)
  (local $d2 i64)
  (local $d3 i64)
  (local.set $h0 (i64.add (local.get $h0) (i64.load32_u (local.get $ptr))))
  (local.set $h1 (i64.add (local.get $h1) (i64.load32_u offset=4 (local.get $ptr))))
  (local.set $h2 (i64.add (local.get $h2) (i64.load32_u offset=8 (local.get $ptr))))
  (local.set $h3 (i64.add (local.get $h3) (i64.load32_u offset=12 (local.get $ptr))))
  (local.set $h4 (i64.add (local.get $h4) (i64.const 1)))
  (local.set $d0
    (call $sum_of_products!
      (local.get $h0) (call $r! (i32.const 0)) (local.get $h1) (call $s! (i32.const 3))
      (local.get $h2) (call $s! (i32.const 2)) (local.get $h3) (call $s! (i32.const 1))))
  (local.set $d1
    (i64.add
      (i64.mul (local.get $h4) (call $s! (i32.const 1)))
      (call $sum_of_products!
        (local.get $h0) (call $r! (i32.const 1)) (local.get $h1) (call $r! (i32.const 0))
        (local.get $h2) (call $s! (i32.const 3)) (local.get $h3) (call $s! (i32.const 2)))))
  (local.set $d2
    (i64.add
      (i64.mul (local.get $h4) (call $s! (i32.const 2)))
      (call $sum_of_products!
        (local.get $h0) (call $r! (i32.const 2)) (local.get $h1) (call $r! (i32.const 1))
        (local.get $h2) (call $r! (i32.const 0)) (local.get $h3) (call $s! (i32.const 3)))))
  (local.set $d3
    (i64.add
      (i64.mul (local.get $h4) (call $s! (i32.const 3)))
      (call $sum_of_products!
        (local.get $h0) (call $r! (i32.const 3)) (local.get $h1) (call $r! (i32.const 2))
        (local.get $h2) (call $r! (i32.const 1)) (local.get $h3) (call $r! (i32.const 0)))))
  (local.set $d1 (i64.add (local.get $d1) (call $high_32! (local.get $d0))))
  (local.set $d2 (i64.add (local.get $d2) (call $high_32! (local.get $d1))))
  (local.set $d3 (i64.add (local.get $d3) (call $high_32! (local.get $d2))))
  (local.set $h4
    (i64.add
      (i64.mul (local.get $h4) (call $r! (i32.const 0)))
      (call $high_32! (local.get $d3))))
  ;; What is over 2^130 comes back five times, and is below 2^33 then.
  (local.set $h0
    (i64.add
      (call $low_32! (local.get $d0))
      (call $five_fourths! (i64.and (local.get $h4) (i64.const -4)))))
  (call $low_32! (local.get $h0))
  (i64.add (call $low_32! (local.get $d1)) (call $high_32! (local.get $h0)))
  (call $low_32! (local.get $d2))
  (call $low_32! (local.get $d3))
  (i64.and (local.get $h4) (i64.const 3)))

;; The sum so far.
(func $sum! (result i64 i64 i64 i64 i64)
  (i64.load offset=0 (;POLY1305_STATE.SUM;) (global.get $POLY1305))
  (i64.load offset=8 (;POLY1305_STATE.SUM+8;) (global.get $POLY1305))
  (i64.load offset=16 (;POLY1305_STATE.SUM+16;) (global.get $POLY1305))
  (i64.load offset=24 (;POLY1305_STATE.SUM+24;) (global.get $POLY1305))
  (i64.load offset=32 (;POLY1305_STATE.SUM+32;) (global.get $POLY1305)))

;; Takes in two blocks.
(func $absorb_two_blocks! (param $ptr i32)
  (call $write_sum!
    (call $absorb_block!
      (i32.add (local.get $ptr) (i32.const 16))
      (call $absorb_block! (local.get $ptr) (call $sum!)))))

;; Takes in `count` blocks; `count` is not 0.
(func $absorb_blocks (param $ptr i32) (param $count i32)
  (local $h0 i64)
  (local $h1 i64)
  (local $h2 i64)
  (local $h3 i64)
  (local $h4 i64)
  (call $sum!)
  (local.set $h4)
  (local.set $h3)
  (local.set $h2)
  (local.set $h1)
  (local.set $h0)
  (loop $next_block
    (call $absorb_block!
      (local.get $ptr)
      (local.get $h0) (local.get $h1) (local.get $h2) (local.get $h3) (local.get $h4))
    (local.set $h4)
    (local.set $h3)
    (local.set $h2)
    (local.set $h1)
    (local.set $h0)
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
    (br_if $next_block (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
  (call $write_sum!
    (local.get $h0) (local.get $h1) (local.get $h2) (local.get $h3) (local.get $h4)))

;; The tag: the sum modulo p, to which the pad is added modulo 2^128.
(func $end_poly1305 (result v128)
  (local $h0 i64)
  (local $h1 i64)
  (local $h2 i64)
  (local $h3 i64)
  (local $h4 i64)
  (local $over i64) ;; 1 where the sum is p or more
  (call $sum!)
  (local.set $h4)
  (local.set $h3)
  (local.set $h2)
  (local.set $h1)
  (local.set $h0)
  ;; Below 2^130 + 2^66, so that there is at most one p to take away: where there is, adding 5
  ;; carries beyond 2^130, and what is left below that is the rest.
  (local.set $over (i64.add (local.get $h0) (i64.const 5)))
  (local.set $over (i64.add (local.get $h1) (call $high_32! (local.get $over))))
  (local.set $over (i64.add (local.get $h2) (call $high_32! (local.get $over))))
  (local.set $over (i64.add (local.get $h3) (call $high_32! (local.get $over))))
  (local.set $over (i64.add (local.get $h4) (call $high_32! (local.get $over))))
  (local.set $h0
    (i64.add
      (i64.add
        (local.get $h0)
        (i64.mul (i64.shr_u (local.get $over) (i64.const 2)) (i64.const 5)))
      (i64.load32_u offset=96 (;PAD;) (global.get $POLY1305))))
  (local.set $h1
    (i64.add
      (i64.add (local.get $h1) (call $high_32! (local.get $h0)))
      (i64.load32_u offset=100 (;PAD+4;) (global.get $POLY1305))))
  (local.set $h2
    (i64.add
      (i64.add (local.get $h2) (call $high_32! (local.get $h1)))
      (i64.load32_u offset=104 (;PAD+8;) (global.get $POLY1305))))
  (local.set $h3
    (i64.add
      (i64.add (local.get $h3) (call $high_32! (local.get $h2)))
      (i64.load32_u offset=108 (;PAD+12;) (global.get $POLY1305))))
  (i64x2.replace_lane 1
    (i64x2.splat
      (i64.or
        (call $low_32! (local.get $h0))
        (i64.shl (local.get $h1) (i64.const 32))))
    (i64.or
      (call $low_32! (local.get $h2))
      (i64.shl (local.get $h3) (i64.const 32)))))
