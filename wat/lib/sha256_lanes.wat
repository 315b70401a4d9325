;; The compression of SHA-256 of four messages, side by side in the lanes of vectors, with the
;; schedule of a block in memory.
;;
;; A module that names this fragment has lib/sha256, with 1024 bytes at $SCHEDULE in place of the
;; 256 for one message. Four chains are 128 bytes: word w of lane i is at 16 w + 4 i.

;; ---- the schedule of four messages

;; The low, or high, halves of two vectors, word by word: a0 b0 a1 b1, or a2 b2 a3 b3
(func $zip_low! (param $a v128) (param $b v128) (result v128)
  (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b)))
(func $zip_high! (param $a v128) (param $b v128) (result v128)
  (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b)))

;; Words 4n to 4n+3 of four blocks, from their sixteen bytes at those places: vectors of one word
;; each, a block a lane
(func $transpose! (param $a v128) (param $b v128) (param $c v128) (param $d v128)
  (result v128 v128 v128 v128)
  (local $ac_low v128)
  (local $ac_high v128)
  (local $bd_low v128)
  (local $bd_high v128)
  (local.set $ac_low (call $zip_low! (local.get $a) (local.get $c)))
  (local.set $ac_high (call $zip_high! (local.get $a) (local.get $c)))
  (local.set $bd_low (call $zip_low! (local.get $b) (local.get $d)))
  (local.set $bd_high (call $zip_high! (local.get $b) (local.get $d)))
  (call $zip_low! (local.get $ac_low) (local.get $bd_low))
  (call $zip_high! (local.get $ac_low) (local.get $bd_low))
  (call $zip_low! (local.get $ac_high) (local.get $bd_high))
  (call $zip_high! (local.get $ac_high) (local.get $bd_high)))

;; W[t] in four lanes, as $extend! has it; there is no vector rotation, so both of its shifts go
;; into the sum.
(func $extend_x4!
  (param $w_16 v128) (param $w_15 v128) (param $w_7 v128) (param $w_2 v128) (result v128)
  (i32x4.add
    (i32x4.add
      (i32x4.add (local.get $w_16) (local.get $w_7))
      (v128.xor
        (v128.xor
          (v128.xor
            (i32x4.shr_u (local.get $w_15) (i32.const 7))
            (i32x4.shl (local.get $w_15) (i32.const 25)))
          (v128.xor
            (i32x4.shr_u (local.get $w_15) (i32.const 18))
            (i32x4.shl (local.get $w_15) (i32.const 14))))
        (i32x4.shr_u (local.get $w_15) (i32.const 3))))
    (v128.xor
      (v128.xor
        (v128.xor
          (i32x4.shr_u (local.get $w_2) (i32.const 17))
          (i32x4.shl (local.get $w_2) (i32.const 15)))
        (v128.xor
          (i32x4.shr_u (local.get $w_2) (i32.const 19))
          (i32x4.shl (local.get $w_2) (i32.const 13))))
      (i32x4.shr_u (local.get $w_2) (i32.const 10)))))

