;; The compression of SHA-256 (FIPS 180-4, 6.2) of one message, by a schedule in vectors or by one
;; in locals, and what lib/digest asks for.
;;
;; The schedule in vectors is four words at a time, between the rounds, stored with its constants
;; added, so that each round finds its word where it needs it. Engines that do not compile pay for
;; each instruction, whatever it waits for: for them there is the schedule in locals.
;;
;; The order of the operands matters: wasmtime computes them from left to right, each as far back as
;; it goes.
;;
;; A module that names this fragment has lib/sha256_constants, which stand at 0, and defines:
;;
;;   $SCHEDULE  256, right behind the constants: where 256 bytes are
;;   $UNREAD    where a u32 is that nothing reads

;; ---- what lib/digest asks for

;; The first 32 bits of the fractional parts of the square roots of the first eight primes.
(func $start! (param $chain_ptr i32)
  (i32.store (local.get $chain_ptr) (i32.const 0x6a09e667))
  (i32.store offset=4 (local.get $chain_ptr) (i32.const 0xbb67ae85))
  (i32.store offset=8 (local.get $chain_ptr) (i32.const 0x3c6ef372))
  (i32.store offset=12 (local.get $chain_ptr) (i32.const 0xa54ff53a))
  (i32.store offset=16 (local.get $chain_ptr) (i32.const 0x510e527f))
  (i32.store offset=20 (local.get $chain_ptr) (i32.const 0x9b05688c))
  (i32.store offset=24 (local.get $chain_ptr) (i32.const 0x1f83d9ab))
  (i32.store offset=28 (local.get $chain_ptr) (i32.const 0x5be0cd19)))

;; x in the other byte order
(func $swap_bytes! (param $x i32) (result i32)
  (i32.or
    (i32.and (i32.rotl (local.get $x) (i32.const 8)) (i32.const 0x00ff00ff))
    (i32.and (i32.rotr (local.get $x) (i32.const 8)) (i32.const 0xff00ff00))))

;; Digests are big-endian.
(func $digest_word! (param $word i32) (result i32)
  (call $swap_bytes! (local.get $word)))

;; So are lengths.
(func $write_length! (param $ptr i32) (param $bits i64)
  (i32.store (local.get $ptr)
    (call $swap_bytes! (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 32)))))
  (i32.store offset=4 (local.get $ptr)
    (call $swap_bytes! (i32.wrap_i64 (local.get $bits)))))

;; ---- the message schedule

;; Sixteen bytes as four big-endian words
(func $load_words! (param $ptr i32) (result v128)
  (call $swap_bytes_x4! (v128.load (local.get $ptr))))

(func $swap_bytes_x4! (param $x v128) (result v128)
  (i8x16.shuffle 3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12 (local.get $x) (local.get $x)))

;; W[t] = sigma1(W[t-2]) + W[t-7] + sigma0(W[t-15]) + W[t-16]
;; sigma0 = rotr(x,7) ^ rotr(x,18) ^ (x >> 3)   sigma1 = rotr(x,17) ^ rotr(x,19) ^ (x >> 10)
(func $extend! (param $w_16 i32) (param $w_15 i32) (param $w_7 i32) (param $w_2 i32) (result i32)
  (i32.add
    (i32.add
      (i32.add (local.get $w_16) (local.get $w_7))
      (i32.xor
        (i32.xor
          (i32.rotr (local.get $w_15) (i32.const 7))
          (i32.rotr (local.get $w_15) (i32.const 18)))
        (i32.shr_u (local.get $w_15) (i32.const 3))))
    (i32.xor
      (i32.xor
        (i32.rotr (local.get $w_2) (i32.const 17))
        (i32.rotr (local.get $w_2) (i32.const 19)))
      (i32.shr_u (local.get $w_2) (i32.const 10)))))

;; ---- the rounds of one message

;; e' = d + h + Sigma1(e) + Ch(e,f,g) + K + W
;; Sigma1 = rotr(e,6) ^ rotr(e,11) ^ rotr(e,25)   Ch = g ^ (e & (f ^ g))
(func $next_e!
  (param $d i32) (param $e i32) (param $f i32) (param $g i32) (param $h i32)
  (param $word i32) (result i32)
  (i32.add
    (i32.add
      (i32.add (local.get $d) (i32.add (local.get $h) (local.get $word)))
      (i32.xor
        (i32.and (i32.xor (local.get $f) (local.get $g)) (local.get $e))
        (local.get $g)))
    (i32.xor
      (i32.xor
        (i32.rotr (local.get $e) (i32.const 6))
        (i32.rotr (local.get $e) (i32.const 11)))
      (i32.rotr (local.get $e) (i32.const 25)))))

