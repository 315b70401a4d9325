;; ---- Poly1305 (RFC 8439, 2.5)

;; Numbers modulo p = 2^130 - 5 are five limbs of 26 bits. 5 times what is over 2^130 comes back at
;; the bottom, so that limb i of a product is the sum of h[j] r[i-j], and of 5 h[j] r[i-j+5] for i <
;; j. Long messages go two blocks a step, the even ones in one lane and the odd ones in the other,
;; each with the square of r. Limbs that come out of a product may be over 26 bits by a little.
;;
;; All blocks are whole, as the AEAD fills up what it gives with zeros.

;; Layout poly1305_state
;;   offset  size  field    meaning
;;        0    40  sum      five u64: the limbs of the sum so far
;;       40    40  r        five u64: the limbs of r
;;       80    16  pad      what is added to the sum at the end
;;       96    80  square   r squared in both lanes: five times two u32 at the start of a vector
;;      176    64  square5  5 times its upper four
;;      240    80  last     for the last step: r squared in the first lane, r in the other
;;      320    64  last5    5 times its upper four

;; How far the powers of the last step stand behind those of the others.
(global $LAST_STEP i32 (i32.const 144))

;; How many bytes at least are worth the square of r.
(global $MANY i32 (i32.const 128))

(global $LIMB i64 (i64.const 0x3ffffff))

(func $limb! (param $x i64) (result i64)
  (i64.and (local.get $x) (global.get $LIMB)))

;; The limbs of the number low + 2^64 high + 2^104 top.
(func $limbs! (param $low i64) (param $high i64) (param $top i64) (result i64 i64 i64 i64 i64)
  (call $limb! (local.get $low))
  (call $limb! (i64.shr_u (local.get $low) (i64.const 26)))
  (call $limb!
    (i64.or
      (i64.shr_u (local.get $low) (i64.const 52))
      (i64.shl (local.get $high) (i64.const 12))))
  (call $limb! (i64.shr_u (local.get $high) (i64.const 14)))
  (i64.or (i64.shr_u (local.get $high) (i64.const 40)) (local.get $top)))

;; a b + c d + e f + g h + i j
(func $sum_of_products!
  (param $a i64) (param $b i64) (param $c i64) (param $d i64) (param $e i64) (param $f i64)
  (param $g i64) (param $h i64) (param $i i64) (param $j i64) (result i64)
  (i64.add
    (i64.add
      (i64.add
        (i64.mul (local.get $a) (local.get $b))
        (i64.mul (local.get $c) (local.get $d)))
      (i64.add
        (i64.mul (local.get $e) (local.get $f))
        (i64.mul (local.get $g) (local.get $h))))
    (i64.mul (local.get $i) (local.get $j))))

;; h r, the limbs of 26 bits again
(func $multiply!
  (param $h0 i64) (param $h1 i64) (param $h2 i64) (param $h3 i64) (param $h4 i64)
  (param $r0 i64) (param $r1 i64) (param $r2 i64) (param $r3 i64) (param $r4 i64)
  (result i64 i64 i64 i64 i64)
  (local $s1 i64) ;; 5 r1, and so on
  (local $s2 i64)
  (local $s3 i64)
  (local $s4 i64)
  (local $d0 i64)
  (local $d1 i64)
  (local $d2 i64)
  (local $d3 i64)
  (local $d4 i64)
  (local.set $s1 (i64.mul (local.get $r1) (i64.const 5)))
  (local.set $s2 (i64.mul (local.get $r2) (i64.const 5)))
  (local.set $s3 (i64.mul (local.get $r3) (i64.const 5)))
  (local.set $s4 (i64.mul (local.get $r4) (i64.const 5)))
  (local.set $d0
    (call $sum_of_products!
      (local.get $h0) (local.get $r0) (local.get $h1) (local.get $s4)
      (local.get $h2) (local.get $s3) (local.get $h3) (local.get $s2)
      (local.get $h4) (local.get $s1)))
  (local.set $d1
    (call $sum_of_products!
      (local.get $h0) (local.get $r1) (local.get $h1) (local.get $r0)
      (local.get $h2) (local.get $s4) (local.get $h3) (local.get $s3)
      (local.get $h4) (local.get $s2)))
  (local.set $d2
    (call $sum_of_products!
      (local.get $h0) (local.get $r2) (local.get $h1) (local.get $r1)
      (local.get $h2) (local.get $r0) (local.get $h3) (local.get $s4)
      (local.get $h4) (local.get $s3)))
  (local.set $d3
    (call $sum_of_products!
      (local.get $h0) (local.get $r3) (local.get $h1) (local.get $r2)
      (local.get $h2) (local.get $r1) (local.get $h3) (local.get $r0)
      (local.get $h4) (local.get $s4)))
  (local.set $d4
    (call $sum_of_products!
      (local.get $h0) (local.get $r4) (local.get $h1) (local.get $r3)
      (local.get $h2) (local.get $r2) (local.get $h3) (local.get $r1)
      (local.get $h4) (local.get $r0)))
  (call $carry!
    (local.get $d0) (local.get $d1) (local.get $d2) (local.get $d3) (local.get $d4)))