;; Writes the schedule of four blocks, from their sixteen words.
(func $write_schedule!
  (param $w0 v128) (param $w1 v128) (param $w2 v128) (param $w3 v128)
  (param $w4 v128) (param $w5 v128) (param $w6 v128) (param $w7 v128)
  (param $w8 v128) (param $w9 v128) (param $w10 v128) (param $w11 v128)
  (param $w12 v128) (param $w13 v128) (param $w14 v128) (param $w15 v128)
  (local $word_ptr i32)     ;; where the next 16 vectors go
  (local $constant_ptr i32) ;; their constants
  (local.set $word_ptr (global.get $SCHEDULE))
  (local.set $constant_ptr (i32.const 0))
  (block $done
    (loop $next_16
      (v128.store (local.get $word_ptr)
        (i32x4.add (local.get $w0) (v128.load32_splat (local.get $constant_ptr))))
      (v128.store offset=16 (local.get $word_ptr)
        (i32x4.add (local.get $w1) (v128.load32_splat offset=4 (local.get $constant_ptr))))
      (v128.store offset=32 (local.get $word_ptr)
        (i32x4.add (local.get $w2) (v128.load32_splat offset=8 (local.get $constant_ptr))))
      (v128.store offset=48 (local.get $word_ptr)
        (i32x4.add (local.get $w3) (v128.load32_splat offset=12 (local.get $constant_ptr))))
      (v128.store offset=64 (local.get $word_ptr)
        (i32x4.add (local.get $w4) (v128.load32_splat offset=16 (local.get $constant_ptr))))
      (v128.store offset=80 (local.get $word_ptr)
        (i32x4.add (local.get $w5) (v128.load32_splat offset=20 (local.get $constant_ptr))))
      (v128.store offset=96 (local.get $word_ptr)
        (i32x4.add (local.get $w6) (v128.load32_splat offset=24 (local.get $constant_ptr))))
      (v128.store offset=112 (local.get $word_ptr)
        (i32x4.add (local.get $w7) (v128.load32_splat offset=28 (local.get $constant_ptr))))
      (v128.store offset=128 (local.get $word_ptr)
        (i32x4.add (local.get $w8) (v128.load32_splat offset=32 (local.get $constant_ptr))))
      (v128.store offset=144 (local.get $word_ptr)
        (i32x4.add (local.get $w9) (v128.load32_splat offset=36 (local.get $constant_ptr))))
      (v128.store offset=160 (local.get $word_ptr)
        (i32x4.add (local.get $w10) (v128.load32_splat offset=40 (local.get $constant_ptr))))
      (v128.store offset=176 (local.get $word_ptr)
        (i32x4.add (local.get $w11) (v128.load32_splat offset=44 (local.get $constant_ptr))))
      (v128.store offset=192 (local.get $word_ptr)
        (i32x4.add (local.get $w12) (v128.load32_splat offset=48 (local.get $constant_ptr))))
      (v128.store offset=208 (local.get $word_ptr)
        (i32x4.add (local.get $w13) (v128.load32_splat offset=52 (local.get $constant_ptr))))
      (v128.store offset=224 (local.get $word_ptr)
        (i32x4.add (local.get $w14) (v128.load32_splat offset=56 (local.get $constant_ptr))))
      (v128.store offset=240 (local.get $word_ptr)
        (i32x4.add (local.get $w15) (v128.load32_splat offset=60 (local.get $constant_ptr))))
      (br_if $done (i32.eq (local.get $constant_ptr) (i32.const 192)))
      (local.set $constant_ptr (i32.add (local.get $constant_ptr) (i32.const 64)))
      (local.set $word_ptr (i32.add (local.get $word_ptr) (i32.const 256)))
      (local.set $w0
        (call $extend_x4!
          (local.get $w0) (local.get $w1) (local.get $w9) (local.get $w14)))
      (local.set $w1
        (call $extend_x4!
          (local.get $w1) (local.get $w2) (local.get $w10) (local.get $w15)))
      (local.set $w2
        (call $extend_x4!
          (local.get $w2) (local.get $w3) (local.get $w11) (local.get $w0)))
      (local.set $w3
        (call $extend_x4!
          (local.get $w3) (local.get $w4) (local.get $w12) (local.get $w1)))
      (local.set $w4
        (call $extend_x4!
          (local.get $w4) (local.get $w5) (local.get $w13) (local.get $w2)))
      (local.set $w5
        (call $extend_x4!
          (local.get $w5) (local.get $w6) (local.get $w14) (local.get $w3)))
      (local.set $w6
        (call $extend_x4!
          (local.get $w6) (local.get $w7) (local.get $w15) (local.get $w4)))
      (local.set $w7
        (call $extend_x4!
          (local.get $w7) (local.get $w8) (local.get $w0) (local.get $w5)))
      (local.set $w8
        (call $extend_x4!
          (local.get $w8) (local.get $w9) (local.get $w1) (local.get $w6)))
      (local.set $w9
        (call $extend_x4!
          (local.get $w9) (local.get $w10) (local.get $w2) (local.get $w7)))
      (local.set $w10
        (call $extend_x4!
          (local.get $w10) (local.get $w11) (local.get $w3) (local.get $w8)))
      (local.set $w11
        (call $extend_x4!
          (local.get $w11) (local.get $w12) (local.get $w4) (local.get $w9)))
      (local.set $w12
        (call $extend_x4!
          (local.get $w12) (local.get $w13) (local.get $w5) (local.get $w10)))
      (local.set $w13
        (call $extend_x4!
          (local.get $w13) (local.get $w14) (local.get $w6) (local.get $w11)))
      (local.set $w14
        (call $extend_x4!
          (local.get $w14) (local.get $w15) (local.get $w7) (local.get $w12)))
      (local.set $w15
        (call $extend_x4!
          (local.get $w15) (local.get $w0) (local.get $w8) (local.get $w13)))
      (br $next_16))))