;; a' = e' - d + Sigma0(a) + Maj(a,b,c)
;; Sigma0 = rotr(a,2) ^ rotr(a,13) ^ rotr(a,22)   Maj = b ^ ((a ^ b) & (b ^ c))
;; a_b is a ^ b, which is the next round's b_c.
(func $next_a!
  (param $next_e i32) (param $d i32) (param $a i32) (param $b i32)
  (param $a_b i32) (param $b_c i32) (result i32)
  (i32.add
    (i32.add
      (i32.sub (local.get $next_e) (local.get $d))
      (i32.xor
        (i32.and (local.get $b_c) (local.get $a_b))
        (local.get $b)))
    (i32.xor
      (i32.xor
        (i32.rotr (local.get $a) (i32.const 2))
        (i32.rotr (local.get $a) (i32.const 13)))
      (i32.rotr (local.get $a) (i32.const 22)))))

;; One round: e' and a', of which one becomes the next e and the other the next a.
;;
;; It writes a', which nothing reads. That keeps it where it is: wasmtime moves arithmetic to where
;; a store or a branch needs it, which for this is the end of all rounds, with the words in between
;; spilled (2026-11-24, AMD EPYC: 1.21 times sha2 by LLVM with the store, 0.88 without, 1.15 with
;; the store in the place of the word; V8 does as well without).
(func $round!
  (param $a i32) (param $b i32) (param $c i32) (param $d i32)
  (param $e i32) (param $f i32) (param $g i32) (param $h i32)
  (param $word i32) ;; W + K
  (result i32 i32)
  (local $next_e i32)
  (local $next_a i32)
  (local.set $next_e
    (call $next_e!
      (local.get $d) (local.get $e) (local.get $f) (local.get $g) (local.get $h)
      (local.get $word)))
  (local.set $next_a
    (call $next_a! (local.get $next_e) (local.get $d) (local.get $a) (local.get $b)
      (i32.xor (local.get $a) (local.get $b))
      (i32.xor (local.get $b) (local.get $c))))
  (i32.store (global.get $UNREAD) (local.get $next_a))
  (local.get $next_e)
  (local.get $next_a))

;; Four words of the schedule from the sixteen before them, in vectors of four:
;; W[t] = sigma1(W[t-2]) + W[t-7] + sigma0(W[t-15]) + W[t-16]
;;
;; The third and the fourth word need the first two. sigma1 is taken of two words at a time, each
;; twice in 64 bits, where a shift to the right leaves a rotation in the low half.
(func $extend_4!
  (param $w_16 v128) (param $w_12 v128) (param $w_8 v128) (param $w_4 v128) (result v128)
  (local $w_15 v128)
  (local $sum v128)  ;; what needs none of the new words; then the first two of them as well
  (local $zeros v128)
  (local.set $w_15 (call $last_and_next! (local.get $w_16) (local.get $w_12)))
  (local.set $sum
    (i32x4.add
      (i32x4.add
        (local.get $w_16)
        (call $last_and_next! (local.get $w_8) (local.get $w_4)))
      (v128.xor
        (v128.xor
          (v128.xor
            (i32x4.shr_u (local.get $w_15) (i32.const 7))
            (i32x4.shl (local.get $w_15) (i32.const 25)))
          (v128.xor
            (i32x4.shr_u (local.get $w_15) (i32.const 18))
            (i32x4.shl (local.get $w_15) (i32.const 14))))
        (i32x4.shr_u (local.get $w_15) (i32.const 3)))))
  (local.set $sum
    (i32x4.add
      (local.get $sum)
      (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 16 17 18 19
        (call $sigma1_x2!
          (i8x16.shuffle 8 9 10 11 8 9 10 11 12 13 14 15 12 13 14 15
            (local.get $w_4) (local.get $w_4)))
        (local.get $zeros))))
  (i32x4.add
    (local.get $sum)
    (i8x16.shuffle 0 1 2 3 0 1 2 3 16 17 18 19 24 25 26 27
      (local.get $zeros)
      (call $sigma1_x2!
        (i8x16.shuffle 0 1 2 3 0 1 2 3 4 5 6 7 4 5 6 7
          (local.get $sum) (local.get $sum))))))