;; What is over 26 bits of each limb goes to the next one, and of the last to the first, two of them
;; at a time.
(func $carry! (param $d0 i64) (param $d1 i64) (param $d2 i64) (param $d3 i64) (param $d4 i64)
  (result i64 i64 i64 i64 i64)
  (local.set $d1 (i64.add (local.get $d1) (i64.shr_u (local.get $d0) (i64.const 26))))
  (local.set $d4 (i64.add (local.get $d4) (i64.shr_u (local.get $d3) (i64.const 26))))
  (local.set $d2 (i64.add (local.get $d2) (i64.shr_u (local.get $d1) (i64.const 26))))
  (local.set $d0
    (i64.add
      (call $limb! (local.get $d0))
      (i64.mul (i64.shr_u (local.get $d4) (i64.const 26)) (i64.const 5))))
  (local.set $d3
    (i64.add
      (call $limb! (local.get $d3))
      (i64.shr_u (local.get $d2) (i64.const 26))))
  (local.set $d1
    (i64.add
      (call $limb! (local.get $d1))
      (i64.shr_u (local.get $d0) (i64.const 26))))
  (local.set $d4
    (i64.add
      (call $limb! (local.get $d4))
      (i64.shr_u (local.get $d3) (i64.const 26))))
  (call $limb! (local.get $d0))
  (local.get $d1)
  (call $limb! (local.get $d2))
  (call $limb! (local.get $d3))
  (local.get $d4))

;; Begins with the one-time key of 32 bytes at key_ptr, of which some bits are cleared, for a
;; message that comes in spans of at most `longest` bytes.
(func $begin_poly1305 (param $key_ptr i32) (param $longest i32)
  (local $r0 i64)
  (local $r1 i64)
  (local $r2 i64)
  (local $r3 i64)
  (local $r4 i64)
  (call $limbs!
    (i64.and (i64.load (local.get $key_ptr)) (i64.const 0x0ffffffc0fffffff))
    (i64.and (i64.load offset=8 (local.get $key_ptr)) (i64.const 0x0ffffffc0ffffffc))
    (i64.const 0))
  (local.set $r4)
  (local.set $r3)
  (local.set $r2)
  (local.set $r1)
  (local.set $r0)
  (i64.store offset=0 (;POLY1305_STATE.SUM;) (global.get $POLY1305) (i64.const 0))
  (i64.store offset=8 (;POLY1305_STATE.SUM+8;) (global.get $POLY1305) (i64.const 0))
  (i64.store offset=16 (;POLY1305_STATE.SUM+16;) (global.get $POLY1305) (i64.const 0))
  (i64.store offset=24 (;POLY1305_STATE.SUM+24;) (global.get $POLY1305) (i64.const 0))
  (i64.store offset=32 (;POLY1305_STATE.SUM+32;) (global.get $POLY1305) (i64.const 0))
  (i64.store offset=40 (;POLY1305_STATE.R;) (global.get $POLY1305) (local.get $r0))
  (i64.store offset=48 (;POLY1305_STATE.R+8;) (global.get $POLY1305) (local.get $r1))
  (i64.store offset=56 (;POLY1305_STATE.R+16;) (global.get $POLY1305) (local.get $r2))
  (i64.store offset=64 (;POLY1305_STATE.R+24;) (global.get $POLY1305) (local.get $r3))
  (i64.store offset=72 (;POLY1305_STATE.R+32;) (global.get $POLY1305) (local.get $r4))
  (v128.store offset=80 (;PAD;) (global.get $POLY1305)
    (v128.load offset=16 (local.get $key_ptr)))
  (if (i32.ge_u (local.get $longest) (global.get $MANY))
    (then
      (call $write_powers!
        (local.get $r0) (local.get $r1) (local.get $r2) (local.get $r3) (local.get $r4)
        (call $multiply!
          (local.get $r0) (local.get $r1) (local.get $r2) (local.get $r3) (local.get $r4)
          (local.get $r0) (local.get $r1) (local.get $r2) (local.get $r3) (local.get $r4))))))