;; The same from the blocks.
(func $schedule_4 (param $ptr_0 i32) (param $ptr_1 i32) (param $ptr_2 i32) (param $ptr_3 i32)
  (local $w0 v128)
  (local $w1 v128)
  (local $w2 v128)
  (local $w3 v128)
  (local $w4 v128)
  (local $w5 v128)
  (local $w6 v128)
  (local $w7 v128)
  (local $w8 v128)
  (local $w9 v128)
  (local $w10 v128)
  (local $w11 v128)
  (local $w12 v128)
  (local $w13 v128)
  (local $w14 v128)
  (local $w15 v128)
  (call $transpose!
    (call $load_words! (local.get $ptr_0))
    (call $load_words! (local.get $ptr_1))
    (call $load_words! (local.get $ptr_2))
    (call $load_words! (local.get $ptr_3)))
  (local.set $w3)
  (local.set $w2)
  (local.set $w1)
  (local.set $w0)
  (call $transpose!
    (call $load_words! (i32.add (local.get $ptr_0) (i32.const 16)))
    (call $load_words! (i32.add (local.get $ptr_1) (i32.const 16)))
    (call $load_words! (i32.add (local.get $ptr_2) (i32.const 16)))
    (call $load_words! (i32.add (local.get $ptr_3) (i32.const 16))))
  (local.set $w7)
  (local.set $w6)
  (local.set $w5)
  (local.set $w4)
  (call $transpose!
    (call $load_words! (i32.add (local.get $ptr_0) (i32.const 32)))
    (call $load_words! (i32.add (local.get $ptr_1) (i32.const 32)))
    (call $load_words! (i32.add (local.get $ptr_2) (i32.const 32)))
    (call $load_words! (i32.add (local.get $ptr_3) (i32.const 32))))
  (local.set $w11)
  (local.set $w10)
  (local.set $w9)
  (local.set $w8)
  (call $transpose!
    (call $load_words! (i32.add (local.get $ptr_0) (i32.const 48)))
    (call $load_words! (i32.add (local.get $ptr_1) (i32.const 48)))
    (call $load_words! (i32.add (local.get $ptr_2) (i32.const 48)))
    (call $load_words! (i32.add (local.get $ptr_3) (i32.const 48))))
  (local.set $w15)
  (local.set $w14)
  (local.set $w13)
  (local.set $w12)
  (call $write_schedule!
    (local.get $w0) (local.get $w1) (local.get $w2) (local.get $w3)
    (local.get $w4) (local.get $w5) (local.get $w6) (local.get $w7)
    (local.get $w8) (local.get $w9) (local.get $w10) (local.get $w11)
    (local.get $w12) (local.get $w13) (local.get $w14) (local.get $w15)))

;; ---- the rounds of four messages

;; A round four times side by side, as $t1! and $t2! have it; a rotation is two shifts.
(func $t1_x4!
  (param $e v128) (param $f v128) (param $g v128) (param $h v128) (param $kw v128) (result v128)
  (i32x4.add
    (i32x4.add
      (i32x4.add (local.get $h) (local.get $kw))
      (v128.xor
        (local.get $g)
        (v128.and (local.get $e) (v128.xor (local.get $f) (local.get $g)))))
    (v128.xor
      (v128.xor
        (v128.xor
          (i32x4.shr_u (local.get $e) (i32.const 6))
          (i32x4.shl (local.get $e) (i32.const 26)))
        (v128.xor
          (i32x4.shr_u (local.get $e) (i32.const 11))
          (i32x4.shl (local.get $e) (i32.const 21))))
      (v128.xor
        (i32x4.shr_u (local.get $e) (i32.const 25))
        (i32x4.shl (local.get $e) (i32.const 7))))))