;; The last three words of a vector, and the first of the next
(func $last_and_next! (param $words v128) (param $next v128) (result v128)
  (i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19
    (local.get $words) (local.get $next)))

;; sigma1 of two words, each of which is there twice; in the low halves
(func $sigma1_x2! (param $x v128) (result v128)
  (v128.xor
    (v128.xor
      (i64x2.shr_u (local.get $x) (i32.const 17))
      (i64x2.shr_u (local.get $x) (i32.const 19)))
    (i32x4.shr_u (local.get $x) (i32.const 10))))

;; The 64 rounds from the words of a chain on, by the vector schedule, which is four words ahead of
;; the sixteen of the rounds, and begins with the sixteen words of a block. The names of the words
;; come round after eight rounds, those of the schedule after sixteen.
(func $rounds! (param $chain_ptr i32)
  (param $w0 v128) (param $w1 v128) (param $w2 v128) (param $w3 v128)
  (result i32 i32 i32 i32 i32 i32 i32 i32)
  (local $a i32)
  (local $b i32)
  (local $c i32)
  (local $d i32)
  (local $e i32)
  (local $f i32)
  (local $g i32)
  (local $h i32)
  (local $constant_ptr i32) ;; of the next sixteen rounds; W + K of them stand behind it
  (local $half i32)         ;; the bytes of the first eight of them, when they are done
  (local.set $a (i32.load (local.get $chain_ptr)))
  (local.set $b (i32.load offset=4 (local.get $chain_ptr)))
  (local.set $c (i32.load offset=8 (local.get $chain_ptr)))
  (local.set $d (i32.load offset=12 (local.get $chain_ptr)))
  (local.set $e (i32.load offset=16 (local.get $chain_ptr)))
  (local.set $f (i32.load offset=20 (local.get $chain_ptr)))
  (local.set $g (i32.load offset=24 (local.get $chain_ptr)))
  (local.set $h (i32.load offset=28 (local.get $chain_ptr)))
  (local.set $constant_ptr (i32.const 0))
  (loop $next_16
    (local.set $half (i32.const 0))
    (loop $half!
      (if (local.get $half)
        (then
          (local.set $w2
            (call $extend_4!
              (local.get $w2) (local.get $w3) (local.get $w0) (local.get $w1))))
        (else
          (local.set $w0
            (call $extend_4!
              (local.get $w0) (local.get $w1) (local.get $w2) (local.get $w3)))))
      (v128.store offset=320 (call $at! (local.get $constant_ptr) (local.get $half))
        (i32x4.add
          (select (local.get $w2) (local.get $w0) (local.get $half))
          (v128.load offset=64 (call $at! (local.get $constant_ptr) (local.get $half)))))
      (call $round!
        (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (local.get $e) (local.get $f) (local.get $g) (local.get $h)
        (i32.load offset=256 (call $at! (local.get $constant_ptr) (local.get $half))))
      (local.set $h)
      (local.set $d)
      (call $round!
        (local.get $h) (local.get $a) (local.get $b) (local.get $c)
        (local.get $d) (local.get $e) (local.get $f) (local.get $g)
        (i32.load offset=260 (call $at! (local.get $constant_ptr) (local.get $half))))
      (local.set $g)
      (local.set $c)
      (call $round!
        (local.get $g) (local.get $h) (local.get $a) (local.get $b)
        (local.get $c) (local.get $d) (local.get $e) (local.get $f)
        (i32.load offset=264 (call $at! (local.get $constant_ptr) (local.get $half))))
      (local.set $f)
      (local.set $b)
      (call $round!
        (local.get $f) (local.get $g) (local.get $h) (local.get $a)
        (local.get $b) (local.get $c) (local.get $d) (local.get $e)
        (i32.load offset=268 (call $at! (local.get $constant_ptr) (local.get $half))))
      (local.set $e)
      (local.set $a)
      (if (local.get $half)
        (then
          (local.set $w3
            (call $extend_4!
              (local.get $w3) (local.get $w0) (local.get $w1) (local.get $w2))))
        (else
          (local.set $w1
            (call $extend_4!
              (local.get $w1) (local.get $w2) (local.get $w3) (local.get $w0)))))
      (v128.store offset=336 (call $at! (local.get $constant_ptr) (local.get $half))
        (i32x4.add
          (select (local.get $w3) (local.get $w1) (local.get $half))
          (v128.load offset=80 (call $at! (local.get $constant_ptr) (local.get $half)))))
      (call $round!
        (local.get $e) (local.get $f) (local.get $g) (local.get $h)
        (local.get $a) (local.get $b) (local.get $c) (local.get $d)
        (i32.load offset=272 (call $at! (local.get $constant_ptr) (local.get $half))))
      (local.set $d)
      (local.set $h)
      (call $round!
        (local.get $d) (local.get $e) (local.get $f) (local.get $g)
        (local.get $h) (local.get $a) (local.get $b) (local.get $c)
        (i32.load offset=276 (call $at! (local.get $constant_ptr) (local.get $half))))
      (local.set $c)
      (local.set $g)
      (call $round!
        (local.get $c) (local.get $d) (local.get $e) (local.get $f)
        (local.get $g) (local.get $h) (local.get $a) (local.get $b)
        (i32.load offset=280 (call $at! (local.get $constant_ptr) (local.get $half))))
      (local.set $b)
      (local.set $f)
      (call $round!
        (local.get $b) (local.get $c) (local.get $d) (local.get $e)
        (local.get $f) (local.get $g) (local.get $h) (local.get $a)
        (i32.load offset=284 (call $at! (local.get $constant_ptr) (local.get $half))))
      (local.set $a)
      (local.set $e)
      (local.set $half (i32.add (local.get $half) (i32.const 32)))
      (br_if $half! (i32.lt_u (local.get $half) (i32.const 64))))
    (local.set $constant_ptr (i32.add (local.get $constant_ptr) (i32.const 64)))
    (br_if $next_16 (i32.ne (local.get $constant_ptr) (i32.const 192))))
  (local.set $half (i32.const 0))
  (loop $half!
    (call $round!
      (local.get $a) (local.get $b) (local.get $c) (local.get $d)
      (local.get $e) (local.get $f) (local.get $g) (local.get $h)
      (i32.load offset=256 (call $at! (local.get $constant_ptr) (local.get $half))))
    (local.set $h)
    (local.set $d)
    (call $round!
      (local.get $h) (local.get $a) (local.get $b) (local.get $c)
      (local.get $d) (local.get $e) (local.get $f) (local.get $g)
      (i32.load offset=260 (call $at! (local.get $constant_ptr) (local.get $half))))
    (local.set $g)
    (local.set $c)
    (call $round!
      (local.get $g) (local.get $h) (local.get $a) (local.get $b)
      (local.get $c) (local.get $d) (local.get $e) (local.get $f)
      (i32.load offset=264 (call $at! (local.get $constant_ptr) (local.get $half))))
    (local.set $f)
    (local.set $b)
    (call $round!
      (local.get $f) (local.get $g) (local.get $h) (local.get $a)
      (local.get $b) (local.get $c) (local.get $d) (local.get $e)
      (i32.load offset=268 (call $at! (local.get $constant_ptr) (local.get $half))))
    (local.set $e)
    (local.set $a)
    (call $round!
      (local.get $e) (local.get $f) (local.get $g) (local.get $h)
      (local.get $a) (local.get $b) (local.get $c) (local.get $d)
      (i32.load offset=272 (call $at! (local.get $constant_ptr) (local.get $half))))
    (local.set $d)
    (local.set $h)
    (call $round!
      (local.get $d) (local.get $e) (local.get $f) (local.get $g)
      (local.get $h) (local.get $a) (local.get $b) (local.get $c)
      (i32.load offset=276 (call $at! (local.get $constant_ptr) (local.get $half))))
    (local.set $c)
    (local.set $g)
    (call $round!
      (local.get $c) (local.get $d) (local.get $e) (local.get $f)
      (local.get $g) (local.get $h) (local.get $a) (local.get $b)
      (i32.load offset=280 (call $at! (local.get $constant_ptr) (local.get $half))))
    (local.set $b)
    (local.set $f)
    (call $round!
      (local.get $b) (local.get $c) (local.get $d) (local.get $e)
      (local.get $f) (local.get $g) (local.get $h) (local.get $a)
      (i32.load offset=284 (call $at! (local.get $constant_ptr) (local.get $half))))
    (local.set $a)
    (local.set $e)
    (local.set $half (i32.add (local.get $half) (i32.const 32)))
    (br_if $half! (i32.lt_u (local.get $half) (i32.const 64))))
  (local.get $a)
  (local.get $b)
  (local.get $c)
  (local.get $d)
  (local.get $e)
  (local.get $f)
  (local.get $g)
  (local.get $h))

;; A vector of the schedule as it begins: the words of a block, with their constants added.
(func $begin_schedule! (param $offset i32) (param $words v128)
  (v128.store (call $at! (global.get $SCHEDULE) (local.get $offset))
    (i32x4.add
      (local.get $words)
      (v128.load (call $at! (i32.const 0) (local.get $offset))))))

;; Puts `count` blocks, at least one, from `ptr` on into a chain, by the vector schedule.
(func $compress_fast (param $chain_ptr i32) (param $ptr i32) (param $count i32)
  (local $a i32)
  (local $b i32)
  (local $c i32)
  (local $d i32)
  (local $e i32)
  (local $f i32)
  (local $g i32)
  (local $h i32)
  (local $w0 v128)
  (local $w1 v128)
  (local $w2 v128)
  (local $w3 v128)
  (loop $next_block
    (local.set $w0 (call $load_words! (local.get $ptr)))
    (call $begin_schedule! (i32.const 0) (local.get $w0))
    (local.set $w1 (call $load_words! (i32.add (local.get $ptr) (i32.const 16))))
    (call $begin_schedule! (i32.const 16) (local.get $w1))
    (local.set $w2 (call $load_words! (i32.add (local.get $ptr) (i32.const 32))))
    (call $begin_schedule! (i32.const 32) (local.get $w2))
    (local.set $w3 (call $load_words! (i32.add (local.get $ptr) (i32.const 48))))
    (call $begin_schedule! (i32.const 48) (local.get $w3))
    (call $rounds!
      (local.get $chain_ptr)
      (local.get $w0) (local.get $w1) (local.get $w2) (local.get $w3))
    (local.set $h)
    (local.set $g)
    (local.set $f)
    (local.set $e)
    (local.set $d)
    (local.set $c)
    (local.set $b)
    (local.set $a)
    (i32.store (local.get $chain_ptr)
      (i32.add (local.get $a) (i32.load (local.get $chain_ptr))))
    (i32.store offset=4 (local.get $chain_ptr)
      (i32.add (local.get $b) (i32.load offset=4 (local.get $chain_ptr))))
    (i32.store offset=8 (local.get $chain_ptr)
      (i32.add (local.get $c) (i32.load offset=8 (local.get $chain_ptr))))
    (i32.store offset=12 (local.get $chain_ptr)
      (i32.add (local.get $d) (i32.load offset=12 (local.get $chain_ptr))))
    (i32.store offset=16 (local.get $chain_ptr)
      (i32.add (local.get $e) (i32.load offset=16 (local.get $chain_ptr))))
    (i32.store offset=20 (local.get $chain_ptr)
      (i32.add (local.get $f) (i32.load offset=20 (local.get $chain_ptr))))
    (i32.store offset=24 (local.get $chain_ptr)
      (i32.add (local.get $g) (i32.load offset=24 (local.get $chain_ptr))))
    (i32.store offset=28 (local.get $chain_ptr)
      (i32.add (local.get $h) (i32.load offset=28 (local.get $chain_ptr))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
    (br_if $next_block (local.get $count))))

;; t1 = h + Sigma1(e) + Ch(e,f,g) + K + W
;; Sigma1 = rotr(e,6) ^ rotr(e,11) ^ rotr(e,25)   Ch = g ^ (e & (f ^ g))
(func $t1!
  (param $e i32) (param $f i32) (param $g i32) (param $h i32)
  (param $word i32) (param $constant i32) (result i32)
  (i32.add
    (i32.add
      (i32.add
        (i32.add (local.get $h) (local.get $word))
        (i32.xor
          (i32.and (i32.xor (local.get $f) (local.get $g)) (local.get $e))
          (local.get $g)))
      (local.get $constant))
    (i32.xor
      (i32.xor
        (i32.rotr (local.get $e) (i32.const 6))
        (i32.rotr (local.get $e) (i32.const 11)))
      (i32.rotr (local.get $e) (i32.const 25)))))

;; t2 = Sigma0(a) + Maj(a,b,c)
;; Sigma0 = rotr(a,2) ^ rotr(a,13) ^ rotr(a,22)   Maj = b ^ ((a ^ b) & (b ^ c))
;; a_b is a ^ b, which is the next round's b_c.
(func $t2! (param $a i32) (param $b i32) (param $a_b i32) (param $b_c i32) (result i32)
  (i32.add
    (i32.xor
      (i32.xor
        (i32.rotr (local.get $a) (i32.const 2))
        (i32.rotr (local.get $a) (i32.const 13)))
      (i32.rotr (local.get $a) (i32.const 22)))
    (i32.xor
      (i32.and (local.get $b_c) (local.get $a_b))
      (local.get $b))))

;; The same by the scalar schedule, in as few instructions as can be.
(func $compress_serial (param $chain_ptr i32) (param $ptr i32) (param $count i32)
  (local $a i32)
  (local $b i32)
  (local $c i32)
  (local $d i32)
  (local $e i32)
  (local $f i32)
  (local $g i32)
  (local $h i32)
  (local $x i32) ;; a ^ b, in turns of this round and of the one before
  (local $y i32)
  (local $constant_ptr i32) ;; of the next sixteen rounds
  (local $half i32)         ;; the bytes of the first eight of them, when they are done
  (local $w0 i32) ;; the last sixteen words of the schedule
  (local $w1 i32)
  (local $w2 i32)
  (local $w3 i32)
  (local $w4 i32)
  (local $w5 i32)
  (local $w6 i32)
  (local $w7 i32)
  (local $w8 i32)
  (local $w9 i32)
  (local $w10 i32)
  (local $w11 i32)
  (local $w12 i32)
  (local $w13 i32)
  (local $w14 i32)
  (local $w15 i32)
  (loop $next_block
    (local.set $w0 (call $swap_bytes! (i32.load (local.get $ptr))))
    (local.set $w1 (call $swap_bytes! (i32.load offset=4 (local.get $ptr))))
    (local.set $w2 (call $swap_bytes! (i32.load offset=8 (local.get $ptr))))
    (local.set $w3 (call $swap_bytes! (i32.load offset=12 (local.get $ptr))))
    (local.set $w4 (call $swap_bytes! (i32.load offset=16 (local.get $ptr))))
    (local.set $w5 (call $swap_bytes! (i32.load offset=20 (local.get $ptr))))
    (local.set $w6 (call $swap_bytes! (i32.load offset=24 (local.get $ptr))))
    (local.set $w7 (call $swap_bytes! (i32.load offset=28 (local.get $ptr))))
    (local.set $w8 (call $swap_bytes! (i32.load offset=32 (local.get $ptr))))
    (local.set $w9 (call $swap_bytes! (i32.load offset=36 (local.get $ptr))))
    (local.set $w10 (call $swap_bytes! (i32.load offset=40 (local.get $ptr))))
    (local.set $w11 (call $swap_bytes! (i32.load offset=44 (local.get $ptr))))
    (local.set $w12 (call $swap_bytes! (i32.load offset=48 (local.get $ptr))))
    (local.set $w13 (call $swap_bytes! (i32.load offset=52 (local.get $ptr))))
    (local.set $w14 (call $swap_bytes! (i32.load offset=56 (local.get $ptr))))
    (local.set $w15 (call $swap_bytes! (i32.load offset=60 (local.get $ptr))))
    (local.set $a (i32.load (local.get $chain_ptr)))
    (local.set $b (i32.load offset=4 (local.get $chain_ptr)))
    (local.set $c (i32.load offset=8 (local.get $chain_ptr)))
    (local.set $d (i32.load offset=12 (local.get $chain_ptr)))
    (local.set $e (i32.load offset=16 (local.get $chain_ptr)))
    (local.set $f (i32.load offset=20 (local.get $chain_ptr)))
    (local.set $g (i32.load offset=24 (local.get $chain_ptr)))
    (local.set $h (i32.load offset=28 (local.get $chain_ptr)))
    (local.set $y (i32.xor (local.get $b) (local.get $c)))
    (local.set $constant_ptr (i32.const 0))
    (block $done
      (loop $next_16
        (local.set $half (i32.const 0))
        (loop $half!
          (local.set $h
            (call $t1! (local.get $e) (local.get $f) (local.get $g) (local.get $h)
              (select (local.get $w8) (local.get $w0) (local.get $half))
              (i32.load (call $at! (local.get $constant_ptr) (local.get $half)))))
          (local.set $d (i32.add (local.get $d) (local.get $h)))
          (local.set $x (i32.xor (local.get $a) (local.get $b)))
          (local.set $h
            (i32.add (local.get $h)
              (call $t2! (local.get $a) (local.get $b) (local.get $x) (local.get $y))))
          (local.set $g
            (call $t1! (local.get $d) (local.get $e) (local.get $f) (local.get $g)
              (select (local.get $w9) (local.get $w1) (local.get $half))
              (i32.load offset=4 (call $at! (local.get $constant_ptr) (local.get $half)))))
          (local.set $c (i32.add (local.get $c) (local.get $g)))
          (local.set $y (i32.xor (local.get $h) (local.get $a)))
          (local.set $g
            (i32.add (local.get $g)
              (call $t2! (local.get $h) (local.get $a) (local.get $y) (local.get $x))))
          (local.set $f
            (call $t1! (local.get $c) (local.get $d) (local.get $e) (local.get $f)
              (select (local.get $w10) (local.get $w2) (local.get $half))
              (i32.load offset=8 (call $at! (local.get $constant_ptr) (local.get $half)))))
          (local.set $b (i32.add (local.get $b) (local.get $f)))
          (local.set $x (i32.xor (local.get $g) (local.get $h)))
          (local.set $f
            (i32.add (local.get $f)
              (call $t2! (local.get $g) (local.get $h) (local.get $x) (local.get $y))))
          (local.set $e
            (call $t1! (local.get $b) (local.get $c) (local.get $d) (local.get $e)
              (select (local.get $w11) (local.get $w3) (local.get $half))
              (i32.load offset=12 (call $at! (local.get $constant_ptr) (local.get $half)))))
          (local.set $a (i32.add (local.get $a) (local.get $e)))
          (local.set $y (i32.xor (local.get $f) (local.get $g)))
          (local.set $e
            (i32.add (local.get $e)
              (call $t2! (local.get $f) (local.get $g) (local.get $y) (local.get $x))))
          (local.set $d
            (call $t1! (local.get $a) (local.get $b) (local.get $c) (local.get $d)
              (select (local.get $w12) (local.get $w4) (local.get $half))
              (i32.load offset=16 (call $at! (local.get $constant_ptr) (local.get $half)))))
          (local.set $h (i32.add (local.get $h) (local.get $d)))
          (local.set $x (i32.xor (local.get $e) (local.get $f)))
          (local.set $d
            (i32.add (local.get $d)
              (call $t2! (local.get $e) (local.get $f) (local.get $x) (local.get $y))))
          (local.set $c
            (call $t1! (local.get $h) (local.get $a) (local.get $b) (local.get $c)
              (select (local.get $w13) (local.get $w5) (local.get $half))
              (i32.load offset=20 (call $at! (local.get $constant_ptr) (local.get $half)))))
          (local.set $g (i32.add (local.get $g) (local.get $c)))
          (local.set $y (i32.xor (local.get $d) (local.get $e)))
          (local.set $c
            (i32.add (local.get $c)
              (call $t2! (local.get $d) (local.get $e) (local.get $y) (local.get $x))))
          (local.set $b
            (call $t1! (local.get $g) (local.get $h) (local.get $a) (local.get $b)
              (select (local.get $w14) (local.get $w6) (local.get $half))
              (i32.load offset=24 (call $at! (local.get $constant_ptr) (local.get $half)))))
          (local.set $f (i32.add (local.get $f) (local.get $b)))
          (local.set $x (i32.xor (local.get $c) (local.get $d)))
          (local.set $b
            (i32.add (local.get $b)
              (call $t2! (local.get $c) (local.get $d) (local.get $x) (local.get $y))))
          (local.set $a
            (call $t1! (local.get $f) (local.get $g) (local.get $h) (local.get $a)
              (select (local.get $w15) (local.get $w7) (local.get $half))
              (i32.load offset=28 (call $at! (local.get $constant_ptr) (local.get $half)))))
          (local.set $e (i32.add (local.get $e) (local.get $a)))
          (local.set $y (i32.xor (local.get $b) (local.get $c)))
          (local.set $a
            (i32.add (local.get $a)
              (call $t2! (local.get $b) (local.get $c) (local.get $y) (local.get $x))))
          (local.set $half (i32.add (local.get $half) (i32.const 32)))
          (br_if $half! (i32.lt_u (local.get $half) (i32.const 64))))
        (br_if $done (i32.eq (local.get $constant_ptr) (i32.const 192)))
        (local.set $constant_ptr (i32.add (local.get $constant_ptr) (i32.const 64)))
        (local.set $w0
          (call $extend!
            (local.get $w0) (local.get $w1) (local.get $w9) (local.get $w14)))
        (local.set $w1
          (call $extend!
            (local.get $w1) (local.get $w2) (local.get $w10) (local.get $w15)))
        (local.set $w2
          (call $extend!
            (local.get $w2) (local.get $w3) (local.get $w11) (local.get $w0)))
        (local.set $w3
          (call $extend!
            (local.get $w3) (local.get $w4) (local.get $w12) (local.get $w1)))
        (local.set $w4
          (call $extend!
            (local.get $w4) (local.get $w5) (local.get $w13) (local.get $w2)))
        (local.set $w5
          (call $extend!
            (local.get $w5) (local.get $w6) (local.get $w14) (local.get $w3)))
        (local.set $w6
          (call $extend!
            (local.get $w6) (local.get $w7) (local.get $w15) (local.get $w4)))
        (local.set $w7
          (call $extend!
            (local.get $w7) (local.get $w8) (local.get $w0) (local.get $w5)))
        (local.set $w8
          (call $extend!
            (local.get $w8) (local.get $w9) (local.get $w1) (local.get $w6)))
        (local.set $w9
          (call $extend!
            (local.get $w9) (local.get $w10) (local.get $w2) (local.get $w7)))
        (local.set $w10
          (call $extend!
            (local.get $w10) (local.get $w11) (local.get $w3) (local.get $w8)))
        (local.set $w11
          (call $extend!
            (local.get $w11) (local.get $w12) (local.get $w4) (local.get $w9)))
        (local.set $w12
          (call $extend!
            (local.get $w12) (local.get $w13) (local.get $w5) (local.get $w10)))
        (local.set $w13
          (call $extend!
            (local.get $w13) (local.get $w14) (local.get $w6) (local.get $w11)))
        (local.set $w14
          (call $extend!
            (local.get $w14) (local.get $w15) (local.get $w7) (local.get $w12)))
        (local.set $w15
          (call $extend!
            (local.get $w15) (local.get $w0) (local.get $w8) (local.get $w13)))
        (br $next_16)))
    (i32.store (local.get $chain_ptr)
      (i32.add (local.get $a) (i32.load (local.get $chain_ptr))))
    (i32.store offset=4 (local.get $chain_ptr)
      (i32.add (local.get $b) (i32.load offset=4 (local.get $chain_ptr))))
    (i32.store offset=8 (local.get $chain_ptr)
      (i32.add (local.get $c) (i32.load offset=8 (local.get $chain_ptr))))
    (i32.store offset=12 (local.get $chain_ptr)
      (i32.add (local.get $d) (i32.load offset=12 (local.get $chain_ptr))))
    (i32.store offset=16 (local.get $chain_ptr)
      (i32.add (local.get $e) (i32.load offset=16 (local.get $chain_ptr))))
    (i32.store offset=20 (local.get $chain_ptr)
      (i32.add (local.get $f) (i32.load offset=20 (local.get $chain_ptr))))
    (i32.store offset=24 (local.get $chain_ptr)
      (i32.add (local.get $g) (i32.load offset=24 (local.get $chain_ptr))))
    (i32.store offset=28 (local.get $chain_ptr)
      (i32.add (local.get $h) (i32.load offset=28 (local.get $chain_ptr))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
    (br_if $next_block (local.get $count))))