;; r is given first, then its square.
(func $write_powers!
  (param $r0 i64) (param $r1 i64) (param $r2 i64) (param $r3 i64) (param $r4 i64)
  (param $q0 i64) (param $q1 i64) (param $q2 i64) (param $q3 i64) (param $q4 i64)
  (call $write_limb! (i32.const 0) (local.get $r0) (local.get $q0))
  (call $write_limb! (i32.const 16) (local.get $r1) (local.get $q1))
  (call $write_limb! (i32.const 32) (local.get $r2) (local.get $q2))
  (call $write_limb! (i32.const 48) (local.get $r3) (local.get $q3))
  (call $write_limb! (i32.const 64) (local.get $r4) (local.get $q4))
  (call $write_limb!
    (i32.const 80)
    (call $times_5! (local.get $r1))
    (call $times_5! (local.get $q1)))
  (call $write_limb!
    (i32.const 96)
    (call $times_5! (local.get $r2))
    (call $times_5! (local.get $q2)))
  (call $write_limb!
    (i32.const 112)
    (call $times_5! (local.get $r3))
    (call $times_5! (local.get $q3)))
  (call $write_limb!
    (i32.const 128)
    (call $times_5! (local.get $r4))
    (call $times_5! (local.get $q4))))

(func $times_5! (param $x i64) (result i64)
  (i64.mul (local.get $x) (i64.const 5)))

;; A limb of r, and of its square, where those of both kinds of steps look for them.
(func $write_limb! (param $offset i32) (param $r i64) (param $square i64)
  (v128.store offset=96 (;SQUARE;)
    (call $at! (global.get $POLY1305) (local.get $offset))
    (i32x4.splat (i32.wrap_i64 (local.get $square))))
  (v128.store offset=240 (;LAST;)
    (call $at! (global.get $POLY1305) (local.get $offset))
    (i32x4.replace_lane 1
      (i32x4.splat (i32.wrap_i64 (local.get $square)))
      (i32.wrap_i64 (local.get $r)))))

;; Takes in [ptr, ptr+len), filled up with zeros to whole blocks; len may be 0.
(func $absorb_poly1305 (param $ptr i32) (param $len i32)
  (local $whole i32) ;; bytes that the next step takes
  (if (i32.ge_u (local.get $len) (global.get $MANY))
    (then
      (local.set $whole (i32.and (local.get $len) (i32.const -32)))
      (call $absorb_pairs (local.get $ptr) (i32.shr_u (local.get $len) (i32.const 5)))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $whole)))
      (local.set $len (i32.and (local.get $len) (i32.const 31)))))
  (if (i32.ge_u (local.get $len) (i32.const 16))
    (then
      (local.set $whole (i32.and (local.get $len) (i32.const -16)))
      (call $absorb_blocks (local.get $ptr) (i32.shr_u (local.get $len) (i32.const 4)))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $whole)))
      (local.set $len (i32.and (local.get $len) (i32.const 15)))))
  (if (local.get $len)
    (then
      (call $pad_block (local.get $ptr) (local.get $len))
      (call $absorb_blocks (global.get $BLOCK) (i32.const 1)))))