(func $t2_x4! (param $a v128) (param $b v128) (param $a_b v128) (param $b_c v128) (result v128)
  (i32x4.add
    (v128.xor
      (v128.xor
        (v128.xor
          (i32x4.shr_u (local.get $a) (i32.const 2))
          (i32x4.shl (local.get $a) (i32.const 30)))
        (v128.xor
          (i32x4.shr_u (local.get $a) (i32.const 13))
          (i32x4.shl (local.get $a) (i32.const 19))))
      (v128.xor
        (i32x4.shr_u (local.get $a) (i32.const 22))
        (i32x4.shl (local.get $a) (i32.const 10))))
    (v128.xor
      (local.get $b)
      (v128.and (local.get $a_b) (local.get $b_c)))))

;; Puts the blocks of the schedule into four chains, and writes them to a place that may be the
;; same.
(func $rounds_x4! (param $chains_ptr i32) (param $dst_ptr i32)
  (local $word_ptr i32) ;; W + K of the next 16 rounds
  (local $half i32)     ;; the bytes of the first eight of them, when they are done
  (local $a v128)
  (local $b v128)
  (local $c v128)
  (local $d v128)
  (local $e v128)
  (local $f v128)
  (local $g v128)
  (local $h v128)
  (local $x v128) ;; a ^ b, in turns of this round and of the one before
  (local $y v128)
  (local.set $a (v128.load (local.get $chains_ptr)))
  (local.set $b (v128.load offset=16 (local.get $chains_ptr)))
  (local.set $c (v128.load offset=32 (local.get $chains_ptr)))
  (local.set $d (v128.load offset=48 (local.get $chains_ptr)))
  (local.set $e (v128.load offset=64 (local.get $chains_ptr)))
  (local.set $f (v128.load offset=80 (local.get $chains_ptr)))
  (local.set $g (v128.load offset=96 (local.get $chains_ptr)))
  (local.set $h (v128.load offset=112 (local.get $chains_ptr)))
  (local.set $y (v128.xor (local.get $b) (local.get $c)))
  (local.set $word_ptr (global.get $SCHEDULE))
  (loop $next_16
    ;; Each round leaves its result in the place of its word, which nothing needs any more. That
    ;; keeps the loads where they are: wasmtime moves arithmetic behind all the loads that no
    ;; store follows, and spills them (2026-11-22: 2.11 times sha2 with the stores, 2.00 without).
    (local.set $half (i32.const 0))
    (loop $half!
      (local.set $h
        (call $t1_x4! (local.get $e) (local.get $f) (local.get $g) (local.get $h)
          (v128.load (call $at! (local.get $word_ptr) (local.get $half)))))
      (local.set $d (i32x4.add (local.get $d) (local.get $h)))
      (local.set $x (v128.xor (local.get $a) (local.get $b)))
      (local.set $h
        (i32x4.add (local.get $h)
          (call $t2_x4! (local.get $a) (local.get $b) (local.get $x) (local.get $y))))
      (v128.store (call $at! (local.get $word_ptr) (local.get $half)) (local.get $h))
      (local.set $g
        (call $t1_x4! (local.get $d) (local.get $e) (local.get $f) (local.get $g)
          (v128.load offset=16 (call $at! (local.get $word_ptr) (local.get $half)))))
      (local.set $c (i32x4.add (local.get $c) (local.get $g)))
      (local.set $y (v128.xor (local.get $h) (local.get $a)))
      (local.set $g
        (i32x4.add (local.get $g)
          (call $t2_x4! (local.get $h) (local.get $a) (local.get $y) (local.get $x))))
      (v128.store offset=16 (call $at! (local.get $word_ptr) (local.get $half)) (local.get $g))
      (local.set $f
        (call $t1_x4! (local.get $c) (local.get $d) (local.get $e) (local.get $f)
          (v128.load offset=32 (call $at! (local.get $word_ptr) (local.get $half)))))
      (local.set $b (i32x4.add (local.get $b) (local.get $f)))
      (local.set $x (v128.xor (local.get $g) (local.get $h)))
      (local.set $f
        (i32x4.add (local.get $f)
          (call $t2_x4! (local.get $g) (local.get $h) (local.get $x) (local.get $y))))
      (v128.store offset=32 (call $at! (local.get $word_ptr) (local.get $half)) (local.get $f))
      (local.set $e
        (call $t1_x4! (local.get $b) (local.get $c) (local.get $d) (local.get $e)
          (v128.load offset=48 (call $at! (local.get $word_ptr) (local.get $half)))))
      (local.set $a (i32x4.add (local.get $a) (local.get $e)))
      (local.set $y (v128.xor (local.get $f) (local.get $g)))
      (local.set $e
        (i32x4.add (local.get $e)
          (call $t2_x4! (local.get $f) (local.get $g) (local.get $y) (local.get $x))))
      (v128.store offset=48 (call $at! (local.get $word_ptr) (local.get $half)) (local.get $e))
      (local.set $d
        (call $t1_x4! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
          (v128.load offset=64 (call $at! (local.get $word_ptr) (local.get $half)))))
      (local.set $h (i32x4.add (local.get $h) (local.get $d)))
      (local.set $x (v128.xor (local.get $e) (local.get $f)))
      (local.set $d
        (i32x4.add (local.get $d)
          (call $t2_x4! (local.get $e) (local.get $f) (local.get $x) (local.get $y))))
      (v128.store offset=64 (call $at! (local.get $word_ptr) (local.get $half)) (local.get $d))
      (local.set $c
        (call $t1_x4! (local.get $h) (local.get $a) (local.get $b) (local.get $c)
          (v128.load offset=80 (call $at! (local.get $word_ptr) (local.get $half)))))
      (local.set $g (i32x4.add (local.get $g) (local.get $c)))
      (local.set $y (v128.xor (local.get $d) (local.get $e)))
      (local.set $c
        (i32x4.add (local.get $c)
          (call $t2_x4! (local.get $d) (local.get $e) (local.get $y) (local.get $x))))
      (v128.store offset=80 (call $at! (local.get $word_ptr) (local.get $half)) (local.get $c))
      (local.set $b
        (call $t1_x4! (local.get $g) (local.get $h) (local.get $a) (local.get $b)
          (v128.load offset=96 (call $at! (local.get $word_ptr) (local.get $half)))))
      (local.set $f (i32x4.add (local.get $f) (local.get $b)))
      (local.set $x (v128.xor (local.get $c) (local.get $d)))
      (local.set $b
        (i32x4.add (local.get $b)
          (call $t2_x4! (local.get $c) (local.get $d) (local.get $x) (local.get $y))))
      (v128.store offset=96 (call $at! (local.get $word_ptr) (local.get $half)) (local.get $b))
      (local.set $a
        (call $t1_x4! (local.get $f) (local.get $g) (local.get $h) (local.get $a)
          (v128.load offset=112 (call $at! (local.get $word_ptr) (local.get $half)))))
      (local.set $e (i32x4.add (local.get $e) (local.get $a)))
      (local.set $y (v128.xor (local.get $b) (local.get $c)))
      (local.set $a
        (i32x4.add (local.get $a)
          (call $t2_x4! (local.get $b) (local.get $c) (local.get $y) (local.get $x))))
      (v128.store offset=112 (call $at! (local.get $word_ptr) (local.get $half)) (local.get $a))
      (local.set $half (i32.add (local.get $half) (i32.const 128)))
      (br_if $half! (i32.lt_u (local.get $half) (i32.const 256))))
    (local.set $word_ptr (i32.add (local.get $word_ptr) (i32.const 256)))
    (br_if $next_16
      (i32.ne
        (local.get $word_ptr)
        (i32.add (global.get $SCHEDULE) (i32.const 1024)))))
  (v128.store (local.get $dst_ptr)
    (i32x4.add (local.get $a) (v128.load (local.get $chains_ptr))))
  (v128.store offset=16 (local.get $dst_ptr)
    (i32x4.add (local.get $b) (v128.load offset=16 (local.get $chains_ptr))))
  (v128.store offset=32 (local.get $dst_ptr)
    (i32x4.add (local.get $c) (v128.load offset=32 (local.get $chains_ptr))))
  (v128.store offset=48 (local.get $dst_ptr)
    (i32x4.add (local.get $d) (v128.load offset=48 (local.get $chains_ptr))))
  (v128.store offset=64 (local.get $dst_ptr)
    (i32x4.add (local.get $e) (v128.load offset=64 (local.get $chains_ptr))))
  (v128.store offset=80 (local.get $dst_ptr)
    (i32x4.add (local.get $f) (v128.load offset=80 (local.get $chains_ptr))))
  (v128.store offset=96 (local.get $dst_ptr)
    (i32x4.add (local.get $g) (v128.load offset=96 (local.get $chains_ptr))))
  (v128.store offset=112 (local.get $dst_ptr)
    (i32x4.add (local.get $h) (v128.load offset=112 (local.get $chains_ptr)))))