;; Takes in `count` blocks one by one; `count` is not 0.
(func $absorb_blocks (param $ptr i32) (param $count i32)
  (local $h0 i64) ;; the sum
  (local $h1 i64)
  (local $h2 i64)
  (local $h3 i64)
  (local $h4 i64)
  (local $m0 i64) ;; the block
  (local $m1 i64)
  (local $m2 i64)
  (local $m3 i64)
  (local $m4 i64)
  (local.set $h0 (i64.load offset=0 (;POLY1305_STATE.SUM;) (global.get $POLY1305)))
  (local.set $h1 (i64.load offset=8 (;POLY1305_STATE.SUM+8;) (global.get $POLY1305)))
  (local.set $h2 (i64.load offset=16 (;POLY1305_STATE.SUM+16;) (global.get $POLY1305)))
  (local.set $h3 (i64.load offset=24 (;POLY1305_STATE.SUM+24;) (global.get $POLY1305)))
  (local.set $h4 (i64.load offset=32 (;POLY1305_STATE.SUM+32;) (global.get $POLY1305)))
  (loop $next_block
    (call $limbs!
      (i64.load (local.get $ptr))
      (i64.load offset=8 (local.get $ptr))
      (i64.const 0x1000000))
    (local.set $m4)
    (local.set $m3)
    (local.set $m2)
    (local.set $m1)
    (local.set $m0)
    (call $multiply!
      (i64.add (local.get $h0) (local.get $m0))
      (i64.add (local.get $h1) (local.get $m1))
      (i64.add (local.get $h2) (local.get $m2))
      (i64.add (local.get $h3) (local.get $m3))
      (i64.add (local.get $h4) (local.get $m4))
      (i64.load offset=40 (;POLY1305_STATE.R;) (global.get $POLY1305))
      (i64.load offset=48 (;POLY1305_STATE.R+8;) (global.get $POLY1305))
      (i64.load offset=56 (;POLY1305_STATE.R+16;) (global.get $POLY1305))
      (i64.load offset=64 (;POLY1305_STATE.R+24;) (global.get $POLY1305))
      (i64.load offset=72 (;POLY1305_STATE.R+32;) (global.get $POLY1305)))
    (local.set $h4)
    (local.set $h3)
    (local.set $h2)
    (local.set $h1)
    (local.set $h0)
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
    (br_if $next_block (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
  (call $write_sum!
    (local.get $h0) (local.get $h1) (local.get $h2) (local.get $h3) (local.get $h4)))

(func $write_sum! (param $h0 i64) (param $h1 i64) (param $h2 i64) (param $h3 i64) (param $h4 i64)
  (i64.store offset=0 (;POLY1305_STATE.SUM;) (global.get $POLY1305) (local.get $h0))
  (i64.store offset=8 (;POLY1305_STATE.SUM+8;) (global.get $POLY1305) (local.get $h1))
  (i64.store offset=16 (;POLY1305_STATE.SUM+16;) (global.get $POLY1305) (local.get $h2))
  (i64.store offset=24 (;POLY1305_STATE.SUM+24;) (global.get $POLY1305) (local.get $h3))
  (i64.store offset=32 (;POLY1305_STATE.SUM+32;) (global.get $POLY1305) (local.get $h4)))

(func $limb_x2! (param $x v128) (result v128)
  (v128.and (local.get $x) (v128.const i64x2 0x3ffffff 0x3ffffff)))

(func $over! (param $x v128) (result v128)
  (i64x2.shr_u (local.get $x) (i32.const 26)))

;; The limbs of two blocks, one a lane, with the bit behind them.
(func $limbs_x2! (param $ptr i32) (result v128 v128 v128 v128 v128)
  (local $low v128)
  (local $high v128)
  (local.set $low
    (call $low_halves! (v128.load (local.get $ptr)) (v128.load offset=16 (local.get $ptr))))
  (local.set $high
    (call $high_halves! (v128.load (local.get $ptr)) (v128.load offset=16 (local.get $ptr))))
  (call $limb_x2! (local.get $low))
  (call $limb_x2! (call $over! (local.get $low)))
  (call $limb_x2!
    (v128.or
      (i64x2.shr_u (local.get $low) (i32.const 52))
      (i64x2.shl (local.get $high) (i32.const 12))))
  (call $limb_x2! (i64x2.shr_u (local.get $high) (i32.const 14)))
  (v128.or
    (i64x2.shr_u (local.get $high) (i32.const 40))
    (v128.const i64x2 0x1000000 0x1000000)))

;; The low words of both lanes side by side, as extended multiplications want them.
(func $pack! (param $x v128) (result v128)
  (i8x16.shuffle 0 1 2 3 8 9 10 11 0 1 2 3 8 9 10 11 (local.get $x) (local.get $x)))

;; h times a limb of a power of r, in both lanes
(func $product_x2! (param $h v128) (param $powers_ptr i32) (param $offset i32) (result v128)
  (i64x2.extmul_low_i32x4_u
    (local.get $h)
    (v128.load (call $at! (local.get $powers_ptr) (local.get $offset)))))

;; The sum of the products of h with the limbs of a power of r, which are at these offsets.
(func $sum_of_products_x2!
  (param $h0 v128) (param $h1 v128) (param $h2 v128) (param $h3 v128) (param $h4 v128)
  (param $powers_ptr i32)
  (param $r0 i32) (param $r1 i32) (param $r2 i32) (param $r3 i32) (param $r4 i32) (result v128)
  (i64x2.add
    (i64x2.add
      (i64x2.add
        (call $product_x2! (local.get $h0) (local.get $powers_ptr) (local.get $r0))
        (call $product_x2! (local.get $h1) (local.get $powers_ptr) (local.get $r1)))
      (i64x2.add
        (call $product_x2! (local.get $h2) (local.get $powers_ptr) (local.get $r2))
        (call $product_x2! (local.get $h3) (local.get $powers_ptr) (local.get $r3))))
    (call $product_x2! (local.get $h4) (local.get $powers_ptr) (local.get $r4))))

;; Takes in `count` pairs of blocks; `count` is not 0. The even blocks are multiplied by the square
;; of r at each step, and so are the odd ones, but for the last step, where they are by r itself.
(func $absorb_pairs (param $ptr i32) (param $count i32)
  (local $powers_ptr i32)
  (local $h0 v128)
  (local $h1 v128)
  (local $h2 v128)
  (local $h3 v128)
  (local $h4 v128)
  (local $m0 v128)
  (local $m1 v128)
  (local $m2 v128)
  (local $m3 v128)
  (local $m4 v128)
  (local $d0 v128)
  (local $d1 v128)
  (local $d2 v128)
  (local $d3 v128)
  (local $d4 v128)
  (local.set $h0 (v128.load64_zero offset=0 (;POLY1305_STATE.SUM;) (global.get $POLY1305)))
  (local.set $h1 (v128.load64_zero offset=8 (;POLY1305_STATE.SUM+8;) (global.get $POLY1305)))
  (local.set $h2 (v128.load64_zero offset=16 (;POLY1305_STATE.SUM+16;) (global.get $POLY1305)))
  (local.set $h3 (v128.load64_zero offset=24 (;POLY1305_STATE.SUM+24;) (global.get $POLY1305)))
  (local.set $h4 (v128.load64_zero offset=32 (;POLY1305_STATE.SUM+32;) (global.get $POLY1305)))
  (local.set $powers_ptr (i32.add (global.get $POLY1305) (i32.const 96 (;SQUARE;))))
  (loop $next_pair
    (if (i32.eq (local.get $count) (i32.const 1))
      (then
        (local.set $powers_ptr (i32.add (local.get $powers_ptr) (global.get $LAST_STEP)))))
    (call $limbs_x2! (local.get $ptr))
    (local.set $m4)
    (local.set $m3)
    (local.set $m2)
    (local.set $m1)
    (local.set $m0)
    (local.set $h0 (call $pack! (i64x2.add (local.get $h0) (local.get $m0))))
    (local.set $h1 (call $pack! (i64x2.add (local.get $h1) (local.get $m1))))
    (local.set $h2 (call $pack! (i64x2.add (local.get $h2) (local.get $m2))))
    (local.set $h3 (call $pack! (i64x2.add (local.get $h3) (local.get $m3))))
    (local.set $h4 (call $pack! (i64x2.add (local.get $h4) (local.get $m4))))
    (local.set $d0
      (call $sum_of_products_x2!
        (local.get $h0) (local.get $h1) (local.get $h2) (local.get $h3) (local.get $h4)
        (local.get $powers_ptr)
        (i32.const 0) (i32.const 128) (i32.const 112) (i32.const 96) (i32.const 80)))
    (local.set $d1
      (call $sum_of_products_x2!
        (local.get $h0) (local.get $h1) (local.get $h2) (local.get $h3) (local.get $h4)
        (local.get $powers_ptr)
        (i32.const 16) (i32.const 0) (i32.const 128) (i32.const 112) (i32.const 96)))
    (local.set $d2
      (call $sum_of_products_x2!
        (local.get $h0) (local.get $h1) (local.get $h2) (local.get $h3) (local.get $h4)
        (local.get $powers_ptr)
        (i32.const 32) (i32.const 16) (i32.const 0) (i32.const 128) (i32.const 112)))
    (local.set $d3
      (call $sum_of_products_x2!
        (local.get $h0) (local.get $h1) (local.get $h2) (local.get $h3) (local.get $h4)
        (local.get $powers_ptr)
        (i32.const 48) (i32.const 32) (i32.const 16) (i32.const 0) (i32.const 128)))
    (local.set $d4
      (call $sum_of_products_x2!
        (local.get $h0) (local.get $h1) (local.get $h2) (local.get $h3) (local.get $h4)
        (local.get $powers_ptr)
        (i32.const 64) (i32.const 48) (i32.const 32) (i32.const 16) (i32.const 0)))
    (local.set $d1 (i64x2.add (local.get $d1) (call $over! (local.get $d0))))
    (local.set $d4 (i64x2.add (local.get $d4) (call $over! (local.get $d3))))
    (local.set $d2 (i64x2.add (local.get $d2) (call $over! (local.get $d1))))
    (local.set $m0 (call $over! (local.get $d4)))
    (local.set $d0
      (i64x2.add
        (call $limb_x2! (local.get $d0))
        (i64x2.add (local.get $m0) (i64x2.shl (local.get $m0) (i32.const 2)))))
    (local.set $d3
      (i64x2.add (call $limb_x2! (local.get $d3)) (call $over! (local.get $d2))))
    (local.set $h0 (call $limb_x2! (local.get $d0)))
    (local.set $h1
      (i64x2.add (call $limb_x2! (local.get $d1)) (call $over! (local.get $d0))))
    (local.set $h2 (call $limb_x2! (local.get $d2)))
    (local.set $h3 (call $limb_x2! (local.get $d3)))
    (local.set $h4
      (i64x2.add (call $limb_x2! (local.get $d4)) (call $over! (local.get $d3))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 32)))
    (br_if $next_pair (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
  (call $write_sum!
    (call $add_lanes! (local.get $h0))
    (call $add_lanes! (local.get $h1))
    (call $add_lanes! (local.get $h2))
    (call $add_lanes! (local.get $h3))
    (call $add_lanes! (local.get $h4))))

(func $add_lanes! (param $x v128) (result i64)
  (i64.add
    (i64x2.extract_lane 0 (local.get $x))
    (i64x2.extract_lane 1 (local.get $x))))

;; What is over 26 bits of each limb goes to the next one, one after the other.
(func $carry_in_order!
  (param $h0 i64) (param $h1 i64) (param $h2 i64) (param $h3 i64) (param $h4 i64)
  (result i64 i64 i64 i64 i64)
  (local.set $h1 (i64.add (local.get $h1) (i64.shr_u (local.get $h0) (i64.const 26))))
  (local.set $h2 (i64.add (local.get $h2) (i64.shr_u (local.get $h1) (i64.const 26))))
  (local.set $h3 (i64.add (local.get $h3) (i64.shr_u (local.get $h2) (i64.const 26))))
  (local.set $h4 (i64.add (local.get $h4) (i64.shr_u (local.get $h3) (i64.const 26))))
  (i64.add
    (call $limb! (local.get $h0))
    (i64.mul (i64.shr_u (local.get $h4) (i64.const 26)) (i64.const 5)))
  (call $limb! (local.get $h1))
  (call $limb! (local.get $h2))
  (call $limb! (local.get $h3))
  (call $limb! (local.get $h4)))

;; The tag: the sum modulo p, to which the pad is added modulo 2^128.
(func $end_poly1305 (result v128)
  (local $h0 i64)
  (local $h1 i64)
  (local $h2 i64)
  (local $h3 i64)
  (local $h4 i64)
  (local $over i64) ;; 1 where the sum is p or more
  (local $low i64)
  (local $high i64)
  (local $pad i64)
  (call $carry_in_order!
    (call $carry_in_order!
      (i64.load offset=0 (;POLY1305_STATE.SUM;) (global.get $POLY1305))
      (i64.load offset=8 (;POLY1305_STATE.SUM+8;) (global.get $POLY1305))
      (i64.load offset=16 (;POLY1305_STATE.SUM+16;) (global.get $POLY1305))
      (i64.load offset=24 (;POLY1305_STATE.SUM+24;) (global.get $POLY1305))
      (i64.load offset=32 (;POLY1305_STATE.SUM+32;) (global.get $POLY1305))))
  (local.set $h4)
  (local.set $h3)
  (local.set $h2)
  (local.set $h1)
  (local.set $h0)
  ;; Below 2^130 + 2^27 now, so that there is at most one p to take away: where there is, adding 5
  ;; carries beyond 2^130, and what is left below that is the rest.
  (local.set $over (i64.add (local.get $h0) (i64.const 5)))
  (local.set $over (i64.add (local.get $h1) (i64.shr_u (local.get $over) (i64.const 26))))
  (local.set $over (i64.add (local.get $h2) (i64.shr_u (local.get $over) (i64.const 26))))
  (local.set $over (i64.add (local.get $h3) (i64.shr_u (local.get $over) (i64.const 26))))
  (local.set $over (i64.add (local.get $h4) (i64.shr_u (local.get $over) (i64.const 26))))
  (local.set $h0
    (i64.add
      (local.get $h0)
      (i64.mul (i64.shr_u (local.get $over) (i64.const 26)) (i64.const 5))))
  (local.set $h1 (i64.add (local.get $h1) (i64.shr_u (local.get $h0) (i64.const 26))))
  (local.set $h2 (i64.add (local.get $h2) (i64.shr_u (local.get $h1) (i64.const 26))))
  (local.set $h3 (i64.add (local.get $h3) (i64.shr_u (local.get $h2) (i64.const 26))))
  (local.set $h4 (i64.add (local.get $h4) (i64.shr_u (local.get $h3) (i64.const 26))))
  (local.set $low
    (i64.or
      (i64.or
        (call $limb! (local.get $h0))
        (i64.shl (call $limb! (local.get $h1)) (i64.const 26)))
      (i64.shl (local.get $h2) (i64.const 52))))
  (local.set $high
    (i64.or
      (i64.or
        (i64.shr_u (call $limb! (local.get $h2)) (i64.const 12))
        (i64.shl (call $limb! (local.get $h3)) (i64.const 14)))
      (i64.shl (local.get $h4) (i64.const 40))))
  (local.set $pad (i64.load offset=80 (;PAD;) (global.get $POLY1305)))
  (local.set $low (i64.add (local.get $low) (local.get $pad)))
  (i64x2.replace_lane 1
    (i64x2.splat (local.get $low))
    (i64.add
      (i64.add
        (local.get $high)
        (i64.load offset=88 (;PAD+8;) (global.get $POLY1305)))
      (i64.extend_i32_u (i64.lt_u (local.get $low) (local.get $pad))))))
